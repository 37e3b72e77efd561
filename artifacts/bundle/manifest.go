package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Manifest says what an artifact is and lists its blobs. It holds nothing that
// differs between two trainings of the same: no time, no host, no number of
// workers, and no parent but one that the content goes on from.
type Manifest struct {
	Format    int    `json:"format"`     // 0 is set to Format when encoded
	MinReader int    `json:"min_reader"` // 0 is set to MinReader when encoded
	Model     string `json:"model"`      // the kind of model, a word
	Blobs     []Blob `json:"blobs"`      // by name

	// JSON values as their makers wrote them; absent when empty.
	Config   json.RawMessage `json:"config,omitempty"`
	Dataset  json.RawMessage `json:"dataset,omitempty"`
	Metrics  json.RawMessage `json:"metrics,omitempty"`
	Segments json.RawMessage `json:"segments,omitempty"`

	// Parent is the version whose segments those of this one go on from; empty for
	// none. Retention keeps it for as long as this one.
	Parent     string `json:"parent,omitempty"`
	SchemaHash string `json:"schema_hash,omitempty"` // of the feature schemas
	// PseudonymKey is the id of the key under which users have their pseudonyms;
	// empty when they have their own ids.
	PseudonymKey string            `json:"pseudonym_key_id,omitempty"`
	Environment  map[string]string `json:"environment,omitempty"` // versions of what made it

	extra map[string]json.RawMessage // fields of a newer format, kept so that Version holds
}

// Blob is one named part of an artifact.
type Blob struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // of the content, 64 hex digits
	Size   int64  `json:"size"`   // bytes
	Type   string `json:"type"`   // safetensors, parquet, json, ...
}

// Digest returns the SHA-256 of the canonical manifest as 64 hex digits, or ""
// for a manifest that cannot be encoded.
func (m *Manifest) Digest() string {
	data, err := m.Encode()
	if err != nil {
		return ""
	}
	return DigestOf(data)
}

// Version returns the name of the artifact, the first 16 digits of Digest, or ""
// for a manifest that cannot be encoded. Manifests of equal content have equal
// versions.
func (m *Manifest) Version() string { return VersionOf(m.Digest()) }

// VersionLen is the number of hex digits in a version.
const VersionLen = 16

// VersionOf returns the version that belongs to the digest of a manifest.
func VersionOf(digest string) string { return digest[:min(len(digest), VersionLen)] }

// DigestOf returns the SHA-256 of data as 64 hex digits.
func DigestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

var (
	blobName  = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	wordName  = regexp.MustCompile(`^[a-z0-9][a-z0-9.+_/-]*$`)
	hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)

	versionName = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

// check names every fault of m at once.
func (m *Manifest) check() error {
	if err := m.checkFormat(); err != nil {
		return err
	}
	var faults []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	text := func(s string) bool { return len(s) <= MaxText && utf8.ValidString(s) }
	fault(!isName(m.Model, wordName), "model %.60q is no lower-case word", m.Model)
	fault(len(m.Blobs) > MaxBlobs, "%d blobs, more than %d", len(m.Blobs), MaxBlobs)
	for _, b := range m.Blobs[:min(len(m.Blobs), MaxBlobs)] {
		fault(!isName(b.Name, blobName), "blob name %.60q is not of a-z 0-9 . _ -", b.Name)
		fault(!isName(b.Type, wordName), "blob %.60q has the type %.60q", b.Name, b.Type)
		fault(!hexDigest.MatchString(b.SHA256), "blob %.60q has the digest %.80q", b.Name, b.SHA256)
		fault(b.Size < 0 || b.Size > math.MaxInt64/MaxBlobs, "blob %.60q has the size %d", b.Name, b.Size)
	}
	byName := func(a, b Blob) int { return strings.Compare(a.Name, b.Name) }
	fault(!slices.IsSortedFunc(m.Blobs, byName), "the blobs are not in the order of their names")
	distinct := slices.CompactFunc(slices.SortedFunc(slices.Values(m.Blobs), byName), func(a, b Blob) bool { return a.Name == b.Name })
	fault(len(distinct) != len(m.Blobs), "two blobs have the same name")
	fault(m.Parent != "" && !versionName.MatchString(m.Parent), "the parent %.40q is no version", m.Parent)
	fault(!text(m.SchemaHash), "the schema hash is too long or not UTF-8")
	fault(!text(m.PseudonymKey), "the id of the pseudonym key is too long or not UTF-8")
	fault(len(m.Environment) > MaxEnvironment, "%d entries in the environment, more than %d", len(m.Environment), MaxEnvironment)
	for k, v := range m.Environment {
		fault(k == "" || !text(k) || !text(v), "environment entry %.60q is empty, too long or not UTF-8", k)
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

func (m *Manifest) checkFormat() error {
	switch {
	case m.Format < 1 || m.MinReader < 1 || m.MinReader > m.Format:
		return fmt.Errorf("format %d with reader %d makes no sense", m.Format, m.MinReader)
	case m.MinReader > Format:
		return fmt.Errorf("%w: it needs a reader of format %d, this program reads up to %d: use a newer program",
			ErrFormat, m.MinReader, Format)
	case m.Format < MinFormat:
		return fmt.Errorf("%w: it has format %d, this program reads from %d: train it again, or use an older program",
			ErrFormat, m.Format, MinFormat)
	}
	return nil
}

func isName(s string, pattern *regexp.Regexp) bool {
	return len(s) <= MaxName && pattern.MatchString(s)
}

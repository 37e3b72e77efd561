// Package signature says who vouches for an artifact: an ed25519 signature over
// the digest of its manifest and the time of signing. The manifest names the
// digest of every blob, so the signature stands for every byte.
//
// What is signed is a text of three lines, so that other tools can make and check
// it (FORMAT.md of package bundle shows how with OpenSSL):
//
//	curio artifact signature 1
//	manifest <64 hex digits>
//	signed 2026-11-24T05:00:00.000Z
//
// # What it defends against
//
// Whoever can write to the store, and to nothing else, can neither make nor change
// an artifact that a reader with trusted keys takes: not a byte of a blob, the
// manifest or a signature. They can move an alias back to an earlier artifact that
// was signed in its time; NotBefore refuses those signed before a time, and a Pin
// keeps the time of the newest one that was taken.
//
// It does not defend against whoever has the private key; against withholding,
// that is, an alias that is kept where it is or a store that is emptied, when what
// is served stays; against pointing an alias at another artifact that is signed
// and recent enough, for a signature names no alias: sign what may be served, not
// every trial; nor against reading, which encryption is for.
package signature

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"
)

// Format is the version of the format of a signature.
const Format = 1

// MaxSize bounds an encoded signature, in bytes.
const MaxSize = 4 << 10

// ErrCorrupt is wrapped by errors about bytes that are no signature.
var ErrCorrupt = errors.New("signature is corrupt")

// Signature is one signature as it is stored.
type Signature struct {
	Key            string // id of the key, a hint which to verify with
	ManifestSHA256 string
	Signed         time.Time // in UTC, whole milliseconds
	Value          []byte    // of the statement
}

// Sign signs the manifest with the digest given, 64 hex digits, as of a time.
func (p Private) Sign(manifest string, at time.Time) (Signature, error) {
	s := Signature{Key: p.Public().ID(), ManifestSHA256: manifest, Signed: at.UTC().Truncate(time.Millisecond)}
	s.Value = ed25519.Sign(p.key, s.Statement())
	return s, s.check()
}

// Statement returns the bytes that are signed.
func (s *Signature) Statement() []byte {
	return fmt.Appendf(nil, "curio artifact signature %d\nmanifest %s\nsigned %s\n", Format, s.ManifestSHA256, s.Signed.UTC().Format(stamp))
}

// stamp is RFC 3339 with milliseconds.
const stamp = "2006-01-02T15:04:05.000Z"

// By reports whether s was made with the private key of p.
func (s *Signature) By(p Public) bool {
	return len(s.Value) == ed25519.SignatureSize && ed25519.Verify(p.key, s.Statement(), s.Value)
}

type body struct {
	Format         int    `json:"format"`
	Key            string `json:"key"`
	ManifestSHA256 string `json:"manifest_sha256"`
	Signed         string `json:"signed"`
	Value          string `json:"signature"`
}

// Encode returns s as JSON. Decode takes these bytes and no others for it.
func (s *Signature) Encode() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("encode signature: %w", err)
	}
	return json.Marshal(body{Format, s.Key, s.ManifestSHA256, s.Signed.UTC().Format(stamp), base64.StdEncoding.EncodeToString(s.Value)})
}

// Decode reads what Encode wrote. It does not verify it. The error wraps
// ErrCorrupt.
func Decode(data []byte) (Signature, error) {
	s, err := decode(data)
	if err != nil {
		return Signature{}, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return s, nil
}

func decode(data []byte) (s Signature, err error) {
	if len(data) > MaxSize {
		return s, fmt.Errorf("%d bytes, more than %d", len(data), MaxSize)
	}
	var b body
	in := json.NewDecoder(bytes.NewReader(data))
	if err := in.Decode(&b); err != nil {
		return s, err
	}
	if _, more := in.Token(); more != io.EOF {
		return s, errors.New("there is more after the object")
	}
	if b.Format != Format {
		return s, fmt.Errorf("it has format %d, this program reads %d", b.Format, Format)
	}
	s = Signature{Key: b.Key, ManifestSHA256: b.ManifestSHA256}
	if s.Signed, err = time.Parse(stamp, b.Signed); err != nil {
		return s, err
	}
	if s.Value, err = base64.StdEncoding.Strict().DecodeString(b.Value); err != nil {
		return s, err
	}
	again, err := s.Encode()
	if err == nil && !bytes.Equal(again, data) {
		err = errors.New("it is not in the form it is written in")
	}
	return s, err
}

var (
	keyID     = regexp.MustCompile(`^[0-9a-f]{16}$`)
	hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func (s *Signature) check() error {
	switch {
	case !keyID.MatchString(s.Key):
		return fmt.Errorf("%.40q is no id of a key", s.Key)
	case !hexDigest.MatchString(s.ManifestSHA256):
		return fmt.Errorf("%.80q is no digest of a manifest", s.ManifestSHA256)
	case s.Signed.Year() < 1970 || s.Signed.Year() > 9999:
		return fmt.Errorf("the time of signing %v makes no sense", s.Signed)
	case len(s.Value) != ed25519.SignatureSize:
		return fmt.Errorf("the signature has %d bytes, not %d", len(s.Value), ed25519.SignatureSize)
	}
	return nil
}

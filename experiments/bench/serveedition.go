package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store"
)

// shelf is a store with editions of one artifact, whose items have other titles in each.
type shelf struct {
	*registry.Registry
	editions map[string]string // by version
	good     []string          // versions
	bad      []string          // versions whose bytes are not what they were
}

// stock publishes editions, and ones that damage is done to: damage is told the digest of a
// blob that no other edition has.
func stock(ctx context.Context, s store.Store, clock Clock, m ServeModel, good, bad int, damage func(digest string, n int) error) (*shelf, error) {
	all := &shelf{Registry: registry.New(s, clock), editions: map[string]string{}}
	used := map[string]bool{}
	for n := range good + bad {
		name := fmt.Sprintf("%c%d", 'a'+n%26, n)
		b, err := m.make(name, uint64(n+1))
		if err != nil {
			return nil, err
		}
		version, err := all.Publish(ctx, b)
		if err != nil {
			return nil, err
		}
		all.editions[version] = name
		if n < good {
			all.good = append(all.good, version)
			for _, blob := range b.Manifest.Blobs {
				used[blob.SHA256] = true
			}
			continue
		}
		if err := damage(ownBlob(b.Manifest.Blobs, used, n), n); err != nil {
			return nil, fmt.Errorf("damage edition %s: %w", name, err)
		}
		all.bad = append(all.bad, version)
	}
	return all, nil
}

// ownBlob picks one of the blobs that are not used.
func ownBlob(blobs []bundle.Blob, used map[string]bool, n int) string {
	var own []string
	for _, blob := range blobs {
		if !used[blob.SHA256] {
			own = append(own, blob.SHA256)
		}
	}
	if len(own) == 0 {
		return ""
	}
	return own[n%len(own)]
}

// damageFile truncates a blob in a folder store, or flips one of its bits, in turn.
func damageFile(folder string) func(digest string, n int) error {
	return func(digest string, n int) error {
		path := filepath.Join(folder, "blobs", digest)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n%2 == 0 {
			data = data[:len(data)/2]
		} else {
			data[len(data)/2] ^= 1
		}
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	}
}

var (
	errMixed    = errors.New("the answer is not of one version that was published")
	versionIs   = []byte(`"model_version":"`)
	titleIs     = []byte(`"title":"`)
	editionOpen = []byte(" in edition ")
)

// check looks whether every title in an answer is that of the answer's version. It parses
// nothing, so that every answer can be looked at.
func (s *shelf) check(body []byte) error {
	at := bytes.Index(body, versionIs)
	if at < 0 {
		return fmt.Errorf("%w: %.300s", errMixed, body)
	}
	version, _, _ := bytes.Cut(body[at+len(versionIs):], []byte{'"'})
	edition, ok := s.editions[string(version)]
	titles := bytes.Count(body, titleIs)
	if !ok || titles == 0 || bytes.Count(body, editionOpen) != titles ||
		bytes.Count(body, append(append([]byte(nil), editionOpen...), edition+`"`...)) != titles {
		return fmt.Errorf("%w: %s is edition %q: %.300s", errMixed, version, edition, body)
	}
	return nil
}

package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Bundle is an artifact in memory: its manifest and the content of its blobs by
// name.
type Bundle struct {
	Manifest Manifest
	Blobs    map[string][]byte // read-only where they lie in mapped files
	Secret   bool              // some blobs were encrypted where they come from: they are not to be on a disk as they are here

	held []io.Closer // by Close
}

// Add adds a blob and lists it in the manifest. It takes ownership of data. A
// name that is invalid or there already is an error, and nothing is added.
func (b *Bundle) Add(name, typ string, data []byte) error {
	at, exists := slices.BinarySearchFunc(b.Manifest.Blobs, name, func(x Blob, name string) int {
		return strings.Compare(x.Name, name)
	})
	switch {
	case exists || b.Blobs[name] != nil:
		return fmt.Errorf("add blob %q: there is one of that name", name)
	case !isName(name, blobName):
		return fmt.Errorf("add blob %.60q: the name is not of a-z 0-9 . _ -, or longer than %d", name, MaxName)
	case !isName(typ, wordName):
		return fmt.Errorf("add blob %q: the type %.60q is no lower-case word", name, typ)
	case len(b.Manifest.Blobs) >= MaxBlobs:
		return fmt.Errorf("add blob %q: there are %d already", name, MaxBlobs)
	}
	if b.Blobs == nil {
		b.Blobs = map[string][]byte{}
	}
	b.Blobs[name] = data
	entry := Blob{Name: name, SHA256: DigestOf(data), Size: int64(len(data)), Type: typ}
	b.Manifest.Blobs = slices.Insert(b.Manifest.Blobs, at, entry)
	return nil
}

// Verify checks that the manifest is valid and that the blobs are exactly those
// it lists, by name, size and digest. The error names every blob at fault and
// wraps ErrCorrupt, or ErrFormat.
func (b *Bundle) Verify() error {
	if _, err := b.Manifest.Encode(); err != nil {
		if errors.Is(err, ErrFormat) {
			return fmt.Errorf("verify bundle: %w", err)
		}
		return fmt.Errorf("verify bundle: %w: %w", ErrCorrupt, err)
	}
	var faults []error
	for _, entry := range b.Manifest.Blobs {
		data, ok := b.Blobs[entry.Name]
		if !ok {
			faults = append(faults, fmt.Errorf("blob %q is missing", entry.Name))
		} else if err := entry.Verify(data); err != nil {
			faults = append(faults, err)
		}
	}
	if n := len(b.Blobs) - len(b.Manifest.Blobs); n > 0 {
		faults = append(faults, fmt.Errorf("%d blobs are not in the manifest", n))
	}
	if len(faults) > 0 {
		return fmt.Errorf("verify bundle: %w: %w", ErrCorrupt, errors.Join(faults...))
	}
	return nil
}

// Verify checks that data is the content that the entry describes. The error
// wraps ErrCorrupt.
func (e Blob) Verify(data []byte) error {
	if int64(len(data)) != e.Size {
		return fmt.Errorf("%w: blob %q has %d bytes, the manifest says %d", ErrCorrupt, e.Name, len(data), e.Size)
	}
	return e.Has(sha256.Sum256(data))
}

// Has checks that the SHA-256 of some content is that of the entry. The error wraps
// ErrCorrupt.
func (e Blob) Has(sum [sha256.Size]byte) error {
	if got := hex.EncodeToString(sum[:]); got != e.SHA256 {
		return fmt.Errorf("%w: blob %q has the digest %s, the manifest says %s", ErrCorrupt, e.Name, got, e.SHA256)
	}
	return nil
}

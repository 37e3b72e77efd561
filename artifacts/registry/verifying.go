package registry

import (
	"bytes"
	"cmp"
	"slices"

	"curio/artifacts/bundle"
)

// overlapFrom is the size in bytes from which a bundle is checked while it is
// uploaded. A smaller one is checked before: that takes no time, and nothing at all
// is written of one that is not whole.
const overlapFrom = 64 << 20

// verifying checks b and returns what waits for the verdict, at once with the error
// if b is small. A large one is read until the verdict is there.
func verifying(b *bundle.Bundle) (verdict func() error, err error) {
	var size int64
	for _, data := range b.Blobs {
		size += int64(len(data))
	}
	if size < overlapFrom {
		return func() error { return nil }, b.Verify()
	}
	done := make(chan struct{})
	var found error // once done is closed
	go func() {
		defer close(done)
		found = b.Verify()
	}()
	return func() error {
		<-done
		return found
	}, nil
}

// largestFirst returns blobs in the order in which most of them are on their way by
// the time the last of them is checked.
func largestFirst(blobs []bundle.Blob) []bundle.Blob {
	return slices.SortedStableFunc(slices.Values(blobs), func(a, b bundle.Blob) int { return cmp.Compare(b.Size, a.Size) })
}

// withheld is a body that holds its last byte back until the verdict, and fails if
// that is bad: so no store ever has all of a body that is not what it should be.
type withheld struct {
	content *bytes.Reader
	verdict func() error
}

func (w withheld) Read(p []byte) (int, error) {
	if len(p) >= w.content.Len() {
		if err := w.verdict(); err != nil {
			return 0, err
		}
	}
	return w.content.Read(p)
}

func (w withheld) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) >= w.content.Size() {
		if err := w.verdict(); err != nil {
			return 0, err
		}
	}
	return w.content.ReadAt(p, off)
}

func (w withheld) Seek(offset int64, whence int) (int64, error) {
	return w.content.Seek(offset, whence)
}

func (w withheld) Close() error { return nil }

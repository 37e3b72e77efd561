package store

import (
	"crypto/sha256"
	"fmt"
	"io"
)

// Rewind puts body at its start and returns an error that wraps ErrSize unless
// exactly size bytes follow. Every implementation of Put begins with it.
func Rewind(body io.ReadSeeker, size int64) error {
	end, err := body.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("find the end of the body: %w", err)
	}
	if size < 0 || end != size {
		return fmt.Errorf("%w: it has %d bytes, announced were %d", ErrSize, end, size)
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind the body: %w", err)
	}
	return nil
}

// Digested is what the body of a Put may be besides: one whose SHA-256 its owner
// knows, so that it need not be read to find out. A store that has it checked by its
// server fails with an error like that of a body damaged on its way if it is wrong;
// others do not look at it.
type Digested interface {
	Digest() [sha256.Size]byte
}

// WithDigest returns a body with its SHA-256. It can be read in several places at a
// time if body can.
func WithDigest(body io.ReadSeeker, digest [sha256.Size]byte) io.ReadSeeker {
	if at, ok := body.(readerAt); ok {
		return digestedAt{at, digest}
	}
	return digested{body, digest}
}

type readerAt interface {
	io.ReadSeeker
	io.ReaderAt
}

type digested struct {
	io.ReadSeeker
	digest [sha256.Size]byte
}

func (d digested) Digest() [sha256.Size]byte { return d.digest }

type digestedAt struct {
	readerAt
	digest [sha256.Size]byte
}

func (d digestedAt) Digest() [sha256.Size]byte { return d.digest }

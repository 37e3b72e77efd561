package store

import (
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

package bundle

import (
	"errors"
	"io"
)

// Hold makes Close close c: what the memory of some of the blobs belongs to.
func (b *Bundle) Hold(c io.Closer) { b.held = append(b.held, c) }

// Close gives back the memory of blobs that do not lie on the heap, such as those
// of mapped files. None of the blobs may be looked at any more. A bundle that is
// not closed keeps the memory until the process ends, for nothing can know who still
// looks at it. What Decode returns shares nothing with the bundle. One whose blobs
// are all on the heap stays as it is.
func (b *Bundle) Close() error {
	if len(b.held) == 0 {
		return nil
	}
	var faults []error
	for _, c := range b.held {
		faults = append(faults, c.Close())
	}
	b.held, b.Blobs = nil, nil
	return errors.Join(faults...)
}

package eventlog

import (
	"context"
	"errors"
	"io"
	"sync"
)

// rangeAhead is how many bytes a range of an object is read in at least.
const rangeAhead = 1 << 20

// ranges reads an object of a bucket at any offset. It keeps the last piece it
// read, so that small reads near one another need one request.
type ranges struct {
	ctx    context.Context
	bucket *bucket
	file   file
	size   int64

	mu   sync.Mutex // guards what follows
	from int64      // offset of kept
	kept []byte
}

func (b *bucket) openAt(ctx context.Context, f file) (io.ReaderAt, int64, func() error, error) {
	return &ranges{ctx: ctx, bucket: b, file: f, size: f.size}, f.size, func() error { return nil }, nil
}

// ReadAt implements io.ReaderAt.
func (r *ranges) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("offset before the object")
	}
	var short error
	if rest := max(r.size-off, 0); rest < int64(len(p)) {
		p, short = p[:rest], io.EOF
	}
	if len(p) == 0 || r.near(p, off) {
		return len(p), short
	}
	if len(p) >= rangeAhead {
		if n, err := r.fetch(p, off); err != nil {
			return n, err
		}
		return len(p), short
	}
	piece := make([]byte, min(rangeAhead, r.size-off))
	n, err := r.fetch(piece, off)
	if err != nil {
		return copy(p, piece[:n]), err
	}
	r.mu.Lock()
	r.from, r.kept = off, piece
	r.mu.Unlock()
	return copy(p, piece), short
}

// near fills p if what was read last covers it.
func (r *ranges) near(p []byte, off int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if off < r.from || off+int64(len(p)) > r.from+int64(len(r.kept)) {
		return false
	}
	copy(p, r.kept[off-r.from:])
	return true
}

// fetch fills p with a request, and further ones if it breaks off.
func (r *ranges) fetch(p []byte, off int64) (int, error) {
	o := &object{ctx: r.ctx, bucket: r.bucket, file: r.file, offset: off, size: off + int64(len(p)), ranged: true}
	defer o.Close()
	return io.ReadFull(o, p)
}

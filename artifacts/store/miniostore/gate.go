package miniostore

import (
	"context"
	"io"
	"sync"
)

// gate stands between a caller's body and the HTTP client, which may still read
// a body in another goroutine after it has answered: each attempt reads at
// positions of its own, and nothing passes once the gate is closed.
type gate struct {
	mu     sync.RWMutex // held for reading while ReadAt of body runs, for writing else
	body   io.ReadSeeker
	failed error
	closed bool
}

// reader returns a reader of all of the body, which ends with ctx.
func (g *gate) reader(ctx context.Context, size int64) *io.SectionReader {
	return io.NewSectionReader(gateReader{g, ctx}, 0, size)
}

// failure returns the error that reading the body has met.
func (g *gate) failure() error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.failed
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

type gateReader struct {
	*gate
	ctx context.Context
}

func (g gateReader) ReadAt(p []byte, off int64) (n int, err error) {
	if err := g.ctx.Err(); err != nil {
		return 0, err
	}
	if at, ok := g.body.(io.ReaderAt); ok {
		n, err = g.readAt(at, p, off)
	} else {
		n, err = g.seekAndRead(p, off)
	}
	if err != nil && err != io.EOF && err != errGateClosed {
		g.mu.Lock()
		g.failed = err
		g.mu.Unlock()
	}
	return n, err
}

func (g gateReader) readAt(at io.ReaderAt, p []byte, off int64) (int, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.closed {
		return 0, errGateClosed
	}
	return at.ReadAt(p, off)
}

func (g gateReader) seekAndRead(p []byte, off int64) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return 0, errGateClosed
	}
	if _, err := g.body.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(g.body, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

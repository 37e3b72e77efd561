// Package digest reads content and takes its SHA-256 at the same time: on another
// core, what has come is digested while the next is on its way.
package digest

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
)

const (
	piece  = 1 << 20 // bytes that are handed over at a time
	pieces = 4       // buffers of Copy
)

// Sum is a SHA-256.
type Sum = [sha256.Size]byte

// ReadFull fills data from src, as io.ReadFull does, and returns its SHA-256.
func ReadFull(ctx context.Context, src io.Reader, data []byte) (Sum, error) {
	h := start(nil)
	for at := 0; at < len(data); {
		if err := ctx.Err(); err != nil {
			h.sum()
			return Sum{}, err
		}
		next := data[at:min(at+piece, len(data))]
		n, err := io.ReadFull(src, next)
		h.add(next[:n])
		at += n
		if err != nil {
			h.sum()
			if errors.Is(err, io.EOF) && at > 0 {
				err = io.ErrUnexpectedEOF
			}
			return Sum{}, err
		}
	}
	return h.sum(), nil
}

// Copy copies src to dst to its end, and returns how many bytes that were and their
// SHA-256.
func Copy(ctx context.Context, dst io.Writer, src io.Reader) (n int64, sum Sum, err error) {
	free := make(chan []byte, pieces)
	for range pieces {
		free <- nil // made when first needed
	}
	h := start(func(done []byte) { free <- done[:cap(done)] })
	for {
		if err := ctx.Err(); err != nil {
			h.sum()
			return n, Sum{}, err
		}
		buf := <-free
		if buf == nil {
			buf = make([]byte, piece)
		}
		m, err := io.ReadFull(src, buf)
		end := err == io.EOF || err == io.ErrUnexpectedEOF
		if m > 0 && (err == nil || end) {
			_, writeErr := dst.Write(buf[:m])
			n += int64(m)
			h.add(buf[:m])
			if writeErr != nil {
				h.sum()
				return n, Sum{}, writeErr
			}
		}
		switch {
		case end:
			return n, h.sum(), nil
		case err != nil:
			h.sum()
			return n, Sum{}, err
		}
	}
}

// hasher digests what it is handed in a goroutine of its own, which ends with sum.
type hasher struct {
	work   chan []byte
	result chan Sum
}

// start returns a hasher that calls done, if there is one, with each piece that it
// needs no more.
func start(done func([]byte)) *hasher {
	h := &hasher{work: make(chan []byte, pieces), result: make(chan Sum, 1)}
	go func() {
		sum := sha256.New()
		for p := range h.work {
			sum.Write(p)
			if done != nil {
				done(p)
			}
		}
		h.result <- Sum(sum.Sum(nil))
	}()
	return h
}

// add hands a piece over, which must not change until it is done with.
func (h *hasher) add(p []byte) { h.work <- p }

// sum returns the digest of all that was handed over.
func (h *hasher) sum() Sum {
	close(h.work)
	return <-h.result
}

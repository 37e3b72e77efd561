package miniostore

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
)

// counted counts the bytes that are read of a body.
type counted struct {
	*bytes.Reader
	read atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read.Add(int64(n))
	return n, err
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.Reader.ReadAt(p, off)
	c.read.Add(int64(n))
	return n, err
}

// WriteTo would read past the count.
func (c *counted) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, io.NewSectionReader(c, 0, c.Size()))
}

// TestBodiesAreReadOnce: a body with a known digest is read once, in one request
// and in parts; one without is read twice in one request.
func TestBodiesAreReadOnce(t *testing.T) {
	t.Parallel()
	s := open(t, options(miniotest.Start(t)))
	for _, test := range []struct {
		size  int
		known bool
		times int64
	}{{1000, true, 1}, {1000, false, 2}, {int(s.partSize) + 1, true, 1}, {int(s.partSize) + 1, false, 1}} {
		content := bytes.Repeat([]byte("x"), test.size)
		body := &counted{Reader: bytes.NewReader(content)}
		var sent io.ReadSeeker = body
		if test.known {
			sent = store.WithDigest(body, sha256.Sum256(content))
		}
		if _, err := s.Put(t.Context(), "k", sent, int64(test.size), store.Always); err != nil {
			t.Fatal(err)
		}
		if n := body.read.Load(); n != test.times*int64(test.size) {
			t.Errorf("%d bytes, known %v: %d were read, want them %d times", test.size, test.known, n, test.times)
		}
		if got := readAll(t, s, "k"); !bytes.Equal(got, content) {
			t.Errorf("%d bytes came back different", test.size)
		}
	}
}

// TestWrongDigest: the server finds out, and stores nothing.
func TestWrongDigest(t *testing.T) {
	t.Parallel()
	s := open(t, options(miniotest.Start(t)))
	s.pause = func(int) time.Duration { return 0 }
	_, err := s.Put(t.Context(), "k", store.WithDigest(bytes.NewReader([]byte("abc")), sha256.Sum256([]byte("abd"))), 3, store.Always)
	if !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("Put = %v, want store.ErrUnreachable", err)
	}
	if _, err := s.Stat(t.Context(), "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Stat = %v, want store.ErrNotFound", err)
	}
}

package storetest

import (
	"bytes"
	"context"
	"io"
	"testing"

	"curio/artifacts/store"
)

func cancelled(t *testing.T, s store.Store) {
	put(t, s, "k", []byte("x"), store.Always)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := write(ctx, s, "new", []byte("x"), store.Always)
	wantError(t, "Put", err, context.Canceled)
	_, err = write(ctx, s, "k", []byte("y"), store.Absent)
	wantError(t, "Put(Absent)", err, context.Canceled)
	_, _, err = s.Open(ctx, "k")
	wantError(t, "Open", err, context.Canceled)
	_, err = s.Stat(ctx, "k")
	wantError(t, "Stat", err, context.Canceled)
	wantError(t, "Delete", s.Delete(ctx, "k"), context.Canceled)
	wantError(t, "Check", store.Check(ctx, s), context.Canceled)
	for _, err := range s.List(ctx, "") {
		wantError(t, "List", err, context.Canceled)
	}
	if found := keys(t, s, ""); len(found) != 1 || found[0] != "k" {
		t.Errorf("left are %v, want k", found)
	}
	if store.Unavailable(err) {
		t.Error("a cancelled call counts as an unavailable store")
	}
}

func cancelledWhileReading(t *testing.T, s store.Store) {
	put(t, s, "big", bigOne(), store.Always)
	ctx, cancel := context.WithCancel(t.Context())
	r, _, err := s.Open(ctx, "big")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, 1000); err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = io.Copy(io.Discard, r)
	wantError(t, "reading on", err, context.Canceled)
}

// cancelOnRead cancels when the first bytes are asked for.
type cancelOnRead struct {
	*bytes.Reader
	cancel func()
}

func (c cancelOnRead) Read(p []byte) (int, error) {
	c.cancel()
	return c.Reader.Read(p)
}

func (c cancelOnRead) ReadAt(p []byte, off int64) (int, error) {
	c.cancel()
	return c.Reader.ReadAt(p, off)
}

func cancelledWhileWriting(t *testing.T, s store.Store) {
	for _, when := range []store.Condition{store.Always, store.Absent} {
		ctx, cancel := context.WithCancel(t.Context())
		body := cancelOnRead{bytes.NewReader(bigOne()), cancel}
		_, err := s.Put(ctx, "big", body, bigSize, when)
		wantError(t, "Put", err, context.Canceled)
	}
	_, err := s.Stat(t.Context(), "big")
	wantError(t, "Stat of what was never whole", err, store.ErrNotFound)
}

func replacedWhileRead(t *testing.T, s store.Store) {
	one, two := bigOne(), bigTwo()
	put(t, s, "big", one, store.Always)
	r, info, err := s.Open(t.Context(), "big")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	start := make([]byte, 1000)
	if _, err := io.ReadFull(r, start); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() {
		_, err := write(t.Context(), s, "big", two, store.Matches(info.Tag))
		written <- err
	}()
	rest := make([]byte, bigSize-len(start))
	if _, err := io.ReadFull(r, rest); err != nil {
		t.Errorf("reading on: %v", err)
	} else if !bytes.Equal(append(start, rest...), one) {
		t.Error("the reader did not get the content it had opened")
	}
	if err := <-written; err != nil {
		t.Errorf("Put: %v", err)
	}
	if content, _ := get(t, s, "big"); !bytes.Equal(content, two) {
		t.Error("the object is not the new one")
	}
}

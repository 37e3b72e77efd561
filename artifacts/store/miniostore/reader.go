package miniostore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
)

// reader reads one object from start to end. When its connection fails it makes
// another that goes on at the same byte of the same content.
type reader struct {
	store *Store
	ctx   context.Context // of Open
	key   string
	info  store.Info // known after the first connect

	sum    hash.Hash // of what was delivered; nil unless want is known
	want   []byte    // SHA-256 of the content, of what was written in one request
	body   io.ReadCloser
	cancel context.CancelCauseFunc // ends the request behind body
	at     int64                   // bytes delivered
	left   int                     // connections to make without progress
	gained int64                   // bytes since the last failure
	err    error                   // the end, once reached
}

// connect opens the object at r.at. The first call fills in r.info; later ones
// insist on the same content.
func (r *reader) connect() error {
	var o minio.GetObjectOptions
	o.Set("x-amz-checksum-mode", "ENABLED")
	if r.at > 0 {
		if err := errors.Join(o.SetRange(r.at, 0), o.SetMatchETag(r.info.Tag)); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(r.ctx)
	watch := time.AfterFunc(r.store.timeout, func() { cancel(errSlow) })
	defer watch.Stop()
	body, o2, header, err := (minio.Core{Client: r.store.single}).GetObject(ctx, r.store.bucket, r.store.prefix+r.key, o)
	if err != nil {
		if context.Cause(ctx) == errSlow {
			err = errSlow
		}
		cancel(nil)
		return err
	}
	r.body, r.cancel = body, cancel
	if r.at == 0 {
		r.info = store.Info{Key: r.key, Size: o2.Size, Tag: o2.ETag, Modified: o2.LastModified}
		r.sum, r.want = nil, nil
		// That of an upload in parts is followed by a hyphen and their number.
		if want, err := base64.StdEncoding.DecodeString(header.Get(checksum)); err == nil && len(want) == sha256.Size {
			r.sum, r.want = sha256.New(), want
		}
	}
	return nil
}

// errDamaged is the failure of a read whose content is not what was written.
var errDamaged = errors.New("the content that came is not what was written")

// whole reports whether all the content was delivered as it was written, as far as
// that is known.
func (r *reader) whole() error {
	if r.sum != nil && !bytes.Equal(r.sum.Sum(nil), r.want) {
		return errDamaged
	}
	return nil
}

// fetch reads all of a small object from the present connection and checks it.
func (r *reader) fetch(ctx context.Context) ([]byte, error) {
	content := make([]byte, r.info.Size)
	for int(r.at) < len(content) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, err := r.readOnce(content[r.at:]); err != nil {
			return nil, err
		}
	}
	return content, r.whole()
}

// small reads an object that is here already, until its context ends.
type small struct {
	io.Reader
	ctx context.Context
}

func (s *small) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}

func (s *small) Close() error { return nil }

func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for r.err == nil {
		n, err := r.readOnce(p)
		if err == nil || n > 0 {
			return n, nil
		}
		r.resume(err)
	}
	return 0, r.err
}

// readOnce reads from the present connection, which may be silent for the
// store's timeout.
func (r *reader) readOnce(p []byte) (int, error) {
	rest := r.info.Size - r.at
	if rest == 0 {
		r.err = io.EOF
		if err := r.whole(); err != nil {
			r.err = r.store.explain("read", r.key, err)
		}
		return 0, r.err
	}
	cancel := r.cancel
	watch := time.AfterFunc(r.store.timeout, func() { cancel(errSlow) })
	n, err := r.body.Read(p[:min(int64(len(p)), rest)])
	slow := !watch.Stop()
	if r.sum != nil {
		r.sum.Write(p[:n])
	}
	r.at += int64(n)
	r.gained += int64(n)
	switch {
	case err == io.EOF && n == 0:
		err = io.ErrUnexpectedEOF // it announced more
	case err == io.EOF:
		err = nil
	case err != nil && slow:
		err = errSlow
	}
	return n, err
}

// resume deals with the failure of a connection: it makes the next one, or sets
// r.err.
func (r *reader) resume(err error) {
	if r.err != nil {
		return
	}
	if r.gained >= r.store.partSize {
		r.left = r.store.attempts
	}
	r.gained = 0
	for {
		r.drop()
		r.left--
		if ctxErr := r.ctx.Err(); ctxErr != nil {
			r.err = r.store.locate("read", r.key, ctxErr)
			return
		}
		if r.left <= 0 || !classify(err).again {
			r.err = r.store.explain("read", r.key, fmt.Errorf("at byte %d of %d: %w", r.at, r.info.Size, err))
			return
		}
		select {
		case <-r.ctx.Done():
			continue
		case <-time.After(r.store.pause(r.store.attempts - 1 - r.left)):
		}
		if err = r.connect(); err == nil {
			return
		}
	}
}

// drop ends the present connection.
func (r *reader) drop() {
	if r.body != nil {
		r.cancel(nil)
		r.body.Close()
		r.body = nil
	}
}

// Close ends the reading, wherever it is.
func (r *reader) Close() error {
	r.drop()
	if r.err == nil {
		r.err = r.store.locate("read", r.key, errors.New("the reader is closed"))
	}
	return nil
}

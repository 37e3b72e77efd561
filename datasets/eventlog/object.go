package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

var errStalled = errors.New("the server sent nothing for too long")

// object streams one object of a bucket. A read that breaks, brings nothing for
// Options.Stall, or ends before the object does, is taken up again from the
// offset it reached; the tag of the object makes sure that it is still the same
// content.
type object struct {
	ctx    context.Context
	bucket *bucket
	file   file
	body   io.ReadCloser // nil between attempts
	cancel func()        // ends the request behind body
	watch  *time.Timer   // runs while a byte is waited for; ends the request with errStalled
	cause  func() error  // why the request was ended
	offset int64         // bytes given to the caller
	size   int64         // offset of the end
	ranged bool          // the end is not that of the object
	failed int           // attempts since the last byte
}

// Read implements io.Reader. Its error wraps ErrUnreachable when every attempt
// failed.
func (o *object) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if o.body == nil {
			if err := o.resume(); err != nil {
				return 0, err
			}
		}
		o.watch.Reset(o.bucket.o.Stall)
		n, err := o.body.Read(p)
		o.watch.Stop()
		o.offset += int64(n)
		if n > 0 {
			o.failed = 0
			return n, nil
		}
		switch {
		case err == nil:
			continue
		case o.offset == o.size, err == io.EOF && o.size < 0: // no size is known of a chunked body
			return 0, io.EOF
		case o.ctx.Err() != nil:
			return 0, o.ctx.Err()
		case o.cause() == errStalled:
			err = errStalled
		}
		o.drop()
		if err := o.pause(err); err != nil {
			return 0, err
		}
	}
}

// resume asks for the rest of the object, again after passing failures.
func (o *object) resume() error {
	for {
		err := o.request()
		if err == nil {
			return nil
		}
		if o.ctx.Err() != nil {
			return o.ctx.Err()
		}
		answer := minio.ToErrorResponse(err)
		if s := answer.StatusCode; s >= 400 && s < 500 && s != http.StatusRequestTimeout && s != http.StatusTooManyRequests {
			return o.bucket.explain(err)
		}
		if err := o.pause(err); err != nil {
			return err
		}
	}
}

func (o *object) request() error {
	var opts minio.GetObjectOptions
	if o.file.tag != "" {
		if err := opts.SetMatchETag(o.file.tag); err != nil {
			return err
		}
	}
	part := o.offset > 0 || o.ranged
	if part {
		last := int64(0) // of the object
		if o.ranged {
			last = o.size - 1
		}
		if err := opts.SetRange(o.offset, last); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(o.ctx)
	watch := time.AfterFunc(o.bucket.o.Stall, func() { cancel(errStalled) })
	body, info, header, err := o.bucket.client.GetObject(ctx, o.bucket.name, o.bucket.prefix+o.file.name, opts)
	watch.Stop()
	if err != nil {
		if context.Cause(ctx) == errStalled {
			err = errStalled
		}
		cancel(nil)
		return err
	}
	if part && header.Get("Content-Range") == "" {
		cancel(nil)
		body.Close()
		return errors.New("the server ignored the range of a request")
	}
	o.body, o.watch = body, watch
	o.cancel, o.cause = func() { cancel(nil) }, func() error { return context.Cause(ctx) }
	if !part {
		o.size = info.Size
	}
	return nil
}

// pause waits before the next attempt, or returns cause when there have been
// enough.
func (o *object) pause(cause error) error {
	if o.failed == o.bucket.o.Retries {
		if err := o.bucket.explain(cause); errors.Is(err, ErrUnreachable) || errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return fmt.Errorf("%w: broke off at byte %d of %d, %d attempts in a row: %w", ErrUnreachable, o.offset, o.size, o.failed+1, cause)
	}
	wait := backoff(o.bucket.o.RetryWait, o.failed)
	o.failed++
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-o.ctx.Done():
		return o.ctx.Err()
	}
}

// backoff doubles a time for each attempt that failed before, up to five seconds.
func backoff(first time.Duration, failed int) time.Duration {
	const most = 5 * time.Second
	if first > most>>failed {
		return most
	}
	return first << failed
}

func (o *object) drop() {
	if o.body != nil {
		o.cancel()
		o.body.Close()
		o.body = nil
	}
}

// Close implements io.Closer.
func (o *object) Close() error {
	o.drop()
	return nil
}

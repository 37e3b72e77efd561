package rows

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Errors about a compressed stream.
var (
	ErrTruncated = errors.New("compressed stream ends early")
	ErrCorrupt   = errors.New("compressed stream is damaged")
	ErrBomb      = errors.New("compressed stream holds more than the limits allow")
)

// Limits bound what a compressed stream may hold. A limit that is not positive
// does not apply.
type Limits struct {
	Bytes int64 // decompressed bytes
	Ratio int64 // decompressed over compressed bytes, once RatioFrom bytes came out
}

// RatioFrom is how many decompressed bytes are free of Limits.Ratio, so that
// small files of repeated rows pass.
const RatioFrom = 4 << 20

// MaxWindow is how many bytes back a zstd stream may refer: what the format's own
// tool accepts unless told otherwise. A stream that asks for more is an ErrBomb.
const MaxWindow = 128 << 20

// Gunzip decompresses r, one or more gzip members, within the limits. Its errors
// wrap ErrTruncated, ErrCorrupt or ErrBomb; errors of r come as they are. Close
// does not close r.
func Gunzip(r io.Reader, l Limits) io.ReadCloser {
	return newUnpacked(r, l, func(in io.Reader) (io.ReadCloser, error) { return gzip.NewReader(in) })
}

// Unzstd does for zstd frames what Gunzip does for gzip members.
func Unzstd(r io.Reader, l Limits) io.ReadCloser {
	return newUnpacked(r, l, func(in io.Reader) (io.ReadCloser, error) {
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(MaxWindow), zstd.WithDecoderMaxMemory(MaxWindow))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	})
}

// unpacked is the content of a compressed stream.
type unpacked struct {
	in       *counted
	buffered *bufio.Reader
	open     func(io.Reader) (io.ReadCloser, error)
	z        io.ReadCloser // nil until the first Read
	limits   Limits
	out      int64
	err      error
}

func newUnpacked(r io.Reader, l Limits, open func(io.Reader) (io.ReadCloser, error)) *unpacked {
	in := &counted{r: r}
	return &unpacked{in: in, buffered: bufio.NewReaderSize(in, 64<<10), open: open, limits: l}
}

// Read implements io.Reader.
func (u *unpacked) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	if u.z == nil {
		if u.err = u.start(); u.err != nil {
			return 0, u.err
		}
	}
	n, err := u.z.Read(p)
	u.out += int64(n)
	switch {
	case u.limits.Bytes > 0 && u.out > u.limits.Bytes:
		u.err = fmt.Errorf("%w: more than %d bytes", ErrBomb, u.limits.Bytes)
	case u.limits.Ratio > 0 && u.out > RatioFrom && u.out/u.limits.Ratio > u.in.n:
		u.err = fmt.Errorf("%w: more than %d times its compressed size", ErrBomb, u.limits.Ratio)
	case err != nil:
		u.err = u.explain(err)
		return n, u.err
	default:
		return n, nil
	}
	return 0, u.err
}

// start opens the stream, which must not be empty.
func (u *unpacked) start() error {
	if _, err := u.buffered.Peek(1); err == io.EOF {
		return ErrTruncated
	}
	z, err := u.open(u.buffered)
	if err != nil {
		return u.explain(err)
	}
	u.z = z
	return nil
}

// Close implements io.Closer.
func (u *unpacked) Close() error {
	u.err = io.ErrClosedPipe
	if u.z == nil {
		return nil
	}
	return u.z.Close()
}

// explain tells damage of the stream from a failure of the reader below it.
func (u *unpacked) explain(err error) error {
	switch {
	case u.in.err != nil:
		return u.in.err
	case err == io.EOF && u.z != nil:
		return io.EOF
	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
		return ErrTruncated
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return fmt.Errorf("%w: it needs more than %d bytes of memory", ErrBomb, MaxWindow)
	default:
		return fmt.Errorf("%w: %v", ErrCorrupt, err)
	}
}

// counted counts the bytes read and keeps the first error that is not io.EOF.
type counted struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF && c.err == nil {
		c.err = err
	}
	return n, err
}

package rows

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Errors about a gzip stream.
var (
	ErrTruncated = errors.New("gzip stream ends early")
	ErrCorrupt   = errors.New("gzip stream is damaged")
	ErrBomb      = errors.New("gzip stream holds more than the limits allow")
)

// Limits bound what a gzip stream may hold. A limit that is not positive does not
// apply.
type Limits struct {
	Bytes int64 // decompressed bytes
	Ratio int64 // decompressed over compressed bytes, once RatioFrom bytes came out
}

// RatioFrom is how many decompressed bytes are free of Limits.Ratio, so that
// small files of repeated rows pass.
const RatioFrom = 4 << 20

// Gunzip decompresses r, one or more gzip members, within the limits. Its errors
// wrap ErrTruncated, ErrCorrupt or ErrBomb; errors of r come as they are.
func Gunzip(r io.Reader, l Limits) io.Reader {
	in := &counted{r: r}
	return &gunzip{in: in, buffered: bufio.NewReaderSize(in, 64<<10), limits: l}
}

type gunzip struct {
	in       *counted
	buffered *bufio.Reader
	z        *gzip.Reader
	limits   Limits
	out      int64
	err      error
}

func (g *gunzip) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	if g.z == nil {
		z, err := gzip.NewReader(g.buffered)
		if err != nil {
			g.err = g.explain(err, true)
			return 0, g.err
		}
		g.z = z
	}
	n, err := g.z.Read(p)
	g.out += int64(n)
	switch {
	case g.limits.Bytes > 0 && g.out > g.limits.Bytes:
		g.err = fmt.Errorf("%w: more than %d bytes", ErrBomb, g.limits.Bytes)
	case g.limits.Ratio > 0 && g.out > RatioFrom && g.out/g.limits.Ratio > g.in.n:
		g.err = fmt.Errorf("%w: more than %d times its compressed size", ErrBomb, g.limits.Ratio)
	case err != nil:
		g.err = g.explain(err, false)
		return n, g.err
	default:
		return n, nil
	}
	return 0, g.err
}

// explain tells damage of the stream from a failure of the reader below it.
func (g *gunzip) explain(err error, first bool) error {
	switch {
	case g.in.err != nil:
		return g.in.err
	case err == io.EOF && !first:
		return io.EOF
	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
		return ErrTruncated
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

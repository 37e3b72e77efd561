package table

import (
	"io"
	"testing"
)

type counted struct {
	io.Writer
	n int64
}

func (c *counted) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func BenchmarkUsers(b *testing.B) {
	w := newWorld(1, 5000, 200)
	b.ReportAllocs()
	rows := 0
	var out counted
	for b.Loop() {
		out.n = 0
		w.writeUsers(b, &out)
		rows += len(w.users)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "users/s")
	b.ReportMetric(float64(out.n)/float64(len(w.users)), "bytes/user")
}

package digest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var sizes = []int{0, 1, piece - 1, piece, piece + 1, (pieces+1)*piece + 7}

func content(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i * 7 >> 3)
	}
	return data
}

func TestSameAsInOnePiece(t *testing.T) {
	for _, size := range sizes {
		want := content(size)
		for name, src := range map[string]func() io.Reader{
			"whole": func() io.Reader { return bytes.NewReader(want) },
			"half":  func() io.Reader { return iotest.HalfReader(bytes.NewReader(want)) },
			"eof":   func() io.Reader { return iotest.DataErrReader(bytes.NewReader(want)) },
		} {
			got := make([]byte, size)
			sum, err := ReadFull(t.Context(), src(), got)
			if err != nil || sum != sha256.Sum256(want) || !bytes.Equal(got, want) {
				t.Errorf("ReadFull of %d bytes, %s: %v, right digest %v", size, name, err, sum == sha256.Sum256(want))
			}
			var out bytes.Buffer
			n, sum, err := Copy(t.Context(), &out, src())
			if err != nil || n != int64(size) || sum != sha256.Sum256(want) || !bytes.Equal(out.Bytes(), want) {
				t.Errorf("Copy of %d bytes, %s: %d, %v, right digest %v", size, name, n, err, sum == sha256.Sum256(want))
			}
		}
	}
}

type full struct{ n int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestFailures(t *testing.T) {
	failed := errors.New("failed")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, size := range sizes {
		broken := func() io.Reader {
			return io.MultiReader(bytes.NewReader(content(size)), iotest.ErrReader(failed))
		}
		_, readErr := ReadFull(t.Context(), broken(), make([]byte, size+1))
		_, shortErr := ReadFull(t.Context(), bytes.NewReader(content(size)), make([]byte, size+1))
		_, lateErr := ReadFull(cancelled, bytes.NewReader(content(size)), make([]byte, size))
		_, _, copyErr := Copy(t.Context(), io.Discard, broken())
		_, _, writeErr := Copy(t.Context(), &full{size - 1}, bytes.NewReader(content(size)))
		_, _, stopErr := Copy(cancelled, io.Discard, bytes.NewReader(content(size)))
		wantShort := io.ErrUnexpectedEOF
		if size == 0 {
			wantShort, lateErr, writeErr = io.EOF, context.Canceled, errFull // nothing to be late for, or to write
		}
		for what, test := range map[string]struct{ err, want error }{
			"ReadFull of a broken reader": {readErr, failed}, "ReadFull of a short one": {shortErr, wantShort},
			"ReadFull after the end": {lateErr, context.Canceled}, "Copy of a broken reader": {copyErr, failed},
			"Copy to a full disk": {writeErr, errFull}, "Copy after the end": {stopErr, context.Canceled},
		} {
			if !errors.Is(test.err, test.want) {
				t.Errorf("%s, %d bytes: %v, want %v", what, size, test.err, test.want)
			}
		}
	}
}

func BenchmarkReadFull(b *testing.B) {
	want := content(64 << 20)
	got := make([]byte, len(want))
	b.SetBytes(int64(len(want)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadFull(b.Context(), bytes.NewReader(want), got); err != nil {
			b.Fatal(err)
		}
	}
}

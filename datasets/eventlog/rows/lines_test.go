package rows

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// readLines returns the lines of s and an error name in place of a refused one.
func readLines(r io.Reader, max int) (got []string, err error) {
	l := NewLines(r, max)
	for n := 1; ; n++ {
		line, err := l.Next()
		switch {
		case err == io.EOF:
			return got, nil
		case errors.Is(err, ErrTooLong):
			got = append(got, "<long>")
		case err != nil:
			return got, err
		default:
			got = append(got, string(line))
		}
		if l.Number() != n {
			got = append(got, "<wrong number>")
		}
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 300_000)
	for _, c := range []struct {
		name, in string
		max      int
		want     []string
	}{
		{"Empty", "", 10, nil},
		{"NoFinalLineFeed", "a\nb", 10, []string{"a", "b"}},
		{"FinalLineFeed", "a\nb\n", 10, []string{"a", "b"}},
		{"EmptyLines", "\n\na\n", 10, []string{"", "", "a"}},
		{"CRLF", "a\r\nb\r\n", 10, []string{"a", "b"}},
		{"CRWithin", "a\rb\n", 10, []string{"a\rb"}},
		{"ByteOrderMark", "\uFEFFa\nb\n", 10, []string{"a", "b"}},
		{"AtLimit", "12345\n12345\r\n12345", 5, []string{"12345", "12345", "12345"}},
		{"AboveLimit", "123456\nok\n123456\r\nok\n123456", 5, []string{"<long>", "ok", "<long>", "ok", "<long>"}},
		{"FarAboveLimit", long + "\nok\n" + long, 100, []string{"<long>", "ok", "<long>"}},
		{"AboveFirstBuffer", long + "\nok\n", len(long), []string{long, "ok"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.in), "bytes": iotest.OneByteReader(strings.NewReader(c.in)),
				"early": iotest.DataErrReader(strings.NewReader(c.in)),
			} {
				got, err := readLines(r, c.max)
				if err != nil {
					t.Fatal(how, err)
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Errorf("%s:\n%s", how, d)
				}
			}
		})
	}
}

func TestLinesKeepsTheErrorOfItsStream(t *testing.T) {
	broken := errors.New("broken")
	l := NewLines(io.MultiReader(strings.NewReader("a\nhalf"), iotest.ErrReader(broken)), 10)
	if line, err := l.Next(); string(line) != "a" || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	for range 2 {
		if _, err := l.Next(); !errors.Is(err, broken) {
			t.Fatalf("error %v, want that of the stream", err)
		}
	}
	if l.Number() < 2 {
		t.Errorf("line %d, want the one that broke off", l.Number())
	}
}

// However long rows may be, the buffer is for those that there are.
func TestBuffersGrowWithRows(t *testing.T) {
	const max = 1 << 30
	for _, n := range []int{1, firstBuffer - 1, firstBuffer, firstBuffer + 1, 5*firstBuffer + 1} {
		row := strings.Repeat("x", n)
		in := row + "\ny\n" + row + "\n"
		if got, err := readLines(strings.NewReader(in), max); err != nil || !cmp.Equal(got, []string{row, "y", row}) {
			t.Errorf("%d lines, %v, of %d bytes", len(got), err, n)
		}
		l, c := NewLines(strings.NewReader(in), max), NewRecords(strings.NewReader("\""+in+"\","), max, 9)
		if len(l.buf) != 0 || len(c.buf) != 0 {
			t.Errorf("buffers of %d and %d bytes before anything is read", len(l.buf), len(c.buf))
		}
		if _, err := l.Next(); err != nil || len(l.buf) > firstBuffer+4*n {
			t.Errorf("%d bytes: %v, buffer of %d", n, err, len(l.buf))
		}
		if fields, err := c.Next(); err != nil || len(fields) != 2 || len(fields[0]) != len(in) || len(c.buf) > firstBuffer+4*len(in) {
			t.Errorf("%d bytes: %d fields, %v, buffer of %d", n, len(fields), err, len(c.buf))
		}
	}
}

func TestLinesMemoryIsBounded(t *testing.T) {
	endless := io.LimitReader(zeros{}, 1<<25)
	l := NewLines(endless, 1<<10)
	if _, err := l.Next(); !errors.Is(err, ErrTooLong) {
		t.Fatal(err)
	}
	if n := len(l.buf); n > firstBuffer+MinBuffer(1<<10) {
		t.Errorf("buffer of %d bytes for lines of %d", n, 1<<10)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func FuzzLines(f *testing.F) {
	f.Add("a\nb\r\n\n\rc", 3)
	f.Add("\uFEFF12345", 5)
	f.Fuzz(func(t *testing.T, in string, max int) {
		if max < 1 || max > 1<<16 {
			return
		}
		whole, err := readLines(strings.NewReader(in), max)
		if err != nil {
			t.Fatal(err)
		}
		pieces, err := readLines(iotest.HalfReader(strings.NewReader(in)), max)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(whole, pieces); d != "" {
			t.Errorf("depends on how the stream is cut:\n%s", d)
		}
		text := strings.TrimPrefix(in, "\uFEFF")
		want := strings.Count(text, "\n")
		if text != "" && !strings.HasSuffix(text, "\n") {
			want++
		}
		if len(whole) != want {
			t.Errorf("%d lines, want %d", len(whole), want)
		}
	})
}

package rows

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// cutRows cuts a stream into blocks with buffers of a size and the blocks into
// rows, each with its line.
func cutRows(in io.Reader, f Form, records bool, max, size int) (got []string, err error) {
	c := LineCutter(in, max)
	if records {
		c = RecordCutter(in, f, max)
	}
	s := NewSplitter(f, max, 3)
	buf := make([]byte, MinBuffer(max)+size)
	for {
		b, err := c.Next(buf)
		switch {
		case errors.Is(err, ErrTooLong):
			got = append(got, fmt.Sprint(b.Line, " ", err))
			continue
		case err == io.EOF:
			return got, nil
		case err != nil:
			return append(got, fmt.Sprint(b.Line)), err
		}
		for len(b.Data) > 0 {
			line := b.Line
			if !records {
				text := b.Data[:lineLength(b.Data)]
				b.Advance(len(text))
				if text = content(text); len(text) > max {
					got = append(got, fmt.Sprint(line, " ", ErrTooLong))
				} else {
					got = append(got, fmt.Sprintf("%d %q", line, text))
				}
				continue
			}
			fields, n, err := s.Next(b.Data)
			if err != nil {
				got = append(got, fmt.Sprint(line, " ", err))
			} else if fields != nil {
				got = append(got, fmt.Sprintf("%d %q", line, fields))
			}
			b.Advance(n)
		}
	}
}

func TestCutter(t *testing.T) {
	long := strings.Repeat("x", 30)
	for _, in := range []string{
		"", "\n", "a", "a\nb", "\uFEFFa\nb\n", "\uFEFF", "\uFEFF\n", long, long + "\n" + long + "\na\n", long + "\na", "a\n" + long, "a\r\n\r\nb\r",
		"a,\"b\nc\",d\ne\n", "a,\"b\nc\n" + strings.Repeat("d\n", 9), "\"" + long + "\"\na\n", "\"a\n" + long + "\"\nb\n", "\"a\n\",b\"\nc\n",
		strings.Repeat("\"a\n\",b\n", 9), strings.Repeat("a\"b\n", 9), strings.Repeat("\"\"\n", 20), "\"a\n\"," + long + "\nb\n", "1,2,\"3\n\",4\n5\n",
		strings.Repeat("\n", 50), "\"\n\"x\n\"\ny\"", "a,\"b\"\"\nc\"\"\",\nd",
		"\"\n\"\"\n\"\na\n\"b\nc\"\nd\n", // a doubled quote before a line end
		"\"aaaaaaaaaa\n\"\nbb\n\",c\n",   // one byte above the limit, and its last line begins another record
	} {
		for _, records := range []bool{false, true} {
			want, err := cutRows(strings.NewReader(in), Form{}, records, 12, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for size := range 40 {
				got, err := cutRows(iotest.HalfReader(strings.NewReader(in)), Form{}, records, 12, size)
				if d := cmp.Diff(want, got); d != "" || err != nil {
					t.Fatalf("%q in blocks of %d: %v %s", in, size, err, d)
				}
			}
		}
	}
}

func TestCutterKeepsTheErrorOfItsStream(t *testing.T) {
	broken := errors.New("broken")
	for in, want := range map[string][]string{
		"": {"1"}, "a": {"1"}, "a\n": {`1 ["a"]`, "1"}, "a\nb": {`1 ["a"]`, "2"}, "a\n\"b\n": {`1 ["a"]`, "2"},
		strings.Repeat("x", 99): {"1 " + ErrTooLong.Error(), "1"},
	} {
		got, err := cutRows(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), Form{}, true, 12, 0)
		if d := cmp.Diff(want, got); d != "" || !errors.Is(err, broken) {
			t.Errorf("%q: %v %s", in, err, d)
		}
	}
	c := LineCutter(stuck{}, 12)
	if _, err := c.Next(make([]byte, MinBuffer(12))); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("error %v, want %v", err, io.ErrNoProgress)
	}
}

// stuck never gives anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestForms(t *testing.T) {
	for _, c := range []struct {
		in   string
		f    Form
		want []string
	}{
		{"a\tb,c\t\"d\te\"\n", Form{Separator: '\t'}, []string{`1 ["a" "b,c" "d\te"]`}},
		{"a;\"b\nc\";\n", Form{Separator: ';'}, []string{`1 ["a" "b\nc" ""]`}},
		{"a\t\"b\n\"c\t5\" disk\n", Form{Separator: '\t', Unquoted: true}, []string{`1 ["a" "\"b"]`, `2 ["\"c" "5\" disk"]`}},
	} {
		got, err := cutRows(strings.NewReader(c.in), c.f, true, 99, 0)
		if d := cmp.Diff(c.want, got); d != "" || err != nil {
			t.Errorf("%q: %v %s", c.in, err, d)
		}
	}
}

func FuzzCutter(f *testing.F) {
	for _, in := range []string{"a,b\n\"c\"\"d\",e\n", "\"a\nb\",c\n\n,\n", "a\"b\n", "\"", "x,\"y\"z\n\"\"\n", "\uFEFFa\r\n\"b\r\n\"\r", "\"a\n\n\n\n\n\n\n\"\n",
		"\n\"\n\n\"\n\na\n\n\n\n\"\n\n\"\"\n\"\n\na\n\"\n\x10\x00\n\na\n\n\n\n\"\n\n"} {
		f.Add(in, 5, 0)
		f.Add(in, 100, 3)
	}
	f.Add("\"\n\n\"\n\na\n\n\n\n\"\n\n\n\n\n\"\"\na\n\"\n\na\n\n\n\n\n\n\n\"", 32, 0) // a doubled quote among line ends
	f.Fuzz(func(t *testing.T, in string, max, size int) {
		if max < 1 || max > 1<<10 || size < 0 || size > 1<<10 {
			return
		}
		for _, records := range []bool{false, true} {
			want, err := cutRows(strings.NewReader(in), Form{}, records, max, len(in)+4)
			if err != nil {
				t.Fatal(err)
			}
			got, err := cutRows(strings.NewReader(in), Form{}, records, max, size)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("depends on the size of blocks: %v\n%s", err, cmp.Diff(want, got))
			}
		}
	})
}

package rows

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

type numbered struct {
	Line   int
	Fields []string
}

// readRecords returns the records of r and an error name in place of a refused
// one.
func readRecords(r io.Reader, max, columns int) (got []numbered, err error) {
	c := NewRecords(r, max, columns)
	for {
		fields, err := c.Next()
		one := numbered{Line: c.Number()}
		switch {
		case err == io.EOF:
			return got, nil
		case errors.Is(err, ErrTooLong):
			one.Fields = []string{"<long>"}
		case errors.Is(err, ErrTooManyColumns):
			one.Fields = []string{"<columns>"}
		case errors.Is(err, ErrQuote):
			one.Fields = []string{"<quote>"}
		case err != nil:
			return got, err
		}
		for _, f := range fields {
			one.Fields = append(one.Fields, string(f))
		}
		got = append(got, one)
	}
}

func TestRecords(t *testing.T) {
	row := func(line int, fields ...string) numbered { return numbered{line, fields} }
	wide := strings.Repeat("x", 100_000)
	for _, c := range []struct {
		name, in     string
		max, columns int
		want         []numbered
	}{
		{"Empty", "", 99, 9, nil},
		{"Plain", "a,b\nc,\n,d", 99, 9, []numbered{row(1, "a", "b"), row(2, "c", ""), row(3, "", "d")}},
		{"CRLF", "a,b\r\n\"c\",\"d\"\r\n", 99, 9, []numbered{row(1, "a", "b"), row(2, "c", "d")}},
		{"EmptyLines", "\na\n\r\n\nb\n", 99, 9, []numbered{row(2, "a"), row(5, "b")}},
		{"Quoted", `"a,""b""",c` + "\n\"\",\"\"\"\"", 99, 9, []numbered{row(1, `a,"b"`, "c"), row(2, "", `"`)}},
		{"LineEndsWithin", "\"a\nb\r\nc\",d\ne,f", 99, 9, []numbered{row(1, "a\nb\r\nc", "d"), row(4, "e", "f")}},
		{"DoubledBeforeLineEnd", "\"\"\"\n\n\",d\ne,f\n", 99, 9, []numbered{row(1, "\"\n\n", "d"), row(4, "e", "f")}},
		{"ByteOrderMark", "\uFEFF\"a\",b\n", 99, 9, []numbered{row(1, "a", "b")}},
		{"BareQuote", "a\"b,c\nd,e\n", 99, 9, []numbered{row(1, "<quote>"), row(2, "d", "e")}},
		{"TextBehindQuote", "\"a\"b,c\nd\n", 99, 9, []numbered{row(1, "<quote>"), row(2, "d")}},
		{"NeverClosed", "a,\"b\nc,d\ne,f\n", 99, 9, []numbered{row(1, "<quote>"), row(2, "c", "d"), row(3, "e", "f")}},
		{"DoubledInRefused", "\"\"\"x\ny\"\"\n\"z\"\"\n", 99, 9,
			[]numbered{row(1, "<quote>"), row(2, "<quote>"), row(3, "<quote>")}},
		{"AtLimit", "12,45\n\"2\n5\"\n", 5, 9, []numbered{row(1, "12", "45"), row(2, "2\n5")}},
		{"AboveLimit", "12,456\nok\n\"2\n56\"\n", 5, 9,
			[]numbered{row(1, "<long>"), row(2, "ok"), row(3, "<quote>"), row(4, "<quote>")}},
		{"FarAboveLimit", wide + "\nok\n\"" + wide + "\"\nok", 5, 9,
			[]numbered{row(1, "<long>"), row(2, "ok"), row(3, "<long>"), row(4, "ok")}},
		{"AboveFirstBuffer", wide + ",\"" + wide + "\"\nok", 300_000, 9, []numbered{row(1, wide, wide), row(2, "ok")}},
		{"ColumnsAtLimit", "1,2,3\n\"1\",2,3\n", 99, 3, []numbered{row(1, "1", "2", "3"), row(2, "1", "2", "3")}},
		{"ColumnsAboveLimit", "1,2,3,4\n\"1\",2,3,4\nok\n", 99, 3,
			[]numbered{row(1, "<columns>"), row(2, "<columns>"), row(3, "ok")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.in), "bytes": iotest.OneByteReader(strings.NewReader(c.in)),
			} {
				got, err := readRecords(r, c.max, c.columns)
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

func TestRecordsKeepTheErrorOfTheirStream(t *testing.T) {
	broken := errors.New("broken")
	for _, in := range []string{"a,b\nhalf", "a,b\n\"half", "a,b\n\"half\"", "a,b\n\"x\",ha"} {
		c := NewRecords(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), 99, 9)
		if _, err := c.Next(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := c.Next(); !errors.Is(err, broken) {
				t.Errorf("%q: error %v, want that of the stream", in, err)
			}
		}
	}
}

// A stray quote costs the row it stands in, not those behind it.
func TestRecordsRecoverFromAStrayQuote(t *testing.T) {
	in := "a,\"b\n" + strings.Repeat("x,y\n", 100_000)
	got, err := readRecords(strings.NewReader(in), 1<<12, 9)
	if err != nil || len(got) != 100_001 {
		t.Fatalf("%d records, %v; want 100001", len(got), err)
	}
}

// What encoding/csv accepts is read the same way.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{"a,b\n\"c\"\"d\",e\n", "\"a\nb\",c\n\n,\n", "a\"b\n", "\"", "x,\"y\"z\n\"\"\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := readRecords(strings.NewReader(in), 1<<16, 1000)
		if err != nil {
			t.Fatal(err)
		}
		pieces, err := readRecords(iotest.HalfReader(strings.NewReader(in)), 1<<16, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(got, pieces); d != "" {
			t.Errorf("depends on how the stream is cut:\n%s", d)
		}
		if strings.ContainsAny(in, "\r\uFEFF") { // normalised there, kept here
			return
		}
		peer := csv.NewReader(strings.NewReader(in))
		peer.FieldsPerRecord = -1
		want, err := peer.ReadAll()
		if err != nil || len(in) > 1<<16 || slices.ContainsFunc(want, func(row []string) bool { return len(row) > 1000 }) {
			return // it has no limits
		}
		var fields [][]string
		for _, g := range got {
			fields = append(fields, g.Fields)
		}
		if d := cmp.Diff(want, fields); d != "" {
			t.Errorf("encoding/csv reads it otherwise:\n%s", d)
		}
	})
}

package privacy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestReadErasures(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"Empty":            {"", nil},
		"OnlyComments":     {"# asked on Monday\n\n#\n", nil},
		"Lines":            {"b\na\n", []string{"a", "b"}},
		"NoLineEnd":        {"a\nb", []string{"a", "b"}},
		"CRLF":             {"a\r\n\r\nb\r\n# c\r\nd\r", []string{"a", "b", "d"}},
		"ByteOrderMark":    {"\xEF\xBB\xBFa\nb\n", []string{"a", "b"}},
		"Repeated":         {"a\na\n\"a\"\n", []string{"a"}},
		"SpacesInside":     {"Ann Lee\n", []string{"Ann Lee"}},
		"NotAscii":         {"用户-7\n\U0001F600\n", []string{"用户-7", "\U0001F600"}},
		"JSONStrings":      {`"#1"` + "\n" + `" a "` + "\n" + `"\"q\""` + "\n" + `"\u00e9\ud83d\ude00"` + "\n", []string{" a ", "\"q\"", "#1", "é\U0001F600"}},
		"QuoteInside":      {"a\"b\n", []string{"a\"b"}},
		"HashInside":       {"a#b\n", []string{"a#b"}},
		"Longest":          {strings.Repeat("x", maxID) + "\nb\n", []string{"b", strings.Repeat("x", maxID)}},
		"LongestEscaped":   {`"` + strings.Repeat(`\u0078`, maxID) + "\"\r\nb\n", []string{"b", strings.Repeat("x", maxID)}},
		"LongComment":      {"#" + strings.Repeat("x", maxLine-1) + "\nb\n", []string{"b"}},
		"OnlyAByteOrderBM": {"\xEF\xBB\xBF", nil},
	} {
		for kind, r := range map[string]io.Reader{"": strings.NewReader(c.text), " a byte at a time": iotest.OneByteReader(strings.NewReader(c.text))} {
			e, err := ReadErasures(r)
			if err != nil {
				t.Errorf("%s%s: %v", name, kind, err)
				continue
			}
			if diff := cmp.Diff(c.want, e.all()); diff != "" || e.Len() != len(c.want) {
				t.Errorf("%s%s: %d %s", name, kind, e.Len(), diff)
			}
		}
	}
}

func TestReadErasuresRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"SpaceBehind":   {"ok\nsecret \n", []string{"line 2: space"}},
		"SpaceBefore":   {"\tsecret\n", []string{"line 1: space"}},
		"OnlySpace":     {"ok\n \n", []string{"line 2: space"}},
		"NoBreakSpace":  {"secret\u00a0\n", []string{"line 1: space"}},
		"NUL":           {"sec\x00ret\n", []string{"line 1: holds a control"}},
		"Tab":           {"secret\tx\n", []string{"line 1: holds a control"}},
		"BareCR":        {"secret\rsecret2\n", []string{"line 1: holds a control"}},
		"NotUTF8":       {"ok\nsecret\xff\n", []string{"line 2: not valid UTF-8"}},
		"UTF16":         {"\xff\xfes\x00e\x00\n\x00", []string{"line 1: not valid UTF-8", "line 2: holds a control"}},
		"TooLong":       {strings.Repeat("secret", 1000) + "\nok\n \n", []string{"line 1: longer", "line 3: space"}},
		"AboveLongest":  {strings.Repeat("x", maxID+1), []string{"line 1: longer"}},
		"HugeLine":      {strings.Repeat("secret", 1_000_000) + "\n\x00", []string{"line 1: longer than any id", "line 2: holds"}},
		"HugeLastLine":  {strings.Repeat("secret", 1_000_000), []string{"line 1: longer than any id"}},
		"OpenQuote":     {"\"secret\n", []string{"line 1: begins with a quote"}},
		"BehindQuote":   {"\"secret\" x\n", []string{"line 1: begins with a quote"}},
		"EmptyString":   {"\"\"\n", []string{"line 1: an empty id"}},
		"HalfSurrogate": {`"secret\ud83d"`, []string{"line 1: begins with a quote"}},
		"EscapedNUL":    {`"secret\u0000"`, []string{"line 1: holds a control"}},
		"NotUTF8Quoted": {"\"secret\xff\"", []string{"line 1: "}},
		"ManyFaults":    {strings.Repeat("secret \n", 1000), []string{"line 1: space", "line 10: space", "maybe more"}},
	} {
		e, err := ReadErasures(strings.NewReader(c.text))
		if !errors.Is(err, ErrErasures) || e != nil {
			t.Errorf("%s: %v, %v", name, e, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v lacks %q", name, err, want)
			}
		}
		if strings.Contains(err.Error(), "secret") || len(err.Error()) > 1500 {
			t.Errorf("%s: %.2000v", name, err)
		}
	}
	broken := errors.New("broken")
	if _, err := ReadErasures(io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if _, err := ReadErasures(io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20)), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("in a long line: %v", err)
	}
	if _, err := LoadErasures(filepath.Join(t.TempDir(), "no")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := LoadErasures(file(t, "a \n")); !errors.Is(err, ErrErasures) {
		t.Errorf("%v", err)
	}
}

// A million ids, each twice, and a line of 64 MB that never ends up in memory.
func TestReadErasuresOfManyUsers(t *testing.T) {
	const users = 1_000_000
	read, write := io.Pipe()
	go func() {
		w := bufio.NewWriter(write)
		for i := range 2 * users {
			fmt.Fprintf(w, "user-%d\r\n", i%users)
		}
		w.Flush()
		write.Close()
	}()
	e, err := ReadErasures(read)
	if err != nil || e.Len() != users || !e.has("user-0") || !e.has("user-999999") || e.has("user-1000000") {
		t.Fatalf("%d, %v", e.Len(), err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := ReadErasures(io.LimitReader(letters{}, 64<<20)); !errors.Is(err, ErrErasures) {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("a line of 64 MB took %d bytes", took)
	}
	runtime.KeepAlive(e)
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestNoErasures(t *testing.T) {
	var e *Erasures
	if e.Len() != 0 || e.has("") || e.all() != nil || e.String() != "0 erasures" {
		t.Errorf("%v", e)
	}
}

func FuzzReadErasures(f *testing.F) {
	for _, seed := range []string{
		"", "a\nb\r\n", "# c\n\n\"#1\"\n", "\xEF\xBB\xBFa", " a", "a\x00", "\"\\ud83d\"", "\"", "a\r\r\n", "\"\\u00e9\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ReadErasures(strings.NewReader(string(data)))
		if err != nil {
			if !errors.Is(err, ErrErasures) {
				t.Fatal(err)
			}
			return
		}
		for _, id := range e.all() { // every id can be written, and is read back
			again, err := ReadErasures(strings.NewReader(quoted(id)))
			if err != nil || !again.has(id) || again.Len() != 1 {
				t.Fatalf("%q: %v, %v", id, again, err)
			}
		}
		if lines := 1 + strings.Count(string(data), "\n"); e.Len() > lines {
			t.Fatalf("%d ids of %d lines", e.Len(), lines)
		}
	})
}

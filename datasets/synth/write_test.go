package synth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/eventlog"

	"github.com/google/go-cmp/cmp"
)

func TestWrittenAndReadBack(t *testing.T) {
	p := mustNew(t, small())
	events, catalogue := collect(t, p), catalogueOf(t, p)
	byID := func(c *event.Catalogue) {
		slices.SortFunc(c.Users, func(a, b event.User) int { return strings.Compare(a.ID, b.ID) })
		slices.SortFunc(c.Items, func(a, b event.Item) int { return strings.Compare(a.ID, b.ID) })
		slices.SortFunc(c.Partners, func(a, b event.Partner) int { return strings.Compare(a.ID, b.ID) })
	}
	byID(catalogue)
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new", "folder")
			if err := p.Write(context.Background(), dir, format); err != nil {
				t.Fatal(err)
			}
			s, err := eventlog.Open(context.Background(), dir, eventlog.Options{Now: End})
			if err != nil {
				t.Fatal(err)
			}
			read := collect(t, s)
			for i := range min(len(events), len(read)) {
				if events[i] != read[i] {
					t.Fatalf("event %d:\n%+v was read as\n%+v", i, events[i], read[i])
				}
			}
			if len(read) != len(events) {
				t.Errorf("%d events written, %d read", len(events), len(read))
			}
			c, err := s.Catalogue(context.Background(), func(r event.Reject) { t.Errorf("rejected: %+v", r) })
			if err != nil {
				t.Fatal(err)
			}
			byID(c)
			if d := cmp.Diff(catalogue, c); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWriteAgain(t *testing.T) {
	dir := t.TempDir()
	if err := mustNew(t, small()).Write(context.Background(), dir, JSONLGzip); err != nil {
		t.Fatal(err)
	}
	first := folder(t, dir)
	o := small()
	o.Seed++
	if err := mustNew(t, o).Write(context.Background(), dir, JSONLGzip); err != nil {
		t.Fatal(err)
	}
	other := folder(t, dir)
	if err := mustNew(t, small()).Write(context.Background(), dir, JSONLGzip); err != nil {
		t.Fatal(err)
	}
	again := folder(t, dir)
	if len(first) != 5 || len(other) != 5 || len(again) != 5 {
		t.Errorf("%d, %d, %d files", len(first), len(other), len(again))
	}
	for name := range first {
		if bytes.Equal(first[name], other[name]) {
			t.Errorf("%s was not replaced", name)
		}
		if !bytes.Equal(first[name], again[name]) {
			t.Errorf("%s differs for the same platform", name)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	p := mustNew(t, small())
	if err := p.Write(context.Background(), t.TempDir(), "xml"); err == nil ||
		!strings.Contains(err.Error(), `"xml"`) || !strings.Contains(err.Error(), CSVGzip) {
		t.Errorf("format: %v", err)
	}
	for _, name := range []string{"events.csv", "events-2.jsonl", "users_old.jsonl", "trends.jsonl.gz", "items"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		err := p.Write(context.Background(), dir, JSONL)
		if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, name)) {
			t.Errorf("%s is in the way: %v", name, err)
		}
		if got := folder(t, dir); len(got) != 1 {
			t.Errorf("%d files beside %s", len(got)-1, name)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README.md"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.Write(context.Background(), dir, JSONL); err != nil {
		t.Errorf("a file of no table: %v", err)
	}
	if err := p.Write(context.Background(), filepath.Join(dir, "README.md"), JSONL); err == nil {
		t.Error("wrote into a file")
	}
}

func TestWriteStopsClean(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := mustNew(t, small()).Write(ctx, dir, CSV); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	broken := errors.New("disk full")
	err := replace(filepath.Join(dir, "events.csv"), func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if got := folder(t, dir); len(got) != 0 {
		t.Errorf("left behind: %d files", len(got))
	}
}

// TestEncoderEscapes uses texts the platform itself never has.
func TestEncoderEscapes(t *testing.T) {
	u := event.User{ID: "a,\"b\"\n", Occupation: "Zoë\t\\", Consent: []string{`x"`, "y"}}
	for _, c := range []struct {
		form form
		want string
	}{
		{asHeader, "user_id,occupation,age,gender,region,signup_ts,consent\n"},
		{asCSV, "\"a,\"\"b\"\"\n\",Zoë\t\\,,,,,\"x\"\"|y\"\n"},
		{asJSON, `{"user_id":"a,\"b\"\n","occupation":"Zoë\t\\","consent":["x\"","y"]}` + "\n"},
	} {
		e := encoder{form: c.form}
		e.user(&u)
		if got := string(e.buf); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestEncoderDecimals(t *testing.T) {
	for _, c := range []struct {
		v      int64
		digits int
		want   string
	}{
		{0, 3, "0"}, {5, 0, "5"}, {1, 4, "0.0001"}, {10_000, 4, "1"}, {9_999, 4, "0.9999"},
		{450, 2, "4.5"}, {3_199, 2, "31.99"}, {1_005, 3, "1.005"}, {100_010, 3, "100.01"},
	} {
		e := encoder{form: asCSV, empty: true}
		e.decimal("x", c.v, c.digits, true)
		if got := string(e.buf); got != c.want {
			t.Errorf("%d with %d digits: %q, want %q", c.v, c.digits, got, c.want)
		}
	}
}

func folder(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

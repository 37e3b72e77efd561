package eventlog

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/field"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// tree is files whose events name the users they are of.
func tree(t *testing.T) map[string]string {
	log := func(user string) string { return `{"ts":"2026-11-01","user_id":"` + user + `","type":"search"}` + "\n" }
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"one/events.jsonl": log("a"), "one/users.csv": "user_id\nu\n", "one/notes.txt": "",
		"one/clicks.jsonl.zst":           string(w.EncodeAll([]byte(log("b")), nil)),
		"one/clicks.csv.gz":              string(zipped(t, []byte("user_id,ts,type\nc,1700000000,search\n"))),
		"logs/2026-10/events-1.jsonl.gz": string(zipped(t, []byte(log("d")))), "logs/2026-10/events-2.jsonl": log("e"),
		"logs/2026-11/events-1.jsonl.gz": string(zipped(t, []byte(log("f")))), "logs/2026-11/clicks.jsonl": log("g"),
		"logs/2026-11/items.csv": "item_id\ni\n", "logs/2025-01/users.csv": "user_id\nu\n", "logs/2026-_x/.events.jsonl": log("x"),
		"parts/dt=2026-10-30/part-0.jsonl": log("h"), "parts/dt=2026-10-31/part-0.jsonl": log("i"),
		"parts/dt=2026-11-01/events-1.jsonl": log("j"), "parts/dt=2026-11-01/region=eu/part-0.jsonl": log("k"),
		"parts/dt=2026-11-01/users.csv": "user_id\nu\n", "parts/dt=2026-11-01/_SUCCESS": "", "parts/dt=soon/part-0.jsonl": log("l"),
		"spark/events.jsonl/part-0.jsonl": log("m"), "spark/events.jsonl/_SUCCESS": "", "spark/events-old/part-0.jsonl": log("x"),
		"deep/events/dt=2026-10-30/hour=3/a.jsonl": log("n"), "deep/events/dt=2026-11-02/a.jsonl": log("o"),
		"few/items.csv": "item_id\ni\n",
	}
}

func TestLocations(t *testing.T) {
	files := tree(t)
	dir := t.TempDir()
	objects := make(map[string]string)
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		objects["base/"+name] = content
	}
	o := start(t, &server{objects: objects})
	day := func(s string) Options {
		o := o
		o.From = dayOf(t, s)
		return o
	}
	for _, c := range []struct {
		location string
		o        Options
		want     string // the users of events, in order
		users    int
		items    int
	}{
		{"one", o, "a", 1, 0},
		{"one/events.jsonl", o, "a", 0, 0},
		{"one/clicks.jsonl.zst", o, "b", 0, 0},
		{"one/clicks.csv.gz", o, "c", 0, 0},
		{"one/*.jsonl*", o, "ba", 0, 0},
		{"one/*", o, "cba", 1, 0},
		{"logs/2026-*", o, "def", 0, 1},
		{"logs/2026-*/", o, "def", 0, 1},
		{"logs/2026-*/events*.jsonl.gz", o, "df", 0, 0},
		{"logs/2026-1[01]/*.jsonl", o, "eg", 0, 0},
		{"logs/202?-*/*", o, "degf", 1, 1},
		{"*/2026-10/events-2.jsonl", o, "e", 0, 0},
		{"parts", o, "hijkl", 1, 0},
		{"parts", day("2026-11-01"), "ijkl", 1, 0},
		{"parts", day("2026-11-02"), "jkl", 1, 0},
		{"parts/dt=2026-11-01", o, "jk", 1, 0},
		{"parts/dt=2026-10-31/", o, "i", 0, 0},
		{"parts/dt=2026-10*/*", o, "hi", 0, 0},
		{"parts/dt=2026-1*", day("2026-11-01"), "ijk", 1, 0},
		{"spark", o, "m", 0, 0},
		{"spark/events.jsonl", o, "", 0, 0},
		{"deep", o, "no", 0, 0},
		{"deep", day("2026-11-03"), "o", 0, 0},
	} {
		for _, prefix := range []string{dir + "/", "file://" + dir + "/", "s3://logs/base/"} {
			s, err := Open(context.Background(), prefix+c.location, c.o)
			if c.want == "" {
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: %v", prefix+c.location, err)
				}
				continue
			}
			if err != nil {
				t.Error(err)
				continue
			}
			d := readAll(t, s)
			var got strings.Builder
			for _, e := range d.Events {
				got.WriteString(e.UserID)
			}
			if got.String() != c.want || len(d.Catalogue.Users) != c.users || len(d.Catalogue.Items) != c.items || len(d.Rejects) > 0 {
				t.Errorf("%s: events of %s, %d users, %d items, rejects %v; want events of %s, %d and %d", prefix+c.location, got.String(),
					len(d.Catalogue.Users), len(d.Catalogue.Items), d.Rejects, c.want, c.users, c.items)
			}
		}
	}
}

// A folder whose files are all of days before those that are read, a pattern that
// fits nothing, and so on: the error says what was looked for.
func TestLocationErrors(t *testing.T) {
	files := tree(t)
	objects := make(map[string]string)
	dir := t.TempDir()
	for _, name := range []string{"few/items.csv", "parts/dt=2026-10-30/part-0.jsonl", "one/notes.txt"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(files[name]), 0o600)); err != nil {
			t.Fatal(err)
		}
		objects["base/"+name] = files[name]
	}
	o := start(t, &server{objects: objects})
	late := o
	late.From = dayOf(t, "2027-01-01")
	for _, c := range []struct {
		location string
		o        Options
		want     string
	}{
		{"few", o, "events.jsonl"}, {"few/*.csv", o, "1 files"}, {"few/*.jsonl", o, "0 files"}, {"few/x*/events.jsonl", o, "0 files"},
		{"parts", late, "all 1 files"}, {"parts/*/*", late, "all 1 files"},
	} {
		for _, prefix := range []string{dir + "/", "s3://logs/base/"} {
			_, err := Open(context.Background(), prefix+c.location, c.o)
			if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), prefix+c.location) {
				t.Errorf("%s: %v, want %s", prefix+c.location, err, c.want)
			}
		}
	}
	for location, want := range map[string]string{"one/notes.txt": extensions, "no/where/*.jsonl": "no/where"} {
		if _, err := Open(context.Background(), dir+"/"+location, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", location, err, want)
		}
	}
	if _, err := Open(context.Background(), dir+"/one", Options{MaxLine: -1, Retries: 1001}); err == nil ||
		!strings.Contains(err.Error(), "MaxLine") || !strings.Contains(err.Error(), "Retries") {
		t.Errorf("%v, want every fault", err)
	}
	if _, err := Open(context.Background(), dir+"/few/[", o); err == nil {
		t.Error("a bad pattern is accepted")
	}
}

func dayOf(t *testing.T, s string) event.Time {
	t.Helper()
	day, fault := field.Time(s)
	if fault != "" {
		t.Fatal(fault)
	}
	return day
}

func TestTableOf(t *testing.T) {
	got := make(map[string]string)
	want := map[string]string{
		"events.jsonl": "events", "events-1.csv": "events", "events_may.x": "events", "events/a": "events", "events/dt=1/a.csv": "events",
		"events.parquet/part-0": "events", "events.csv.gz/part-0": "events", "events.old/part-0.csv": "", "events-old/a.csv": "",
		"events.a.csv/x": "", "eventsold.csv": "", "events": "", "other/events.csv": "", "users.csv": "users", "dt=1/users.csv": "users",
		"dt=1/h=2/items/x.csv": "items", "dt=1/part.csv": "events", "dt=1": "", "=/events.csv": "", "": "",
	}
	for name := range want {
		got[name] = tableOf(name)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

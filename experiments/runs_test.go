package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/open"
	record "curio/experiments/run"
)

// newRecord is a run that ended at a minute of one day.
func newRecord(id string, minute int, recall float64) *record.Record {
	return &record.Record{
		RunID: id, Version: "0123456789abcdef", Status: record.Done,
		CreatedAt: time.Date(2026, 1, 2, 3, minute, 0, 0, time.UTC),
		Config:    map[string]any{"seed": minute},
		Dataset:   record.Dataset{Name: "synth", Digest: "d", Events: 10, Users: 3, Items: 4},
		Metrics:   record.Reports{Model: record.Metrics{"recall@10": {Value: recall, Low: recall - 0.01, High: recall + 0.01}}},
		Segments:  record.Segments{K: 1, Sizes: []int{3}},
		Timings:   map[string]float64{"fit": 1.5},
	}
}

// shelf is a store in a folder.
type shelf struct {
	*registry.Registry
	dir string
}

// newShelf returns a store with these runs.
func newShelf(t *testing.T, records ...*record.Record) shelf {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	in, err := open.Open(t.Context(), dir, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := shelf{registry.New(in, time.Now), dir}
	for _, r := range records {
		data, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		s.put(t, r.RunID, data)
	}
	return s
}

func (s shelf) put(t *testing.T, id string, data []byte) {
	t.Helper()
	if err := s.PutRun(t.Context(), id, data); err != nil {
		t.Fatal(err)
	}
}

// three are runs whose ids are not in the order of their times.
func three(t *testing.T) shelf {
	return newShelf(t, newRecord("b-first", 1, 0.1), newRecord("c-third", 3, 0.3), newRecord("a-second", 2, 0.2))
}

// firstColumn is the first word of each line.
func firstColumn(table string) (words []string) {
	for line := range strings.Lines(table) {
		words = append(words, strings.Fields(line)[0])
	}
	return words
}

func TestList(t *testing.T) {
	s := three(t)
	all := []string{"RUN", "c-third", "a-second", "b-first"}
	for line, want := range map[string][]string{
		"list --store DIR":               all,
		"--store DIR list":               all,
		"list --store=file://DIR":        all,
		"--limit 0 list --store DIR":     all,
		"list --store DIR --limit 1":     all[:2],
		"--limit 2 --store DIR list":     all[:3],
		"list --limit=3 --store DIR":     all,
		"list --limit 4 --store=DIR":     all,
		"list --limit 4 --store file://": nil,
	} {
		code, table, stderr := try(t, strings.Fields(strings.ReplaceAll(line, "DIR", s.dir))...)
		if want == nil {
			if code != command.BadUsage {
				t.Errorf("%q: exit code %d", line, code)
			}
			continue
		}
		if diff := cmp.Diff(want, firstColumn(table)); diff != "" || stderr != "" {
			t.Errorf("%q: %s%s", line, diff, stderr)
		}
	}
}

func TestStoreFromEnvironment(t *testing.T) {
	s := three(t)
	t.Setenv("CURIO_STORE", s.dir)
	table, _ := works(t, "show", "a-second")
	has(t, table, "a-second", "0.2000 [0.1900, 0.2100]")
}

func TestListJSON(t *testing.T) {
	s := three(t)
	text, _ := works(t, "list", "--json", "--limit", "2", "--store", s.dir)
	var got []json.RawMessage
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, data := range got {
		r, err := record.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.RunID)
	}
	if diff := cmp.Diff([]string{"c-third", "a-second"}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	stdout, stderr := works(t, "list", "--store", dir)
	if stdout != "" {
		t.Errorf("printed %q", stdout)
	}
	has(t, stderr, "no runs in "+dir)
	if stdout, _ := works(t, "list", "--json", "--store", dir); stdout != "[]\n" {
		t.Errorf("printed %q", stdout)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("looking made the store")
	}
	code, _, stderr := try(t, "show", "latest", "--store", dir)
	if code != command.BadUsage {
		t.Errorf("exit code %d", code)
	}
	has(t, stderr, "no runs in "+dir)
}

// spoil adds a run that is no record, one of another run, and one cut short.
func (s shelf) spoil(t *testing.T) []string {
	t.Helper()
	s.put(t, "d-no-record", []byte(`{"run_id": 7}`))
	other, err := newRecord("b-first", 9, 0).Encode()
	if err != nil {
		t.Fatal(err)
	}
	s.put(t, "d-other", other)
	if err := os.MkdirAll(filepath.Join(s.dir, "runs", "d-short"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "runs", "d-short", "run.json"), other[:len(other)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"d-no-record", "d-other", "d-short"}
}

func TestUnreadableRecords(t *testing.T) {
	s := three(t)
	bad := s.spoil(t)
	table, stderr := works(t, "list", "--store", s.dir)
	if diff := cmp.Diff([]string{"RUN", "c-third", "a-second", "b-first"}, firstColumn(table)); diff != "" {
		t.Error(diff)
	}
	has(t, stderr, bad...)
	if n := strings.Count(stderr, "\n"); n != len(bad) {
		t.Errorf("%d notes:\n%s", n, stderr)
	}
	table, stderr = works(t, "show", "latest", "--store", s.dir)
	has(t, table, "c-third")
	has(t, stderr, bad...)
	for _, id := range bad {
		code, stdout, stderr := try(t, "show", id, "--store", s.dir)
		if code != command.BadData || stdout != "" {
			t.Errorf("show %s: exit code %d, printed %q", id, code, stdout)
		}
		has(t, stderr, id)
	}
	only := newShelf(t)
	only.put(t, "x", []byte("{}"))
	if code, _, _ := try(t, "show", "latest", "--store", only.dir); code != command.BadData {
		t.Errorf("latest of unreadable records: exit code %d", code)
	}
}

func TestShow(t *testing.T) {
	s := newShelf(t, newRecord("run-1", 1, 0.1), newRecord("run-10", 5, 0.3), newRecord("try-2", 3, 0.2))
	for name, want := range map[string]string{
		"run-1": "run-1", "run-10": "run-10", "t": "try-2", "try-2": "try-2", "latest": "run-10",
	} {
		text, _ := works(t, "show", "--json", name, "--store", s.dir)
		stored, err := s.Run(t.Context(), want)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(stored, []byte(text)) {
			t.Errorf("show %s printed\n%s", name, text)
		}
		table, _ := works(t, "show", name, "--store", s.dir)
		if got := strings.Fields(table)[1]; got != want {
			t.Errorf("show %s is of %s", name, got)
		}
	}
	data, err := newRecord("latest", 2, 0.5).Encode()
	if err != nil {
		t.Fatal(err)
	}
	s.put(t, "latest", data)
	table, _ := works(t, "show", "latest", "--store", s.dir)
	has(t, table, "run          latest\n")
}

func TestNoSuchRun(t *testing.T) {
	var records []*record.Record
	for i := range 7 {
		records = append(records, newRecord("2026010"+string(rune('1'+i))+"-0101-ab"+string(rune('q'+i)), i, 0.1))
	}
	s := newShelf(t, records...)
	for name, want := range map[string]string{
		"20260104-9": `no run begins with "20260104-9"; the nearest: 20260104-0101-abt, 20260107`,
		"abr":        `no run begins with "abr"; the nearest: 20260102-0101-abr, 20260107`,
		"2026":       `"2026" begins 7 runs: 20260107-0101-abw, 20260106-0101-abv, 20260105-0101-abu, 20260104-0101-abt, 20260103-0101-abs and 2 more`,
	} {
		code, stdout, stderr := try(t, "show", name, "--store", s.dir)
		if code != command.BadUsage || stdout != "" {
			t.Errorf("%s: exit code %d, printed %q", name, code, stdout)
		}
		has(t, stderr, want)
	}
	code, _, stderr := try(t, "compare", "x", "2026", "--store", s.dir)
	if code != command.BadUsage {
		t.Errorf("exit code %d", code)
	}
	has(t, stderr, `no run begins with "x"`, `"2026" begins 7 runs`)
	exact := newShelf(t, records[:5]...)
	_, _, stderr = try(t, "show", "2026", "--store", exact.dir)
	if strings.Contains(stderr, "more") {
		t.Errorf("more than all: %s", stderr)
	}
}

func TestCompare(t *testing.T) {
	s := three(t)
	text, _ := works(t, "compare", "--json", "b", "latest", "--store", s.dir)
	var got record.Comparison
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.A != "b-first" || got.B != "c-third" || !got.SameData || len(got.Metrics) != 1 {
		t.Fatalf("got %+v", got)
	}
	if d := got.Metrics[0]; d.Metric != "recall@10" || d.Delta < 0.199 || d.Delta > 0.201 || d.Intervals != record.Apart {
		t.Errorf("difference %+v", d)
	}
	if want := []record.Change{{Name: "seed", A: "1", B: "3"}}; !slices.Equal(got.Config, want) {
		t.Errorf("settings %+v", got.Config)
	}
	table, _ := works(t, "compare", "c", "--store", s.dir, "a")
	has(t, table, "a   c-third", "b   a-second", "-0.1000")
}

func TestStoreUnreachable(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "anybody")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "anything")
	code, _, stderr := try(t, "list", "--store", "s3://bucket/prefix", "--s3-endpoint", "127.0.0.1:1", "--s3-insecure")
	if code != command.StoreUnreachable {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	has(t, stderr, "127.0.0.1:1")
}

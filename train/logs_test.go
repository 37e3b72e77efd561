package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"curio/datasets/synth"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
)

// platformLogs writes a small platform as logs, its users called planted-….
func platformLogs(t *testing.T) (folder string) {
	t.Helper()
	o := synth.Default()
	o.Users, o.Items, o.Events = 200, 60, 8000
	p, err := synth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	if err := p.Write(t.Context(), folder, synth.JSONL); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"events.jsonl", "users.jsonl"} {
		change(t, filepath.Join(folder, name), func(line string) string { return strings.ReplaceAll(line, `"user-`, `"planted-`) })
	}
	return folder
}

// change rewrites a file line by line.
func change(t *testing.T, path string, edit func(line string) string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		out.WriteString(edit(line))
	}
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// contents returns everything below a folder that can be read, by name: what is
// compressed is expanded, and the rows of Parquet files are spelled out.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		all[path] = readable(t, data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func readable(t *testing.T, data []byte) string {
	t.Helper()
	switch {
	case bytes.HasPrefix(data, []byte("PAR1")):
		f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		out := fmt.Sprint(f.Schema(), f.Metadata().KeyValueMetadata)
		for _, g := range f.RowGroups() {
			rows := g.Rows()
			buffer := make([]parquet.Row, 64)
			for {
				n, err := rows.ReadRows(buffer)
				for _, r := range buffer[:n] {
					out += fmt.Sprintln(r)
				}
				if err != nil {
					break
				}
			}
			rows.Close()
		}
		return out
	case bytes.HasPrefix(data, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		d, err := zstd.NewReader(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		out, err := d.DecodeAll(data, nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	return string(data)
}

var planted = regexp.MustCompile(`planted-[0-9]+`)

func logArgs(data, store string, more ...string) []string {
	return append([]string{"--dataset", "events", "--data", data, "--store", store, "--epochs", "1"}, more...)
}

// With a key nothing that a run writes holds the id of a user, wherever the logs
// have it.
func TestPseudonymsHideEverybody(t *testing.T) {
	data, store := platformLogs(t), filepath.Join(t.TempDir(), "store")
	add(t, filepath.Join(data, "events.jsonl"), strings.Join([]string{
		`{"user_id":"planted-901","ts":"planted-901","item_id":"i","type":"view"}`,
		`{"user_id":"planted-902","ts":"2026-01-01T00:00:00Z","item_id":"i","type":"planted-902"}`,
		`{"user_id":"planted-903","ts":"2026-01-01T00:00:00Z","item_id":"i","type":"purchase","amount":1,"currency":"planted-903"}`,
		`planted-904 is not JSON`,
		`{"user_id":"planted-905","user_id":"planted-905"}`,
		`{"user_id":"planted-906","ts":"2026-01-01T00:00:00Z","item_id":"i","type":"view","channel":"planted-906"}`,
		`{"user_id":"planted-907","ts":"2026-01-01T00:00:00Z","item_id":"i","type":"view","event_id":"planted-907/1"}`,
		`{"user_id":"planted-908`,
	}, "\n"))
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("3f8a0c55d2e94b7716a8c3f0b1e2d4958877a6b5c4d3e2f1a0b9c8d7e6f50413"), 0o600); err != nil {
		t.Fatal(err)
	}
	show := func(args ...string) string {
		code, stdout, stderr := program(t.Context(), args...)
		if code != 0 {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		return stdout + stderr
	}
	said := show(logArgs(data, store, "--pseudonym-key-file", key)...)
	said += show(logArgs(data, store, "--pseudonym-key-file", key, "--validate")...)
	said += show(logArgs(data, store, "--pseudonym-key-file", key, "--validate", "--json")...)
	if found := planted.FindString(said); found != "" {
		t.Errorf("the program said %s:\n%s", found, said)
	}
	for path, text := range contents(t, store) {
		if found := planted.FindString(text); found != "" {
			t.Errorf("%s holds %s", path, found)
		}
	}
	// The same search finds them when there is no key.
	open := filepath.Join(t.TempDir(), "open")
	show(logArgs(data, open)...)
	holders := 0
	for _, text := range contents(t, open) {
		if planted.MatchString(text) {
			holders++
		}
	}
	if holders < 4 { // users and profiles of the artifact, the table of users, the data report
		t.Errorf("without a key only %d files name users: the search is blind", holders)
	}
}

// What is published after users were erased is what would have been published had
// they never been there.
func TestErasureLeavesNoTrace(t *testing.T) {
	with, without := platformLogs(t), platformLogs(t)
	gone := regexp.MustCompile(`"planted-(00003|00017|00150)"`)
	never := func(line string) string {
		if gone.MatchString(line) {
			return ""
		}
		return line
	}
	// An item that only an erased user knew, and rows of theirs that are broken or
	// there twice.
	lines := `{"user_id":"planted-00003","ts":"2026-02-01T00:00:00Z","item_id":"secret","type":"view"}` + "\n"
	for _, folder := range []string{with, without} {
		add(t, filepath.Join(folder, "events.jsonl"), lines+lines+`{"user_id":"planted-00003","ts":"never","item_id":"x","type":"view"}`+"\n")
	}
	change(t, filepath.Join(without, "events.jsonl"), never)
	change(t, filepath.Join(without, "users.jsonl"), never)
	list := filepath.Join(t.TempDir(), "erasures.txt")
	if err := os.WriteFile(list, []byte("# asked on Monday\nplanted-00003\nplanted-00017\nplanted-00150\nplanted-99999\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(t.TempDir(), "store")
	ctx := context.Background()
	for _, args := range [][]string{logArgs(with, store, "--erasures", list), logArgs(without, store)} {
		if code, _, stderr := program(ctx, args...); code != 0 {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
	}
	r := registryIn(t, store)
	if versions, err := r.Versions(ctx); err != nil || len(versions) != 1 {
		t.Errorf("versions %v (%v), want one: the erased left a trace", versions, err)
	}
	runs, err := r.Runs(ctx)
	if err != nil || len(runs) != 2 {
		t.Fatalf("runs %v (%v)", runs, err)
	}
	if code, stdout, _ := program(ctx, logArgs(with, store, "--erasures", list, "--validate")...); code != 0 ||
		!strings.Contains(stdout, "4 users asked for, 3 erased") {
		t.Errorf("exit code %d, the report does not tell of the erasure", code)
	}
	receipts := 0
	for _, run := range runs {
		data, err := r.RunFile(ctx, run, "erasures.json")
		if err != nil {
			continue
		}
		receipts++
		for _, want := range []string{`"erased":3`, `"not_found":1`, `"asked":4`} {
			if !strings.Contains(string(data), want) {
				t.Errorf("receipt has no %s: %s", want, data)
			}
		}
		if found := planted.FindString(string(data)); found != "" {
			t.Errorf("the receipt holds %s", found)
		}
	}
	if receipts != 1 {
		t.Errorf("%d receipts, want one", receipts)
	}
	// And the list changes something.
	if code, _, stderr := program(ctx, logArgs(with, store)...); code != 0 {
		t.Fatal(stderr)
	}
	if versions, _ := r.Versions(ctx); len(versions) != 2 {
		t.Errorf("versions %v: nothing depends on the erased", versions)
	}
}

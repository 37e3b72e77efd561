package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// told collects what checkpoints say.
type told struct{ lines []string }

func (l *told) checkpoints(dir string, resume bool) *checkpoints {
	return &checkpoints{
		dir: dir, clock: time.Now, resume: resume, say: func(s string) { l.lines = append(l.lines, s) },
		failed: func(err error) { l.lines = append(l.lines, err.Error()) },
	}
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

func TestCheckpointsKeepTheLast(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b*", "kept")
	var l told
	first := l.checkpoints(dir, false).open("0123456789abcdef-fit")
	for _, s := range []string{"one", "two"} {
		if err := first.Save(text(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Save(func(io.Writer) error { return errors.New("full") }); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Open(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without --resume: %v, want none", err)
	}
	c := l.checkpoints(dir, true)
	r, err := c.open("0123456789abcdef-fit").Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "two" {
		t.Errorf("read %q (%v), want two", got, err)
	}
	if _, err := c.open("0123456789abcdef-rehearsal").Open(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a checkpoint that is not there: %v", err)
	}
	for i, want := range []string{"not saved: full", "goes on from ", "begins anew: "} {
		if i >= len(l.lines) || !strings.Contains(l.lines[i], want) {
			t.Errorf("told %q, want %q", l.lines, want)
		}
	}
	c.remove()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left %v (%v)", left, err)
	}
}

// What nobody went on with goes in the end; what is not a checkpoint stays.
func TestCheckpointsSweepWhatIsAbandoned(t *testing.T) {
	dir := t.TempDir()
	for name, days := range map[string]int{
		"0123456789abcdef-fit": 31, "0123456789abcdef-fit.123": 31, "fedcba9876543210-rehearsal": 29, "notes-fit": 400,
	} {
		path, then := filepath.Join(dir, name), time.Now().AddDate(0, 0, -days)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	var l told
	l.checkpoints(dir, false).open("aaaaaaaaaaaaaaaa-fit")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if want := []string{"fedcba9876543210-rehearsal", "notes-fit"}; !slices.Equal(left, want) {
		t.Errorf("left %v, want %v", left, want)
	}
}

func TestCheckpointsThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "0123456789abcdef-fit"), 0o700); err != nil {
		t.Fatal(err)
	}
	var l told
	if _, err := l.checkpoints(dir, true).open("0123456789abcdef-fit").Open(); err == nil || !strings.Contains(err.Error(), "is no file") {
		t.Errorf("a folder: error %v", err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := l.checkpoints(file, false)
	f := c.open("0123456789abcdef-fit")
	for range 3 {
		if err := f.Save(text("x")); err != nil {
			t.Errorf("a folder that is a file stops the run: %v", err)
		}
	}
	c.remove()
	if len(l.lines) != 1 {
		t.Errorf("told %q, want one line", l.lines)
	}
}

// A run refuses a checkpoint that is damaged and says where it is and what to do,
// and its record has the settings that it went by.
func TestDamagedCheckpoint(t *testing.T) {
	kept, store := t.TempDir(), filepath.Join(t.TempDir(), "store")
	args := []string{"--users", "60", "--items", "30", "--events", "1500", "--epochs", "3", "--no-rehearsal", "--store", store, "--checkpoints", kept}
	_, _, stderr := program(t.Context(), append(args, "--resume")...)
	at := strings.Index(stderr, "there is no ")
	if at < 0 {
		t.Fatalf("standard error %q does not say that it begins anew", stderr)
	}
	path := strings.TrimSpace(strings.SplitN(stderr[at+len("there is no "):], "\n", 2)[0])
	if err := os.WriteFile(path, []byte("curio checkpoint 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := program(t.Context(), append(args, "--resume")...)
	if code == 0 || !strings.Contains(stderr, "cut off") || !strings.Contains(stderr, kept) || !strings.Contains(stderr, "--resume") {
		t.Errorf("exit code %d, standard error %q", code, stderr)
	}
	r := registryIn(t, store)
	runs, err := r.Runs(t.Context())
	if err != nil || len(runs) != 2 {
		t.Fatalf("runs %v (%v)", runs, err)
	}
	failed := 0
	for _, id := range runs {
		data, err := r.Run(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), `"failed"`) {
			failed++
			if !strings.Contains(string(data), `"learning_rate"`) {
				t.Errorf("the record of the failed run has no learning rate: %s", data)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d failed runs, want 1", failed)
	}
}

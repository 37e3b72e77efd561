package exposure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func options(t testing.TB) Options {
	return Options{
		Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler),
		Name: func(id string) string { return fmt.Sprintf("p%x", len(id)) },
	}
}

// written opens a log, adds records of the users, and returns what became of them.
func written(t *testing.T, o Options, users ...string) Stats {
	t.Helper()
	l, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	for i, u := range users {
		l.Add(u, Record{Kind: Shown, Time: int64(i), RequestID: fmt.Sprint("r", i)})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.Run(ctx) // writes what waits
	return l.Stats()
}

func read(t *testing.T, folder string) (all []Record, faults []error) {
	t.Helper()
	for r, err := range Read(folder) {
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all = append(all, r)
	}
	return all, faults
}

func TestRoundTrip(t *testing.T) {
	o := options(t)
	l, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	want := []Record{
		{Time: 1, Kind: Shown, Experiment: "checkout", RequestID: "r1", Assigned: "challenger", Served: "champion", Version: "v"},
		{Time: 2, Kind: Shown, RequestID: "r2", Anonymous: true, Assigned: "champion", Served: "champion", Version: "v",
			Strategy: "interest", Offset: 20, Items: []string{"a\nb", "用"}, Propensity: []float64{0.25, 1e-9}},
	}
	for i, r := range want {
		l.Add([]string{"alice", "session"}[i], r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { l.Run(ctx); close(done) }()
	for l.Stats().Written < 2 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-done
	want[0].User, want[1].User = "p5", "p7"
	got, faults := read(t, o.Folder)
	if diff := cmp.Diff(want, got); diff != "" || len(faults) > 0 {
		t.Errorf("%v (-written +read):\n%s", faults, diff)
	}
	if s := written(t, o, "again"); s.Written != 1 {
		t.Errorf("%+v", s)
	}
	if names, _ := list(o.Folder); len(names) != 2 {
		t.Errorf("files %v, want one each time it is opened", names)
	}
}

// No id comes into a file, with the key of pseudonyms or without one.
func TestNoIDs(t *testing.T) {
	o := options(t)
	var err error
	if o.Name, err = Names(o.Folder, nil); err != nil {
		t.Fatal(err)
	}
	written(t, o, "alice@example.org", "alice@example.org", "bob")
	again, err := Names(o.Folder, nil)
	if err != nil || again("bob") != o.Name("bob") {
		t.Errorf("another pseudonym after a restart, %v", err)
	}
	files, _ := filepath.Glob(filepath.Join(o.Folder, "*"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || bytes.Contains(data, []byte("alice")) || bytes.Contains(data, []byte("bob")) {
			t.Errorf("%s tells ids, %v", file, err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	all, _ := read(t, o.Folder)
	if len(all) != 3 || all[0].User != all[1].User || all[0].User == all[2].User {
		t.Errorf("%+v", all)
	}
	if _, err := Open(Options{Folder: o.Folder}); err == nil {
		t.Error("a log without pseudonyms was opened")
	}
}

func TestRotation(t *testing.T) {
	o := options(t)
	o.MaxBytes, o.Queue = gather, 10_000 // one write a file
	users := make([]string, 3000)
	if s := written(t, o, users...); s.Written != 3000 || s.Dropped+s.Failed != 0 {
		t.Errorf("%+v", s)
	}
	names, err := list(o.Folder)
	if err != nil || len(names) < 3 {
		t.Fatalf("%v, %v", names, err)
	}
	all, faults := read(t, o.Folder)
	if len(all) != 3000 || len(faults) > 0 {
		t.Errorf("%d records, %v", len(all), faults)
	}
	for i, r := range all {
		if r.Time != int64(i) {
			t.Fatalf("record %d comes at %d", r.Time, i)
		}
	}
}

func TestQueueIsBounded(t *testing.T) {
	o := options(t)
	o.Queue = 4
	if s := written(t, o, make([]string, 10)...); s.Written != 4 || s.Dropped != 6 {
		t.Errorf("%+v, want 4 written and 6 dropped", s)
	}
}

// What cannot be written is counted, logged once and no reason to stop.
func TestUnwritable(t *testing.T) {
	o := options(t)
	var out bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&out, nil))
	l, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(o.Folder); err != nil {
		t.Fatal(err)
	}
	w := writer{log: l}
	add := func() { w.add(&entry{record: Record{}}); w.flush() }
	add()
	add()
	if s := l.Stats(); s.Failed != 2 || strings.Count(out.String(), "cannot be written") != 1 {
		t.Errorf("%+v, log %s", s, out.String())
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	add()
	if s := l.Stats(); s.Written != 1 {
		t.Errorf("%+v", s)
	}
	w.add(&entry{record: Record{Items: []string{strings.Repeat("x", MaxRecord)}}})
	if s := l.Stats(); s.Failed != 3 {
		t.Errorf("%+v: a record that is too long", s)
	}
	_ = l.files.close()
}

// Lines that are no records are told and passed; one that was cut off is no line.
func TestReadDamaged(t *testing.T) {
	o := options(t)
	written(t, o, "a")
	names, _ := list(o.Folder)
	path := filepath.Join(o.Folder, names[0])
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "{\n", strings.Repeat("y", 2*MaxRecord), "\n{\"ts_ms\":7}\n{\"ts_ms\":8")
	f.Close()
	written(t, o, "b")
	all, faults := read(t, o.Folder)
	if len(all) != 3 || all[1].Time != 7 || len(faults) != 2 || !errors.Is(faults[0], ErrLine) || !errors.Is(faults[1], ErrLine) {
		t.Errorf("%+v, %v", all, faults)
	}
	for range Read(o.Folder) {
		break
	}
	for _, err := range Read(filepath.Join(o.Folder, "none")) {
		if err == nil {
			t.Error("a folder that is not there was read")
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	o := options(b)
	o.Queue = 1 << 16
	l, err := Open(o)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() { l.Run(ctx); close(done) }()
	r := Record{Kind: Shown, RequestID: "r", Items: make([]string, 10)}
	b.ReportAllocs()
	for b.Loop() {
		l.Add("user", r)
	}
	cancel()
	<-done
}

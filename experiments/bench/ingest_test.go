package bench

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/synth"

	"github.com/google/go-cmp/cmp"
)

// pass makes the test binary a program that takes the flags of a Pass and does as
// said.
func pass(does string, args []string) int {
	var p Pass
	f := flag.NewFlagSet("pass", flag.ContinueOnError)
	f.StringVar(&p.Name, "pass", "", "")
	f.StringVar(&p.Format, "format", "", "")
	f.StringVar(&p.Data, "data", "", "")
	f.IntVar(&p.Workers, "workers", 0, "")
	f.IntVar(&p.Events, "events", 0, "")
	f.IntVar(&p.Users, "users", 0, "")
	f.IntVar(&p.Items, "items", 0, "")
	f.Uint64Var(&p.Seed, "seed", 0, "")
	if err := f.Parse(args); err != nil {
		return 2
	}
	switch does {
	case "fails":
		fmt.Fprintln(os.Stderr, "out of luck")
		return 3
	case "says nothing":
		return 0
	case "sleeps":
		time.Sleep(time.Hour)
	}
	a, err := p.Make(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	switch does {
	case "as peer":
		a.Peer = "a peer"
	case "loses one":
		a.Events--
	}
	text, _ := json.Marshal(a)
	fmt.Println(string(text))
	return 0
}

// self is the test binary as a program that does as said.
func self(t *testing.T, does string) []string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asPeer, "passes")
	return []string{program, does}
}

func small() Platform { return Platform{Events: 3000, Users: 60, Items: 40, Seed: 7} }

func TestIngestCheck(t *testing.T) {
	ok := Ingest{Platform: small(), Formats: []string{"csv", "jsonl"}}
	if err := ok.Check(); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		change func(*Ingest)
		want   []string
	}{
		"unknown format": {func(in *Ingest) { in.Formats = []string{"jsonl", "xml"} }, []string{`"jsonl,xml"`, "jsonl,csv"}},
		"no format":      {func(in *Ingest) { in.Formats = []string{""} }, []string{`formats ""`}},
		"twice":          {func(in *Ingest) { in.Formats = []string{"csv", "csv"} }, []string{"each once"}},
		"both": {func(in *Ingest) { in.Formats[0], in.Events = "x", in.Users*synth.MaxEventsPerUser+1 },
			[]string{`"x,jsonl"`, "events is 1200001, must be 1..1200000"}},
	} {
		in := Ingest{Platform: small(), Formats: []string{"csv", "jsonl"}}
		c.change(&in)
		err := in.Check()
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v does not say %q", name, err, want)
			}
		}
	}
}

// expected is what is in the platform, from its own mouth.
func expected(t *testing.T) Totals {
	t.Helper()
	p, err := synth.New(small().options())
	if err != nil {
		t.Fatal(err)
	}
	var want Totals
	users, pairs := map[string]bool{}, map[[2]string]bool{}
	err = event.Each(t.Context(), p, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
		want.merge(Totals{Events: 1, Watched: e.Watched, Last: int64(e.TS)})
		users[strings.Clone(e.UserID)] = true
		if e.ItemID != "" {
			pairs[[2]string{strings.Clone(e.UserID), strings.Clone(e.ItemID)}] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want.Users, want.Pairs = int64(len(users)), int64(len(pairs))
	return want
}

func TestPasses(t *testing.T) {
	want := expected(t)
	for _, format := range IngestFormats() {
		for _, workers := range []int{1, 3} {
			p := Pass{Platform: small(), Name: PassWrite, Format: format, Data: t.TempDir(), Workers: workers}
			if _, err := p.Make(t.Context()); err != nil {
				t.Fatal(format, err)
			}
			for _, p.Name = range []string{PassRead, PassIngest, PassStandard} {
				if p.Name == PassStandard && format == "parquet" {
					continue
				}
				want := want
				if p.Name != PassIngest {
					want.Pairs = 0
				}
				got, err := p.Make(t.Context())
				if err != nil {
					t.Errorf("%s %s: %v", format, p.Name, err)
				}
				if diff := cmp.Diff(want, got.Totals); diff != "" {
					t.Errorf("%s %s with %d workers: %s", format, p.Name, workers, diff)
				}
			}
		}
	}
}

func TestPassRefuses(t *testing.T) {
	dir := t.TempDir()
	text := `{"event_id":"a","ts":"2026-01-02T03:04:05Z","user_id":"u","item_id":"i","type":"watch","seconds":-1}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "events.jsonl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{PassRead, PassIngest} {
		p := Pass{Name: name, Format: "jsonl", Data: dir, Workers: 1}
		if _, err := p.Make(t.Context()); !errors.Is(err, ErrData) || !strings.Contains(err.Error(), "1 rows were rejected") {
			t.Errorf("%s: error %v, want ErrData and the reject", name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "events.parquet"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for want, p := range map[string]Pass{
		`there is no pass "fly"`:         {Name: "fly"},
		"no such file":                   {Name: PassStandard, Format: "csv", Data: dir},
		"the standard library does not":  {Name: PassStandard, Format: "parquet", Data: dir},
		"synthetic platform: users is 0": {Name: PassWrite, Format: "csv", Data: dir},
		"has no events":                  {Name: PassRead, Data: t.TempDir()},
	} {
		if _, err := p.Make(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

func TestIngest(t *testing.T) {
	temp := t.TempDir()
	in := Ingest{Platform: small(), Formats: IngestFormats(), Rounds: 2, Workers: 2, Self: self(t, "ours")}
	t.Setenv("TMPDIR", temp)
	r, err := in.Run(t.Context(), time.Now, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.Formats {
		if f.Format != in.Formats[i] || f.Bytes < 1000 || len(f.Passes) != 2 {
			t.Errorf("format %d is %+v", i, f)
		}
		for _, p := range f.Passes {
			if p.Program != "curio" || p.CPUSeconds <= 0 || p.EventsPerCPUS <= 0 || p.WallSeconds <= 0 || p.Ratios != nil {
				t.Errorf("%s: %+v", f.Format, p)
			}
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}

func TestIngestKeepsFiles(t *testing.T) {
	in := Ingest{Platform: small(), Formats: []string{"jsonl"}, Rounds: 1, Workers: 1, Self: self(t, "ours"), Dir: t.TempDir()}
	for round, want := range []int{1, 0} {
		var notes strings.Builder
		if _, err := in.Run(t.Context(), time.Now, &notes); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(notes.String(), "written"); got != want {
			t.Errorf("round %d: files were written %d times:\n%s", round, got, notes.String())
		}
	}
	kept := filepath.Join(in.Dir, "3000-60-40-7", "jsonl", "events.jsonl")
	if err := os.Truncate(kept, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Run(t.Context(), time.Now, io.Discard); !errors.Is(err, ErrData) || !strings.Contains(err.Error(), "holds 0 events") {
		t.Errorf("files without an event: error %v", err)
	}
}

func TestIngestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in := Ingest{Platform: small(), Formats: []string{"jsonl"}, Rounds: 1, Workers: 1, Self: self(t, "ours")}
	t.Setenv("TMPDIR", t.TempDir())
	if _, err := in.Run(ctx, time.Now, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

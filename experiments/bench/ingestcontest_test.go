package bench

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestContest(t *testing.T) {
	ours := self(t, "ours")
	p := Pass{Platform: small(), Name: PassWrite, Format: "csv", Data: t.TempDir(), Workers: 1}
	if _, err := p.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	run := func(does string) (*contest, error) {
		c := &contest{pass: "read", entrants: []entrant{
			{name: "curio", command: ours, pass: PassRead},
			{name: "peer", command: []string{ours[0], does}, pass: PassStandard},
		}}
		return c, c.round(t.Context(), p, ticks(2*time.Second))
	}
	c, err := run("as peer")
	if err != nil {
		t.Fatal(err)
	}
	if want := expected(t); c.totals.Events != want.Events || c.totals.Pairs != 0 {
		t.Errorf("totals %+v", c.totals)
	}
	for _, e := range c.entrants {
		if len(e.costs) != 1 || e.costs[0].wall != 2 || e.costs[0].cpu <= 0 || e.costs[0].cpu > 30 {
			t.Errorf("%s took %+v", e.name, e.costs)
		}
	}
	if got := c.latest(); !strings.HasPrefix(got, "read curio 0.") || !strings.Contains(got, ", a peer 0.") {
		t.Errorf("said %q", got)
	}
	for does, want := range map[string]string{
		"fails":        "read by peer: " + ours[0] + ": exit status 3: out of luck",
		"says nothing": `its last line "" is no JSON object`,
		"loses one":    "Events:2999",
	} {
		_, err := run(does)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a peer that %s: error %v does not say %q", does, err, want)
		}
		if errors.Is(err, ErrData) != (does == "loses one") {
			t.Errorf("a peer that %s: error %v", does, err)
		}
	}
}

// TestMeasureStops stops a program that gives in at once, well before it would be
// killed.
func TestMeasureStops(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("programs cannot be interrupted there")
	}
	sleeps := self(t, "sleeps")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	started := time.Now()
	_, _, err := measure(ctx, sleeps, Pass{}, time.Now)
	if took := time.Since(started); !errors.Is(err, context.DeadlineExceeded) || took >= killed {
		t.Errorf("error %v after %v", err, took)
	}
}

func TestContestResults(t *testing.T) {
	c := contest{pass: "ingest", entrants: []entrant{
		{name: "curio", costs: []cost{{2, 1, 10}, {4, 2, 30}, {3, 8, 20}}, spilled: 5},
		{name: "peer", costs: []cost{{3, 1, 7}, {4, 1, 7}, {9, 1, 7}}},
	}}
	want := []PassResult{
		{Pass: "ingest", Program: "curio", EventsPerCPUS: 2e6, CPUSeconds: 3, WallSeconds: 2, MBPerS: 250, PeakBytes: 30, SpilledBytes: 5},
		{Pass: "ingest", Program: "peer", EventsPerCPUS: 1.5e6, CPUSeconds: 4, WallSeconds: 1, MBPerS: 500, PeakBytes: 7,
			Ratio: 1.5, Ratios: []float64{1.5, 1, 3}},
	}
	if diff := cmp.Diff(want, c.results(6_000_000, 500_000_000)); diff != "" {
		t.Error(diff)
	}
	if got := want[1].spread(); got != "1.50 [1.00, 3.00]" {
		t.Errorf("spread %q", got)
	}
	if err := agree(Totals{1, 2, 0, 3, 4}, Totals{1, 2, 9, 3, 4}); err != nil {
		t.Error(err)
	}
	if err := agree(Totals{1, 2, 0, 3, 4}, Totals{1, 2, 0, 3, 5}); !errors.Is(err, ErrData) {
		t.Errorf("error %v, want ErrData", err)
	}
}

func TestIngestResultWrite(t *testing.T) {
	for peak, verdict := range map[int64]string{
		IngestMemory:             "at most 2048 MiB, within the 2048 MiB it may take",
		IngestMemory + (1 << 20): "at most 2049 MiB, above the 2048 MiB it may take",
	} {
		r := IngestResult{Ingest: Ingest{Platform: small(), Rounds: 3, Workers: 2}, LeftOut: "DuckDB: no compiler", Formats: []FormatResult{
			{"csv", 100, []PassResult{
				{"ingest", "curio", 1.2e6, 4.25, 2.5, 240, peak, 0, 0, nil},
				{"ingest", "peer", 6e5, 8.5, 5, 120, 2 * peak, 0, 2, []float64{1.9, 2, 2.1}},
			}},
		}}
		var out strings.Builder
		if err := r.Write(&out); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{
			"3000 events of 60 users and 40 items, seed 7; workers 2; rounds 3, of which medians",
			"csv     ingest  curio    1200000       4.25   2.50    240 ",
			"600000        8.50   5.00    120 ", "2.00 [1.90, 2.10]", verdict, "Left out: DuckDB: no compiler",
		} {
			if !strings.Contains(out.String(), text) {
				t.Errorf("no %q in\n%s", text, out.String())
			}
		}
	}
}

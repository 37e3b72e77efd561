package bench

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func tinyScaling() Scaling {
	return Scaling{
		Interactions: []int{40, 400}, Items: 20, Catalogues: []int{4, 40, 80}, Fixed: 80,
		Batch: 8, Negatives: 4, Dim: 4, History: 5, Workers: 2, Rounds: 3,
	}
}

// TestScaling fits for real, by a clock that gives every step a millisecond.
func TestScaling(t *testing.T) {
	var notes, out strings.Builder
	s := tinyScaling()
	got, err := s.Run(t.Context(), ticks(time.Millisecond), &notes)
	if err != nil {
		t.Fatal(err)
	}
	want := &ScalingResult{
		Scaling: s, ISA: got.ISA,
		ByInteractions: []FitCost{
			{Interactions: 40, Users: 2, Items: 20, Steps: 5, Seconds: 0.005, MsPerStep: 1},
			{Interactions: 400, Users: 20, Items: 20, Steps: 50, Seconds: 0.05, MsPerStep: 1},
		},
		InteractionsExponent: 1,
		ByCatalogue: []FitCost{
			{Interactions: 80, Users: 4, Items: 4, Steps: 10, Seconds: 0.01, MsPerStep: 1},
			{Interactions: 80, Users: 4, Items: 40, Steps: 10, Seconds: 0.01, MsPerStep: 1},
			{Interactions: 80, Users: 4, Items: 80, Steps: 10, Seconds: 0.01, MsPerStep: 1},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(notes.String(), "\n"); n != 15 {
		t.Errorf("%d fits were noted:\n%s", n, notes.String())
	}
	if err := got.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"an epoch takes interactions^1.000", "a step takes items^0.000", "histories of 5", "125.00"} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("no %q in\n%s", text, out.String())
		}
	}
}

// TestScalingTakesMedians has rounds of 1, 5 and 2 ms a step.
func TestScalingTakesMedians(t *testing.T) {
	s := tinyScaling()
	s.Interactions, s.Catalogues, s.Fixed = []int{40, 40}, []int{20, 20}, 40
	var took []time.Duration
	for range 2 {
		for _, ms := range []time.Duration{1, 5, 2} {
			for range 2 * (1 + 5) {
				took = append(took, ms*time.Millisecond)
			}
		}
	}
	got, err := s.Run(t.Context(), ticks(took...), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(got.ByInteractions, got.ByCatalogue...) {
		if c.Seconds != 0.01 || c.MsPerStep != 2 {
			t.Errorf("%+v, want 0.01 s of 2 ms steps", c)
		}
	}
}

func TestExponent(t *testing.T) {
	for name, c := range map[string]struct {
		seconds []float64 // of 1, 10 and 100 interactions
		want    float64
	}{
		"in proportion": {[]float64{3, 30, 300}, 1},
		"constant":      {[]float64{3, 3, 3}, 0},
		"squares":       {[]float64{2, 200, 20000}, 2},
		"two of three":  {[]float64{1, 10, 10}, 0.5},
		"no time":       {[]float64{0, 0, 0}, 0},
	} {
		var line []FitCost
		for i, s := range c.seconds {
			line = append(line, FitCost{Interactions: int(math.Pow10(i)), Seconds: s})
		}
		got := exponent(line, func(c FitCost) (float64, float64) { return float64(c.Interactions), c.Seconds })
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestScalingLimits(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Scaling)
		fault  string // "" for none
	}{
		"as it is":                      {func(*Scaling) {}, ""},
		"an item for each interaction":  {func(s *Scaling) { s.Items = 40 }, ""},
		"fewer interactions than items": {func(s *Scaling) { s.Items = 41 }, "interactions [40 400] are outside 41..100000000"},
		"a batch of them all":           {func(s *Scaling) { s.Batch = 40 }, ""},
		"fewer than a batch":            {func(s *Scaling) { s.Batch = 41 }, "are outside 41.."},
		"most interactions":             {func(s *Scaling) { s.Interactions[1] = MaxInteractions }, ""},
		"too many interactions":         {func(s *Scaling) { s.Interactions[1] = MaxInteractions + 1 }, "interactions"},
		"most items":                    {func(s *Scaling) { s.Catalogues, s.Fixed = []int{4, MaxCatalogue}, MaxInteractions }, ""},
		"too many items":                {func(s *Scaling) { s.Catalogues, s.Fixed = []int{4, MaxCatalogue + 1}, MaxInteractions }, "catalogues"},
		"more items than interactions":  {func(s *Scaling) { s.Fixed = 79 }, "catalogues [4 40 80] are outside 4..79"},
		"fewer items than negatives":    {func(s *Scaling) { s.Negatives = 5 }, "catalogues [4 40 80] are outside 5..80"},
		"one size":                      {func(s *Scaling) { s.Catalogues = s.Catalogues[:1] }, "catalogues [4] are no line"},
		"no size":                       {func(s *Scaling) { s.Interactions = nil }, "interactions [] are no line"},
		"the same size":                 {func(s *Scaling) { s.Interactions = []int{40, 40} }, "are no line"},
		"descending":                    {func(s *Scaling) { s.Interactions = []int{400, 40} }, "are no line"},
		"negatives past items":          {func(s *Scaling) { s.Negatives, s.Catalogues = 21, []int{21, 80} }, "21 negatives from 20 items"},
		"batch past the fixed": {func(s *Scaling) {
			s.Fixed, s.Batch, s.Catalogues, s.Interactions = 40, 41, []int{4, 40}, []int{41, 400}
		}, "batches of 41 from 40"},
	} {
		s := tinyScaling()
		c.change(&s)
		err := s.Check()
		if (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %v, want %q", name, err, c.fault)
		}
	}
}

func TestScalingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	_, err := tinyScaling().Run(ctx, func() time.Time {
		if steps++; steps == 3 {
			cancel()
		}
		return time.Unix(int64(steps), 0)
	}, io.Discard)
	if !errors.Is(err, context.Canceled) || steps != 3 {
		t.Errorf("stopped after %d steps with error %v", steps, err)
	}
}

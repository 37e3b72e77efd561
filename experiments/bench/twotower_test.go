package bench

import (
	"context"
	"errors"
	"testing"
	"time"
)

func tiny(steps int) Step {
	return Step{Users: 10, Items: 20, Batch: 8, Negatives: 4, Dim: 4, Steps: steps, Workers: 2}
}

// TestTwoTower trains for real, by a clock that makes the steps take what they
// are said to.
func TestTwoTower(t *testing.T) {
	const ms = time.Millisecond
	slow := []time.Duration{time.Hour, time.Hour, time.Hour} // the steps that warm up
	for name, c := range map[string]struct {
		took []time.Duration
		want float64
	}{
		"one step":        {[]time.Duration{4 * ms}, 4},
		"odd":             {[]time.Duration{9 * ms, 1 * ms, 5 * ms}, 5},
		"even":            {[]time.Duration{9 * ms, 1 * ms, 5 * ms, 2 * ms}, 3.5},
		"several epochs":  {append(make([]time.Duration, 40), time.Hour), 0},
		"one slow moment": {[]time.Duration{3 * ms, 3 * ms, time.Hour, 3 * ms, 3 * ms}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			s := tiny(len(c.took))
			got, err := TwoTower(t.Context(), s, ticks(append(slow[:3:3], c.took...)...))
			if err != nil {
				t.Fatal(err)
			}
			if got.MsPerStep != c.want {
				t.Errorf("%v ms a step, want %v", got.MsPerStep, c.want)
			}
		})
	}
}

func TestSpeed(t *testing.T) {
	s := Step{Batch: 2000, Negatives: 1000, Dim: 50}
	// 6 x 2000 x 1000 x 50 = 6e8 flops in 20 ms.
	if got, want := s.speedOf(0.02), (Speed{20, 100_000, 30}); got != want {
		t.Errorf("speed is %+v, want %+v", got, want)
	}
}

// TestTwoTowerLimits measures at each limit of what can be asked.
func TestTwoTowerLimits(t *testing.T) {
	least := Step{Users: 1, Items: 1, Batch: 1, Negatives: 1, Dim: 1, Steps: 1, Workers: 1}
	most := tiny(MaxSteps)
	most.Batch = 200 // all pairs: an epoch is one step
	whole := tiny(1)
	whole.Negatives = whole.Items
	for name, s := range map[string]Step{"least": least, "most steps": most, "all items": whole} {
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := TwoTower(t.Context(), s, ticks(time.Millisecond)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole.Negatives++
	if whole.Check() == nil {
		t.Error("more negatives than items are accepted")
	}
}

func TestTwoTowerStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	_, err := TwoTower(ctx, tiny(1000), func() time.Time {
		if steps++; steps == 5 {
			cancel()
		}
		return time.Unix(int64(steps), 0)
	})
	if !errors.Is(err, context.Canceled) || steps > 6 {
		t.Errorf("stopped after %d steps with error %v", steps, err)
	}
}

// TestDataHasEveryItem looks at the pairs that make every item a negative.
func TestDataHasEveryItem(t *testing.T) {
	d := tiny(1).data()
	if len(d.Pairs) != 180 {
		t.Errorf("%d pairs, want 180", len(d.Pairs))
	}
	for i, p := range d.Pairs[:20] {
		if p.Item != int32(i) {
			t.Errorf("pair %d is of item %d", i, p.Item)
		}
	}
}

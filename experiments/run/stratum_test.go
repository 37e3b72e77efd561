package run_test

import (
	"math"
	"strings"
	"testing"

	"curio/experiments/run"
)

func TestStratumBounds(t *testing.T) {
	means := func(n int) func(*run.Record) {
		return func(r *run.Record) {
			r.Strata[0].Users, r.Strata[0].Parts = 2*run.MaxParts, map[string][]float64{"ndcg@10": make([]float64, n)}
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*run.Record)
		want   string // empty: nothing wrong
	}{
		{"None", func(r *run.Record) { r.Strata = nil }, ""},
		{"PartsMost", means(run.MaxParts), ""},
		{"PartsTooMany", means(run.MaxParts + 1), "1001 means"},
		{"PartsEach", func(r *run.Record) { r.Strata[0].Users = 2 }, ""},
		{"PartsMoreThanUsers", func(r *run.Record) { r.Strata[0].Users = 1 }, "2 means"},
		{"PartNaN", func(r *run.Record) { r.Strata[0].Parts["ndcg@10"][0] = math.NaN() }, "NaN"},
		{"UsersNegative", func(r *run.Record) { r.Strata[1].Users = -1 }, "users of cold_users is -1"},
		{"ItemsNegative", func(r *run.Record) { r.Strata[1].Items = -1 }, "items of cold_users is -1"},
		{"NameTwice", func(r *run.Record) { r.Strata[1].Name = "warm_users" }, "stratum 1 is called"},
		{"NameEmpty", func(r *run.Record) { r.Strata[1].Name = "" }, "stratum 1 is called"},
		{"NameUnprintable", func(r *run.Record) { r.Strata[1].Name = "a\x1b[2J" }, "cannot be printed"},
		{"TaskUnprintable", func(r *run.Record) { r.Strata[1].Task = "\u202e" }, "cannot be printed"},
		{"TooMany", func(r *run.Record) { r.Strata = make([]run.Stratum, run.MaxNames+1) }, "1001 strata"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := sample()
			tt.change(r)
			_, err := r.Encode()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
		})
	}
}

// Scorers that are set are found under the same name.
func TestStratumScorers(t *testing.T) {
	var s run.Stratum
	for i, scorer := range run.StratumScorers {
		s.Set(scorer, run.Metrics{"ndcg@10": run.Point(float64(i))})
	}
	s.Set("other", run.Metrics{})
	for i, scorer := range run.StratumScorers {
		if got := s.Of(scorer)["ndcg@10"].Value; got != float64(i) {
			t.Errorf("%s has %v, want %d", scorer, got, i)
		}
	}
	if s.Of("other") != nil {
		t.Error("an unknown scorer has metrics")
	}
}

// Runs that differ by the same amount in every part differ without doubt, however
// far apart the parts are; parts that do not agree, or tasks that are not the same,
// leave doubt.
func TestCompareStrata(t *testing.T) {
	for _, tt := range []struct {
		name        string
		parts       []float64 // of b; of a they are 0.2 and 0.3
		change      func(b *run.Record)
		value, wide float64 // NaN: no interval
	}{
		{"Steady", []float64{0.25, 0.35}, nil, 0.05, 0},
		// The differences are 0 and 0.1, each of half of the users.
		{"Unsteady", []float64{0.2, 0.4}, nil, 0.05, 2 * math.Sqrt(2*(0.025*0.025+0.025*0.025))},
		{"OtherTask", []float64{0.25, 0.35}, func(b *run.Record) { b.Strata[0].Task = "x" }, 0.05, math.NaN()},
		{"OtherUsers", []float64{0.25, 0.35}, func(b *run.Record) { b.Strata[0].Users++ }, 0.05, math.NaN()},
		{"OtherData", []float64{0.25, 0.35}, func(b *run.Record) { b.Dataset.Digest = "d2" }, 0.05, math.NaN()},
		{"OtherParts", []float64{0.25, 0.35, 0.3}, nil, 0.05, math.NaN()},
		{"NoParts", nil, nil, 0.05, math.NaN()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := sample(), sample()
			b.Strata[0].Parts = map[string][]float64{"ndcg@10": tt.parts}
			b.Strata[0].Metrics.Model["ndcg@10"] = run.Value{Value: 0.3, Low: 0.2, High: 0.4}
			if tt.change != nil {
				tt.change(b)
			}
			c := run.Compare(a, b)
			if len(c.Strata) != 1 {
				t.Fatalf("strata = %+v, want warm_users alone", c.Strata)
			}
			d := c.Strata[0]
			if d.Stratum != "warm_users" || d.Metric != "ndcg@10" || math.Abs(d.Delta.Value-tt.value) > 1e-12 {
				t.Errorf("difference = %+v, want %v", d, tt.value)
			}
			if math.IsNaN(tt.wide) {
				if d.Delta.HasInterval() {
					t.Errorf("interval of %v without pairs", d.Delta)
				}
				return
			}
			if math.Abs(d.Delta.High-tt.value-tt.wide) > 1e-12 || math.Abs(tt.value-tt.wide-d.Delta.Low) > 1e-12 {
				t.Errorf("difference = %v, want %v either way", d.Delta, tt.wide)
			}
		})
	}
}

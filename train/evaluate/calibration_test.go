package evaluate

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/experiments/run"
)

func exactly(t *testing.T, forecasts []Forecast) *run.Calibration {
	t.Helper()
	c, err := Calibrate(t.Context(), forecasts, Options{Bootstrap: -1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Four forecasts by hand: of the four pairs of one that came and one that did not,
// two are in order, one is a tie and one is out of order.
func TestCalibrateByHand(t *testing.T) {
	c := exactly(t, []Forecast{
		{[]float32{0.25, 0.5}, []bool{true, false}},
		{},
		{[]float32{0.5, 0.125}, []bool{true, false}},
	})
	if c.AUC.Value != 0.625 || c.AUC.HasInterval() {
		t.Errorf("AUC %v, want 0.625", c.AUC)
	}
	if want := -(math.Log(0.25) + math.Log(0.5) + math.Log(0.5) + math.Log(0.875)) / 4; math.Abs(c.LogLoss.Value-want) > 1e-12 {
		t.Errorf("log-loss %v, want %v", c.LogLoss, want)
	}
	if math.Abs(c.BaseLogLoss-math.Ln2) > 1e-12 {
		t.Errorf("log-loss of the base rate %v, want %v", c.BaseLogLoss, math.Ln2)
	}
	if want := (0.125 + 0.75 + 0.5 + 0.5) / 4; c.ECE != want {
		t.Errorf("ECE %v, want %v", c.ECE, want)
	}
	want := []run.Bin{{Predicted: 0.125, Count: 1}, {Predicted: 0.25, Observed: 1, Count: 1}, {Predicted: 0.5, Count: 1}, {Predicted: 0.5, Observed: 1, Count: 1}}
	if diff := cmp.Diff(want, c.Bins); diff != "" {
		t.Error(diff)
	}
}

// drawn are forecasts of which every one is right, then changed.
func drawn(users int, change func(float64) float64) []Forecast {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]Forecast, users)
	for u := range all {
		for range 50 {
			p := r.Float64() * 0.4
			all[u].Taken = append(all[u].Taken, r.Float64() < p)
			all[u].Probability = append(all[u].Probability, float32(change(p)))
		}
	}
	return all
}

func TestCalibrateTellsRightFromWrong(t *testing.T) {
	o := Options{Bootstrap: 200, Seed: 3, Workers: 2}
	right, err := Calibrate(t.Context(), drawn(400, func(p float64) float64 { return p }), o)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := Calibrate(t.Context(), drawn(400, func(p float64) float64 { return min(1, 2*p) }), o)
	if err != nil {
		t.Fatal(err)
	}
	if right.ECE > 0.012 || wrong.ECE < 0.15 || wrong.LogLoss.Value <= right.LogLoss.High || right.LogLoss.Value >= right.BaseLogLoss {
		t.Errorf("right: ECE %v, log-loss %v, base %v; wrong: %v, %v", right.ECE, right.LogLoss, right.BaseLogLoss, wrong.ECE, wrong.LogLoss)
	}
	if math.Abs(wrong.AUC.Value-right.AUC.Value) > 1e-3 {
		t.Errorf("AUC %v and %v: the order is the same", right.AUC, wrong.AUC)
	}
	for name, v := range map[string]run.Value{"AUC": right.AUC, "log-loss": right.LogLoss} {
		if !(v.Low < v.Value && v.Value < v.High && v.High-v.Low < 0.05) {
			t.Errorf("%s %v", name, v)
		}
	}
	o.Workers = 1
	again, err := Calibrate(t.Context(), drawn(400, func(p float64) float64 { return p }), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(right, again); diff != "" {
		t.Errorf("another result with one worker:\n%s", diff)
	}
}

func TestCertainAndWrongIsFinite(t *testing.T) {
	c := exactly(t, []Forecast{{[]float32{1, 0}, []bool{false, true}}})
	if want := -math.Log(leastProbability); math.Abs(c.LogLoss.Value-want) > 1e-9 || c.ECE != 1 || c.AUC.Value != 0 {
		t.Errorf("log-loss %v, want %v; ECE %v, AUC %v", c.LogLoss, want, c.ECE, c.AUC)
	}
}

func TestCalibrateRefuses(t *testing.T) {
	for name, f := range map[string][]Forecast{
		"Nothing":    nil,
		"NoneTaken":  {{[]float32{0.5}, []bool{false}}},
		"AllTaken":   {{[]float32{0.5}, []bool{true}}},
		"Lengths":    {{[]float32{0.5, 0.5}, []bool{true}}},
		"Above":      {{[]float32{0.5, 1.01}, []bool{true, false}}},
		"Below":      {{[]float32{0.5, -0.01}, []bool{true, false}}},
		"NotANumber": {{[]float32{0.5, float32(math.NaN())}, []bool{true, false}}},
	} {
		if _, err := Calibrate(t.Context(), f, Options{}); !errors.Is(err, ErrForecast) {
			t.Errorf("%s: error %v, want ErrForecast", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Calibrate(ctx, drawn(3, func(p float64) float64 { return p }), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestReliability(t *testing.T) {
	var out bytes.Buffer
	c := exactly(t, drawn(100, func(p float64) float64 { return p }))
	if err := Reliability(&out, c); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); !strings.Contains(s, "foretold probability") || strings.Count(s, "<path") < Bins {
		t.Errorf("the drawing does not show %d bins:\n%.300s", Bins, s)
	}
	d := xml.NewDecoder(&out)
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

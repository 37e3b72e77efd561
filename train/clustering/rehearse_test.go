package clustering

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// cloud draws rows around two centres, on the scale golearn is shown.
func cloud(rows, width int) ([]float64, int) {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(width)))
	var x []float64
	for i := range rows {
		for j := range width {
			centre := 0.0
			if i%3 == 0 && j == 0 {
				centre = 0.1
			}
			x = append(x, centre+0.02*r.NormFloat64())
		}
	}
	return x, width
}

// started returns a start on x that rehearses well.
func started(t *testing.T, x []float64, width int) outcome {
	t.Helper()
	for seed := range int64(100) {
		if o, err := rehearse(x, width, 2, seed, 60); err == nil {
			return o
		}
	}
	t.Fatal("no start of a hundred ends")
	return outcome{}
}

// TestRehearsalForetellsTheFit: golearn, given a seed, ends where the rehearsal
// does.
func TestRehearsalForetellsTheFit(t *testing.T) {
	x, width := cloud(400, 4)
	for _, k := range []int{2, 3} {
		ended := 0
		for seed := range int64(30) {
			o, err := rehearse(x, width, k, seed, 100)
			if err != nil {
				continue
			}
			ended++
			p, err := perform(context.Background(), x, width, o)
			if err != nil {
				t.Errorf("%d components, seed %d: %v", k, seed, err)
				continue
			}
			for c := range p.means {
				for j := range p.means[c] {
					if math.Abs(p.means[c][j]-o.found.means[c][j]) > 1e-9 {
						t.Errorf("%d components, seed %d: mean %v, rehearsed %v", k, seed, p.means[c], o.found.means[c])
					}
				}
				for j := range p.covariances[c] {
					if math.Abs(p.covariances[c][j]-o.found.covariances[c][j]) > 1e-9 {
						t.Errorf("%d components, seed %d: covariance %v, rehearsed %v", k, seed, p.covariances[c], o.found.covariances[c])
					}
				}
			}
		}
		if ended < 3 {
			t.Errorf("%d components: only %d starts of 30 ended", k, ended)
		}
	}
}

func TestRehearsalBoundsIterations(t *testing.T) {
	x, width := cloud(400, 4)
	o := started(t, x, width)
	if o.iterations < 3 {
		t.Fatalf("settled after %d iterations: the test says little", o.iterations)
	}
	for limit, want := range map[int]error{o.iterations - 1: errSlow, o.iterations: nil, o.iterations + 1: nil} {
		again, err := rehearse(x, width, 2, o.seed, limit)
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("limit %d: %v, want %v", limit, err, want)
		}
		if again.iterations > limit {
			t.Errorf("limit %d: %d iterations", limit, again.iterations)
		}
	}
}

func TestRehearsalSeesLostComponents(t *testing.T) {
	x, width := cloud(60, 3)
	lost := 0
	for seed := range int64(50) {
		if _, err := rehearse(x, width, 8, seed, 100); errors.Is(err, errEmpty) {
			lost++
		}
	}
	if lost == 0 {
		t.Error("8 components on 60 rows never lose their rows")
	}
}

// TestFenceTurnsPanicsIntoErrors performs starts that golearn cannot survive.
func TestFenceTurnsPanicsIntoErrors(t *testing.T) {
	x, width := cloud(60, 3)
	panics := 0
	for seed := range int64(50) {
		o := outcome{seed: seed, found: draw(x, width, 8, seed)}
		if _, err := rehearse(x, width, 8, seed, 100); !errors.Is(err, errEmpty) {
			continue // it may never end
		}
		if _, err := perform(context.Background(), x, width, o); err != nil && strings.Contains(err.Error(), "golearn") {
			panics++
		}
		if panics == 3 {
			return
		}
	}
	t.Errorf("golearn panicked %d times: the test says little", panics)
}

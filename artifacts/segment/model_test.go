package segment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// example is a valid model of k segments over p raw features in d dimensions.
func example(p, d, k int) Spec {
	r := rand.New(rand.NewPCG(uint64(p), uint64(d)))
	var s Spec
	for j := range p {
		kind := []Kind{Linear, Sqrt, Root}[j%3]
		s.Columns = append(s.Columns, Column{Name: fmt.Sprintf("feature %d", j), Kind: kind, Centre: 0.3, Scale: 0.5})
	}
	for range d {
		row := make([]float64, p)
		for j := range row {
			row[j] = r.NormFloat64() / math.Sqrt(float64(p))
		}
		s.Projection = append(s.Projection, row)
	}
	for c := range k {
		mean := make([]float64, d)
		for j := range mean {
			mean[j] = r.NormFloat64()
		}
		lower, _ := covariance(d, r)
		s.Components = append(s.Components, Component{Weight: 1 / float64(k), Mean: mean, Covariance: lower})
		s.Segments = append(s.Segments, Segment{
			ID: fmt.Sprintf("s%d", c+1), Name: fmt.Sprintf("name %d", c), Size: 10, Share: 1 / float64(k),
			Traits:        []Trait{{"feature 0", 0.7}},
			TopCategories: []Share{{"design", 0.4}},
		})
	}
	return s
}

func mustNew(t testing.TB, s Spec) *Model {
	t.Helper()
	m, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func features(p int, r *rand.Rand) []float32 {
	x := make([]float32, p)
	for j := range x {
		x[j] = float32(r.Float64())
	}
	return x
}

func TestAssignIsTheLargestProbability(t *testing.T) {
	const p, d, k = 14, 6, 5
	m := mustNew(t, example(p, d, k))
	r := rand.New(rand.NewPCG(3, 3))
	seen := map[int]bool{}
	probabilities := make([]float64, k)
	for range 2000 {
		x := features(p, r)
		a := m.Assign(x)
		m.Probabilities(probabilities, x)
		seen[a.Index] = true
		sum := 0.0
		for i, v := range probabilities {
			sum += v
			if v > probabilities[a.Index] || i != a.Index && v > probabilities[a.RunnerUp] {
				t.Fatalf("%d has %v, yet %d and %d come first in %v", i, v, a.Index, a.RunnerUp, probabilities)
			}
		}
		if math.Abs(sum-1) > 1e-12 || math.Abs(a.Probability-probabilities[a.Index]) > 1e-12 {
			t.Fatalf("probabilities %v sum to %v; Assign says %v", probabilities, sum, a.Probability)
		}
		z := make([]float64, d)
		m.Project(z, x)
		if _, distance2 := m.densities[a.Index].LogDensity(z); a.Distance != math.Sqrt(distance2) {
			t.Fatalf("distance %v, want %v", a.Distance, math.Sqrt(distance2))
		}
	}
	if len(seen) < 3 {
		t.Errorf("only segments %v were met: the test says little", seen)
	}
}

func TestWeightsDecideBetweenEqualDensities(t *testing.T) {
	s := example(3, 2, 2)
	s.Components[1] = s.Components[0]
	s.Components[0].Weight, s.Components[1].Weight = 0.2, 0.8
	a := mustNew(t, s).Assign([]float32{0, 0, 0})
	if a.Index != 1 || a.RunnerUp != 0 || math.Abs(a.Probability-0.8) > 1e-12 {
		t.Errorf("%+v, want segment 1 with probability 0.8", a)
	}
}

func TestAssignOneSegment(t *testing.T) {
	for _, d := range []int{0, 3} {
		a := mustNew(t, example(3, d, 1)).Assign([]float32{1, 2, 3})
		if a.Index != 0 || a.RunnerUp != -1 || a.Probability != 1 {
			t.Errorf("%d dimensions: %+v, want segment 0 for sure", d, a)
		}
	}
}

func TestAssignWrongLength(t *testing.T) {
	m := mustNew(t, example(3, 2, 2))
	for _, n := range []int{0, 2, 4} {
		if a := m.Assign(make([]float32, n)); a.Index != -1 || a.RunnerUp != -1 || a.Probability != 0 {
			t.Errorf("%d features: %+v, want no segment", n, a)
		}
		p := []float64{7, 7}
		if m.Probabilities(p, make([]float32, n)); p[0] != 0 || p[1] != 0 {
			t.Errorf("%d features: probabilities %v, want zeros", n, p)
		}
	}
}

func TestColumnStandardise(t *testing.T) {
	linear := Column{Kind: Linear, Centre: 1, Scale: 2}
	root := Column{Kind: Root, Centre: 0, Scale: 1}
	square := Column{Kind: Sqrt, Centre: 0, Scale: 1}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		column Column
		x      float32
		want   float64
	}{
		{linear, 5, 2}, {linear, 1, 0}, {linear, nan, 0},
		{linear, 10.9, 4.95}, {linear, 11, Clip}, {linear, 11.1, Clip}, {linear, inf, Clip},
		{linear, -9, -Clip}, {linear, -9.1, -Clip}, {linear, -inf, -Clip},
		{root, 0.0625, 0.5}, {root, 0, 0}, {root, -1, 0}, {root, 1, 1}, {root, nan, 0},
		{square, 0.25, 0.5}, {square, 0, 0}, {square, -1, 0}, {square, 1, 1}, {square, nan, 0},
	} {
		if got := c.column.Standardise(c.x); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s(%v) = %v, want %v", c.column.Kind, c.x, got, c.want)
		}
	}
}

func TestAssignDoesNotAllocate(t *testing.T) {
	m := mustNew(t, example(38, 8, 8))
	x := features(38, rand.New(rand.NewPCG(1, 1)))
	p := make([]float64, 8)
	if n := testing.AllocsPerRun(100, func() { m.Assign(x); m.Probabilities(p, x) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

package clustering

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// whole is the table of all rows of in.
func whole(t testing.TB, in Input) *table {
	t.Helper()
	rows := sample(in.rows(), in.rows(), nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	return s.table(&in, rows)
}

// fitted is the mixture that labels give, climbed from.
func fitted(t testing.TB, z *table, labels []int32, k int) (*mixture, float64) {
	t.Helper()
	s := newSums(k, z.dim)
	for i, c := range labels {
		s.take(int(c), z.row(i), 1)
	}
	m, s, err := climb(context.Background(), z, s.maximise(free), 60, still, 2)
	if err != nil {
		t.Fatal(err)
	}
	return m, s.logLikelihood
}

// TestSharpenFollowsFlatComponents: where flat Gaussians overlap, the floor costs
// accuracy and goes.
func TestSharpenFollowsFlatComponents(t *testing.T) {
	in, truth := gaussians(4000, 12, 8, 0.4, 1)
	z := whole(t, in)
	m, l := fitted(t, z, truth, 8)
	g := &grower{t: z, o: Options{MaxIterations: 60, Workers: 2}}
	fine, more, err := g.sharpen(context.Background(), m, l)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := m.label(z, 2)
	after, _, _ := fine.label(z, 2)
	was, is := agreement(before, truth), agreement(after, truth)
	t.Logf("adjusted Rand index %.3f, then %.3f with a floor of %v", was, is, fine.floor)
	if fine.floor != finer[len(finer)-1] || is < was+0.01 || more <= l {
		t.Errorf("floor %v, adjusted Rand index %.3f after %.3f, log-likelihood %.0f after %.0f", fine.floor, is, was, more, l)
	}
	for c, covariance := range fine.covariances {
		if v := logDet(covariance, z.dim); math.IsInf(v, 0) {
			t.Errorf("component %d is singular", c)
		}
	}
}

// TestSharpenKeepsTheFloor where nothing is gained, and where the components would
// turn into others.
func TestSharpenKeepsTheFloor(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	round := &table{dim: 2, count: 2000}
	labels := make([]int32, round.count)
	for i := range round.count {
		labels[i] = int32(i % 2)
		round.z = append(round.z, float64(2*labels[i])-1+0.7*r.NormFloat64(), r.NormFloat64())
	}
	// A plane with half of the rows crosses a cloud.
	crossed := &table{dim: 2, count: 2000}
	for i := range crossed.count {
		x, y := r.NormFloat64(), r.NormFloat64()
		if i%2 == 0 {
			y = 0.3
		}
		crossed.z = append(crossed.z, x, y)
	}
	for name, z := range map[string]*table{"Round": round, "Crossed": crossed} {
		m, l := fitted(t, z, labels, 2)
		g := &grower{t: z, o: Options{MaxIterations: 60, Workers: 1}}
		same, as, err := g.sharpen(context.Background(), m, l)
		if err != nil || same != m || as != l {
			t.Errorf("%s: a floor of %v and %v", name, same.floor, err)
		}
	}
}

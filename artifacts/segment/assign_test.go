package segment

import (
	"math"
	"math/rand/v2"
	"testing"
)

// crowd is a valid model of c components dealt out to k segments, narrow ones among
// wide ones, some of them twice.
func crowd(p, d, c, k int) Spec {
	s := example(p, d, c)
	r := rand.New(rand.NewPCG(uint64(c), uint64(k)))
	s.Segments = s.Segments[:k]
	for i := range s.Components {
		component := &s.Components[i]
		narrow := math.Pow(10, -3*r.Float64())
		for j := range component.Covariance {
			component.Covariance[j] *= narrow
		}
		for j := range component.Mean {
			component.Mean[j] *= 4
		}
		if i > 0 && i%5 == 0 {
			s.Components[i] = s.Components[i-1]
		}
		s.Owners = append(s.Owners, i%k)
	}
	if c == k {
		s.Owners = nil
	}
	return s
}

// plainly is what Assign promises, by the book: every density in full.
func plainly(m *Model, x []float32) (a Assignment, probabilities []float64) {
	z := make([]float64, m.Dim())
	m.Project(z, x)
	each, distances := make([]float64, len(m.densities)), make([]float64, len(m.densities))
	best := math.Inf(-1)
	for c := range m.densities {
		l, d2 := m.densities[c].LogDensity(z)
		each[c], distances[c] = l+math.Log(m.spec.Components[c].Weight), math.Sqrt(d2)
		best = max(best, each[c])
	}
	probabilities = make([]float64, len(m.spec.Segments))
	nearest := make([]float64, len(probabilities))
	likely := make([]float64, len(probabilities))
	for s := range likely {
		likely[s] = math.Inf(-1)
	}
	total := 0.0
	for c, l := range each {
		s := c
		if m.spec.Owners != nil {
			s = m.spec.Owners[c]
		}
		if l > likely[s] {
			likely[s], nearest[s] = l, distances[c]
		}
		probabilities[s] += math.Exp(l - best)
		total += math.Exp(l - best)
	}
	a = Assignment{RunnerUp: -1}
	for s := range probabilities {
		probabilities[s] /= total
		if probabilities[s] > probabilities[a.Index] {
			a.Index = s
		}
	}
	for s, p := range probabilities {
		if s != a.Index && (a.RunnerUp < 0 || p > probabilities[a.RunnerUp]) {
			a.RunnerUp = s
		}
	}
	a.Probability, a.Distance = probabilities[a.Index], nearest[a.Index]
	return a, probabilities
}

// TestAssignLeavesNothingOut: what is skipped for speed makes no difference.
func TestAssignLeavesNothingOut(t *testing.T) {
	for _, size := range []struct{ p, d, c, k int }{
		{1, 0, 1, 1}, {3, 1, 2, 2}, {16, 8, 8, 8}, {16, 8, 64, 64}, {5, 2, 40, 3}, {9, 4, MaxComponents, 7}, {12, MaxDim, 100, MaxSegments}, {4, 3, 9, 1},
	} {
		m := mustNew(t, crowd(size.p, size.d, size.c, size.k))
		r := rand.New(rand.NewPCG(9, 9))
		const users = 300
		var all []float32
		var singly []int32
		shares := make([]float64, size.k)
		for i := range users {
			x := features(size.p, r)
			for j := range x {
				x[j] *= float32(math.Pow(10, float64(i%4)))
			}
			got := m.Assign(x)
			all, singly = append(all, x...), append(singly, int32(got.Index))
			want, probabilities := plainly(m, x)
			if got.Index != want.Index || math.Abs(got.Probability-want.Probability) > 1e-12 || math.Abs(got.Distance-want.Distance) > 1e-9*want.Distance {
				t.Fatalf("%v: %+v, want %+v", size, got, want)
			}
			if want.RunnerUp >= 0 && probabilities[want.RunnerUp] > 1e-290 && got.RunnerUp != want.RunnerUp {
				t.Fatalf("%v: runner-up %d, want %d of %v", size, got.RunnerUp, want.RunnerUp, probabilities)
			}
			m.Probabilities(shares, x)
			for s, p := range probabilities {
				if math.Abs(shares[s]-p) > 1e-12 {
					t.Fatalf("%v: probabilities %v, want %v", size, shares, probabilities)
				}
			}
		}
		together := make([]int32, users)
		m.AssignAll(together, all)
		for i := range together {
			if together[i] != singly[i] {
				t.Fatalf("%v: user %d is in %d among others, in %d alone", size, i, together[i], singly[i])
			}
		}
	}
}

// TestAssignAllTellsNeighboursApart: users almost half way between two components, and
// exactly so.
func TestAssignAllTellsNeighboursApart(t *testing.T) {
	s := example(1, 1, 2)
	s.Columns[0] = Column{Name: "x", Kind: Linear, Scale: 1}
	s.Projection = [][]float64{{1}}
	for i := range s.Components {
		s.Components[i] = Component{Weight: 0.5, Mean: []float64{float64(2*i - 1)}, Covariance: []float64{1e-4}}
	}
	m := mustNew(t, s)
	for x, want := range map[float32]int32{-1e-6: 0, 0: 0, 1e-6: 1, 4: 1, -4: 0} {
		got := []int32{-1}
		if m.AssignAll(got, []float32{x}); got[0] != want || m.Assign([]float32{x}).Index != int(want) {
			t.Errorf("%v is in %d, want %d", x, got[0], want)
		}
	}
}

func TestAssignAllWrongLength(t *testing.T) {
	m := mustNew(t, example(3, 2, 2))
	for _, n := range []int{0, 5, 7} {
		got := [2]int32{8, 8}
		if m.AssignAll(got[:], make([]float32, n)); got != [2]int32{-1, -1} {
			t.Errorf("%d features for two users of 3: %v, want -1", n, got)
		}
	}
	m.AssignAll(nil, nil)
}

func TestAssignAllDoesNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, s := range []Spec{example(16, 8, 8), crowd(16, 8, 200, 5)} {
		m := mustNew(t, s)
		x, dst := append(features(16, r), features(16, r)...), make([]int32, 2)
		if n := testing.AllocsPerRun(20, func() { m.AssignAll(dst, x); m.Assign(x[:16]) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

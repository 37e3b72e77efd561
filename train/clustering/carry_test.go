package clustering

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/artifacts/segment"
)

// previously is a division into k segments, none of which has a place in the new space.
func previously(t testing.TB, k int, members []int32) *Previous {
	t.Helper()
	var ids []string
	for i := range k {
		ids = append(ids, fmt.Sprintf("s%d", i+1))
	}
	return &Previous{Version: "1", Model: before(t, ids, nil), Members: members}
}

// A division before that is no use does no harm, however it came to be.
func TestCarryOnlyWhatDescribesUsers(t *testing.T) {
	in, truth := gaussians(700, 5, 4, 2, 3)
	plain := mustFit(t, in, Options{Seed: 1, Workers: 2})
	if a := agreement(plain.Members, truth); a < 0.9 {
		t.Fatalf("adjusted Rand index %.3f without a division before", a)
	}
	r := rand.New(rand.NewPCG(1, 2))
	by := func(f func(i int) int) []int32 {
		members := make([]int32, len(truth))
		for i := range members {
			members[i] = int32(f(i))
		}
		return members
	}
	for name, c := range map[string]struct {
		k       int
		members []int32
		o       Options
		carried bool
		common  bool // it has users in common with the division before
	}{
		"TheSame":        {4, truth, Options{}, true, true},
		"HalfIsNew":      {4, by(func(i int) int { return []int{int(truth[i]), -1}[i/2%2] }), Options{}, true, true},
		"AsManyAsWanted": {4, truth, Options{Segments: 4}, true, true},
		"OtherNumber":    {4, truth, Options{Segments: 3}, false, true},
		"AtRandom":       {4, by(func(int) int { return r.IntN(4) }), Options{}, false, true},
		"ManyAtRandom":   {32, by(func(int) int { return r.IntN(32) }), Options{}, false, true},
		"One":            {1, by(func(int) int { return 0 }), Options{}, false, true},
		"MergedInTwo":    {2, by(func(i int) int { return int(truth[i]) / 2 }), Options{}, false, true},
		"OneIsEmpty":     {5, truth, Options{}, false, true},
		"OneIsTiny":      {5, by(func(i int) int { return []int{int(truth[i]), 4}[max(0, 5-i)/5] }), Options{}, false, true},
		"Strangers":      {4, by(func(int) int { return -1 }), Options{}, false, false},
		"AFewInCommon":   {4, by(func(i int) int { return []int{-1, int(truth[i])}[max(0, 8-i)/8] }), Options{}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.o
			o.Seed, o.Restarts, o.Workers, o.Previous = 7, 4, 2, previously(t, c.k, c.members)
			got := mustFit(t, in, o)
			if got.Carried != c.carried {
				t.Errorf("carried %v, want %v", got.Carried, c.carried)
			}
			if a := agreement(got.Members, truth); o.Segments != 3 && a < 0.9 {
				t.Errorf("adjusted Rand index %.3f", a)
			}
			if l := got.Model.Spec().Lineage; l == nil || (l.Users > 0) != c.common {
				t.Errorf("lineage %+v", l)
			}
			if o.Workers = 1; !c.carried {
				return
			}
			if fingerprint(t, mustFit(t, in, o)) != fingerprint(t, got) {
				t.Error("another number of workers gives another result")
			}
		})
	}
}

// A segment before may be of several components, or of another method: only who was in
// it counts.
func TestCarryFromOwners(t *testing.T) {
	in, truth := gaussians(700, 5, 4, 2, 3)
	plain := mustFit(t, in, Options{Seed: 1, Workers: 2})
	s := plain.Model.Spec()
	s.Owners = make([]int, 0, 2*len(s.Components))
	var parts []segment.Component
	for i, c := range s.Components {
		c.Weight /= 2
		parts, s.Owners = append(parts, c, c), append(s.Owners, i, i)
	}
	s.Components = parts
	m, err := segment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	got := mustFit(t, in, Options{Seed: 2, Workers: 2, Previous: &Previous{Version: "1", Model: m, Members: plain.Members}})
	l := got.Model.Spec().Lineage
	if !got.Carried || l.Moved > 0.02 || len(l.Retired) > 0 || agreement(got.Members, truth) < 0.9 {
		t.Errorf("carried %v, lineage %+v", got.Carried, l)
	}
}

// Without the number asked for there is nothing to carry, and ids go on all the same.
func TestIDsGoOnWithoutCarrying(t *testing.T) {
	in, truth := gaussians(700, 5, 4, 2, 3)
	p := previously(t, 4, truth)
	got := mustFit(t, in, Options{Seed: 1, Workers: 2, Segments: 1, Previous: p})
	l := got.Model.Spec().Lineage
	if got.Carried || len(l.Changes) < 4 || !slices.ContainsFunc(l.Changes, func(c segment.Change) bool { return c.Kind == segment.Merged }) {
		t.Errorf("carried %v, lineage %+v", got.Carried, l)
	}
}

// TestCarryLimits meets what keeps a division before from both sides.
func TestCarryLimits(t *testing.T) {
	in, truth := gaussians(700, 5, 4, 2, 3)
	rows := sample(in.rows(), in.rows(), nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	p := previously(t, 4, truth)
	g := &grower{t: s.table(&in, rows), o: Options{Previous: p, MaxIterations: 60, Workers: 1}, was: p.of(rows)}
	old, err := g.carried(t.Context())
	if err != nil || old == nil {
		t.Fatal(old, err)
	}
	before, cost := old.candidate(nil, g.t), grip*price(nil, old.family, old.components, g.t)
	for name, c := range map[string]struct {
		agreement float64 // of the chosen trial's halves, over the old one's
		criterion float64 // of its family's best, below the old one's
		carried   bool
	}{
		"AsGood":       {0, 0, true},
		"LessStable":   {allowance - 1e-9, 0, true},
		"Unstable":     {allowance + 1e-9, 0, false},
		"Dearer":       {0, cost - 1e-6, true},
		"TooDear":      {0, cost + 1e-6, false},
		"MoreThanGood": {-0.5, -1e9, true},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := *old
			chosen.agreement += c.agreement
			rival := before
			rival.Criterion -= c.criterion
			stranger := Candidate{Segments: before.Segments, Family: "another", Criterion: -1e12, Stability: 1}
			r := &Result{Candidates: []Candidate{rival, stranger}}
			if _, err := r.carry(t.Context(), g, nil, chosen); err != nil || r.Carried != c.carried {
				t.Errorf("carried %v (%v), want %v", r.Carried, err, c.carried)
			}
		})
	}
}

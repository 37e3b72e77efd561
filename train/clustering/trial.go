package clustering

import (
	"context"
	"math/rand/v2"
	"slices"
)

// trial is the same number of components found twice, in either half of the
// rows.
type trial struct {
	family        family
	components    int
	twins         [2]*mixture
	agreement     float64 // adjusted Rand index of the two divisions of all rows
	logLikelihood float64 // of all rows, mean of the two
}

// trials fits both halves of the rows, each on its own, in each family, and
// compares what they make of all rows. Trials of a family come with the most
// components first. Mixtures with a component that no row is most likely in are
// passed over.
func (g *grower) trials(ctx context.Context) ([]trial, error) {
	var paths [2]map[family][]*mixture
	for h, half := range g.t.halves(g.random) {
		own := &grower{t: half, o: g.o, random: g.random}
		leaves, err := own.grow(ctx)
		g.attempts += own.attempts
		g.failures += own.failures
		if err != nil {
			return nil, err
		}
		paths[h] = make(map[family][]*mixture)
		for _, f := range families {
			if paths[h][f], err = path(ctx, half, leaves, f, g.o.Workers); err != nil {
				return nil, err
			}
		}
	}
	var found []trial
	for _, f := range families {
		for _, m := range paths[0][f] {
			k := len(m.weights)
			at := slices.IndexFunc(paths[1][f], func(o *mixture) bool { return len(o.weights) == k })
			if at < 0 {
				continue
			}
			t := trial{family: f, components: k, twins: [2]*mixture{m, paths[1][f][at]}}
			whole, err := t.compare(g.t, g.o.Workers)
			if err != nil {
				return nil, err
			}
			if whole {
				found = append(found, t)
			}
		}
	}
	return found, ctx.Err()
}

// compare fills in what the twins make of all rows, and reports whether all
// their components have some.
func (t *trial) compare(all *table, workers int) (whole bool, err error) {
	var labels [2][]int32
	whole = true
	for h, m := range t.twins {
		l, logLikelihood, err := m.label(all, workers)
		if err != nil {
			return false, err
		}
		labels[h] = l
		t.logLikelihood += logLikelihood / 2
		whole = whole && len(bySize(count(l, t.components), 1)) == t.components
	}
	t.agreement = agreement(labels[0], labels[1])
	return whole, nil
}

// halves deals the rows out at random.
func (t *table) halves(random *rand.Rand) [2]*table {
	var halves [2]*table
	for h := range halves {
		halves[h] = &table{dim: t.dim, reach: t.reach}
	}
	left := t.count / 2
	for i := range t.count {
		h := halves[1]
		if random.IntN(t.count-i) < left {
			h = halves[0]
			left--
		}
		h.z = append(h.z, t.row(i)...)
		h.count++
	}
	return halves
}

// agreement is the adjusted Rand index of two divisions of the same rows (Hubert
// and Arabie, 1985): 1 for equal ones, about 0 for independent ones.
func agreement(a, b []int32) float64 {
	both, ofA, ofB := make(map[[2]int32]int), make(map[int32]int), make(map[int32]int)
	for i := range a {
		both[[2]int32{a[i], b[i]}]++
		ofA[a[i]]++
		ofB[b[i]]++
	}
	same, sameA, sameB := 0, 0, 0 // integers, for the order of a map is random
	for _, n := range both {
		same += n * (n - 1) / 2
	}
	for _, n := range ofA {
		sameA += n * (n - 1) / 2
	}
	for _, n := range ofB {
		sameB += n * (n - 1) / 2
	}
	n := float64(len(a))
	expected := float64(sameA) * float64(sameB) / max(n*(n-1)/2, 1)
	most := (float64(sameA) + float64(sameB)) / 2
	if most == expected {
		return 1
	}
	return (float64(same) - expected) / (most - expected)
}

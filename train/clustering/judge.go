package clustering

import (
	"context"
	"math"
	"math/rand/v2"

	"curio/experiments/run"
)

// Quality is how good a division of users into segments is, by the rows fitted and in
// the projected space, beside everyone in one segment and segments at random.
type Quality struct {
	Silhouette    float64 // mean over a seeded sample, -1..1; 0 for one segment
	DaviesBouldin float64 // 0 is best, and that of one segment
	BIC           float64 // of the chosen mixture; lower is better
	Balance       float64 // entropy of the sizes over that of equal ones, 0..1; 1 for one segment

	OneBIC              float64 // everyone in one segment
	RandomSilhouette    float64 // the same sizes, dealt out at random
	RandomDaviesBouldin float64

	// Stability has, for each bootstrap, the adjusted Rand index of the division and
	// of what fitting as many segments to the bootstrap makes of the same rows. Such
	// a fit sees fewer rows and tries fewer starts, so that the division is at least
	// that stable. Unstructured has the index of two such fits to bootstraps of data
	// without segments: normal deviates as many and as wide, another set for each.
	// Both are empty for one segment.
	Stability, Unstructured []float64
	// Gain is what the fits to the bootstraps of the data gain over one segment in
	// the log-likelihood of a row that they have not seen, in nats.
	Gain run.Evidence
}

// Steadier is by how much the division is more stable than segments of data that has
// none, in adjusted Rand index.
func (q *Quality) Steadier() run.Evidence {
	a, varianceA := moment(q.Stability)
	b, varianceB := moment(q.Unstructured)
	return run.Evidence{Judges: min(len(q.Stability), len(q.Unstructured)), Gain: a - b, Error: math.Sqrt(varianceA + varianceB)}
}

// Better reports whether the division is more than chance: it tells of users not seen
// more than one segment does, and it comes back in other samples more than segments
// of data without any do, both by more than two standard errors.
func (q *Quality) Better() bool { return q.Gain.Holds() && q.Steadier().Holds() }

// moment is the mean of values and the variance of it.
func moment(values []float64) (mean, variance float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		variance += (v - mean) * (v - mean) / (n * max(n-1, 1))
	}
	return mean, variance
}

// AdjustedRand is the adjusted Rand index of two divisions of the same rows (Hubert
// and Arabie, 1985): 1 for equal ones, about 0 for independent ones.
func AdjustedRand(a, b []int32) float64 { return agreement(a, b) }

// judge measures what was divided: rows are those of g.t, m is the mixture kept.
func (r *Result) judge(ctx context.Context, g *grower, rows []int32, m *mixture) error {
	single := one(g.t)
	_, base, err := single.label(g.t, g.o.Workers)
	if err != nil {
		return err
	}
	r.OneBIC = bic(base, single, g.t)
	k := len(r.Model.Segments())
	r.Balance = balance(count(r.Members, k))
	if k < 2 {
		return nil
	}
	labels := make([]int32, len(rows))
	for i, row := range rows {
		labels[i] = r.Members[row]
	}
	dealt := append([]int32(nil), labels...)
	g.random.Shuffle(len(dealt), func(i, j int) { dealt[i], dealt[j] = dealt[j], dealt[i] })
	r.DaviesBouldin = DaviesBouldin(g.t.z, g.t.dim, labels)
	r.RandomDaviesBouldin = DaviesBouldin(g.t.z, g.t.dim, dealt)
	z, some := g.t.part(sample(g.t.count, judged, g.random), labels, dealt)
	r.Silhouette = Silhouette(z, g.t.dim, some[0], g.o.Workers)
	r.RandomSilhouette = Silhouette(z, g.t.dim, some[1], g.o.Workers)
	return r.bootstrap(ctx, g, labels, m)
}

// judged is the number of rows a silhouette is the mean of, at most.
const judged = 2000

// part returns the values of some rows, and their labels in each division.
func (t *table) part(rows []int32, divisions ...[]int32) (z []float64, labels [][]int32) {
	labels = make([][]int32, len(divisions))
	for _, i := range rows {
		z = append(z, t.row(int(i))...)
		for d, division := range divisions {
			labels[d] = append(labels[d], division[i])
		}
	}
	return z, labels
}

// balance is the entropy of sizes over that of as many equal ones.
func balance(sizes []int) float64 {
	total, e := 0.0, 0.0
	for _, n := range sizes {
		total += float64(n)
		e += entropy(float64(n))
	}
	if len(sizes) < 2 || total == 0 {
		return 1
	}
	return max(0, (math.Log(total)-e/total)/math.Log(float64(len(sizes))))
}

// noise is a table of independent normal deviates, as many and as wide as t, which has
// mean 0, variance 1 and no correlation along its axes.
func (t *table) noise(random *rand.Rand) *table {
	n := &table{dim: t.dim, count: t.count, reach: t.reach, z: make([]float64, len(t.z))}
	for i := range n.z {
		n.z[i] = random.NormFloat64()
	}
	return n
}

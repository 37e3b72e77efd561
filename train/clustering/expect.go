package clustering

import (
	"math"

	"curio/artifacts/segment"
)

// sums are the statistics of one step of expectation maximisation.
type sums struct {
	counts         []float64   // rows of each component, in shares
	first          [][]float64 // their sum
	second         [][]float64 // the sum of their outer products, lower triangle
	logLikelihood  float64
	classification float64 // the same with each row wholly in its likeliest component
}

func newSums(k, dim int) *sums {
	s := &sums{counts: make([]float64, k), first: make([][]float64, k), second: make([][]float64, k)}
	for c := range k {
		s.first[c], s.second[c] = make([]float64, dim), make([]float64, segment.Triangle(dim))
	}
	return s
}

// take adds a share of a row to component c.
func (s *sums) take(c int, z []float64, share float64) {
	s.counts[c] += share
	for j, v := range z {
		s.first[c][j] += share * v
	}
	addOuter(s.second[c], z, share)
}

// join adds component d of o to component c.
func (s *sums) join(c int, o *sums, d int) {
	s.counts[c] += o.counts[d]
	for j, v := range o.first[d] {
		s.first[c][j] += v
	}
	for j, v := range o.second[d] {
		s.second[c][j] += v
	}
}

// chunk is the number of rows summed in one piece, so that sums come out the
// same however many workers there are.
const chunk = 512

// expect gathers the statistics of all rows under m.
func (m *mixture) expect(t *table, workers int) (*sums, error) {
	e := expectation{densities: make([]segment.Gaussian, len(m.weights)), logWeights: make([]float64, len(m.weights))}
	for c := range m.weights {
		g, err := segment.NewGaussian(m.means[c], m.covariances[c])
		if err != nil {
			return nil, errSingular
		}
		e.densities[c], e.logWeights[c] = g, math.Log(m.weights[c])
	}
	parts := make([]*sums, (t.count+chunk-1)/chunk)
	parallel(len(parts), workers, func(p int) {
		s := newSums(len(m.weights), t.dim)
		logs := make([]float64, len(m.weights))
		for i := p * chunk; i < min(t.count, (p+1)*chunk); i++ {
			e.fold(s, t.row(i), logs)
		}
		parts[p] = s
	})
	total := newSums(len(m.weights), t.dim)
	for _, s := range parts {
		total.logLikelihood += s.logLikelihood
		total.classification += s.classification
		for c := range s.counts {
			total.join(c, s, c)
		}
	}
	return total, nil
}

// expectation is a mixture prepared for evaluation.
type expectation struct {
	densities  []segment.Gaussian
	logWeights []float64
}

// negligible is the share of a row that is not worth adding to a component.
const negligible = 1e-9

// fold adds a row to s; logs is scratch of one value a component.
func (e *expectation) fold(s *sums, z, logs []float64) {
	best := math.Inf(-1)
	for c := range e.densities {
		d, _ := e.densities[c].LogDensity(z)
		logs[c] = e.logWeights[c] + d
		best = math.Max(best, logs[c])
	}
	total := 0.0
	for c := range logs {
		logs[c] = math.Exp(logs[c] - best)
		total += logs[c]
	}
	s.logLikelihood += best + math.Log(total)
	s.classification += best
	for c := range logs {
		if share := logs[c] / total; share > negligible {
			s.take(c, z, share)
		}
	}
}

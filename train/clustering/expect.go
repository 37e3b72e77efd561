package clustering

import (
	"math"

	"curio/artifacts/segment"
)

// sums are the statistics of one step of expectation maximisation.
type sums struct {
	counts        []float64   // rows of each component, in shares
	first         [][]float64 // their sum
	second        [][]float64 // the sum of their outer products, lower triangle
	floor         float64     // of variances made from them
	logLikelihood float64
}

func newSums(k, dim int) *sums {
	s := &sums{counts: make([]float64, k), first: make([][]float64, k), second: make([][]float64, k), floor: floor}
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
	e, err := m.prepare()
	if err != nil {
		return nil, err
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
	total.floor = m.floor
	for _, s := range parts {
		total.logLikelihood += s.logLikelihood
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

func (m *mixture) prepare() (*expectation, error) {
	e := &expectation{densities: make([]segment.Gaussian, len(m.weights)), logWeights: make([]float64, len(m.weights))}
	for c := range m.weights {
		g, err := segment.NewGaussian(m.means[c], m.covariances[c])
		if err != nil {
			return nil, errSingular
		}
		e.densities[c], e.logWeights[c] = g, math.Log(m.weights[c])
	}
	return e, nil
}

// negligible is the share of a row that is not worth adding to a component.
const negligible = 1e-9

// fold adds a row to s; logs is scratch of one value a component.
func (e *expectation) fold(s *sums, z, logs []float64) {
	_, logLikelihood := e.share(z, logs)
	s.logLikelihood += logLikelihood
	for c, share := range logs {
		if share > negligible {
			s.take(c, z, share)
		}
	}
}

// share writes to shares how much of a row each component has, and returns the
// likeliest component and the log-likelihood of the row.
func (e *expectation) share(z, shares []float64) (likeliest int, logLikelihood float64) {
	best := math.Inf(-1)
	for c := range e.densities {
		d, _ := e.densities[c].LogDensity(z)
		shares[c] = e.logWeights[c] + d
		if shares[c] > best {
			likeliest, best = c, shares[c]
		}
	}
	total := 0.0
	for c := range shares {
		shares[c] = math.Exp(shares[c] - best)
		total += shares[c]
	}
	for c := range shares {
		shares[c] /= total
	}
	return likeliest, best + math.Log(total)
}

// label returns the likeliest component of each row and the log-likelihood of
// all rows.
func (m *mixture) label(t *table, workers int) (labels []int32, logLikelihood float64, err error) {
	e, err := m.prepare()
	if err != nil {
		return nil, 0, err
	}
	labels = make([]int32, t.count)
	parts := make([]float64, (t.count+chunk-1)/chunk)
	parallel(len(parts), workers, func(p int) {
		shares := make([]float64, len(m.weights))
		for i := p * chunk; i < min(t.count, (p+1)*chunk); i++ {
			c, l := e.share(t.row(i), shares)
			labels[i] = int32(c)
			parts[p] += l
		}
	})
	for _, l := range parts {
		logLikelihood += l
	}
	return labels, logLikelihood, nil
}

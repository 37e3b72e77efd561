package clustering

import (
	"math"

	"curio/artifacts/segment"
)

// table holds projected rows.
type table struct {
	z     []float64 // count x dim, row-major; variance 1 along each axis
	dim   int
	count int
	reach []float64 // weight of each axis when rows are split
}

func (t *table) row(i int) []float64 { return t.z[i*t.dim : (i+1)*t.dim] }

// family says what the covariances of a mixture have in common.
type family string

const (
	free family = "free" // each component has its own
	tied family = "tied" // all have the same
)

var families = []family{free, tied}

// size is the number of free parameters of k components in d dimensions.
func (f family) size(k, d int) float64 {
	if f == tied {
		return float64(k*(d+1) - 1 + segment.Triangle(d))
	}
	return float64(k*(d+1+segment.Triangle(d)) - 1)
}

// floor is added to every variance of a component, where all rows together have
// variance 1 along each axis: no covariance is singular, and none can win by
// collapsing on a plane on which many users happen to lie. The last climb may go on
// with less: see sharpen.
const floor = 0.02

// mixture is a weighted sum of normal densities.
type mixture struct {
	family family
	parameters
	floor   float64 // that is within the covariances
	weights []float64
	owners  []int // by component: the segment it is a part of; nil where each is one
}

// maximise returns the mixture that explains s best within a family, but for
// the floor. Components with hardly any rows are left out; there is always at
// least one.
func (s *sums) maximise(f family) *mixture {
	m := &mixture{family: f, floor: s.floor}
	total := 0.0
	for c, n := range s.counts {
		if !s.weighty(c) {
			continue
		}
		mean, covariance := s.moments(c)
		total += n
		m.weights = append(m.weights, n)
		m.means = append(m.means, mean)
		m.covariances = append(m.covariances, covariance)
	}
	for c := range m.weights {
		m.weights[c] /= total
	}
	if f == tied {
		m.tie()
	}
	return m
}

// weighty reports whether component c has rows enough for a covariance, or is
// the only one left that could.
func (s *sums) weighty(c int) bool {
	most := 0
	for i, n := range s.counts {
		if n > s.counts[most] {
			most = i
		}
	}
	return c == most || s.counts[c] > float64(len(s.first[c])+1)
}

// moments returns the mean and the regularised covariance of component c.
func (s *sums) moments(c int) (mean, covariance []float64) {
	n := s.counts[c]
	mean = make([]float64, len(s.first[c]))
	for j, v := range s.first[c] {
		mean[j] = v / n
	}
	covariance = append([]float64(nil), s.second[c]...)
	addOuter(covariance, mean, -n)
	regularise(covariance, len(mean), n, s.floor)
	return mean, covariance
}

// regularise turns the scatter of n rows around their mean into a covariance.
func regularise(scatter []float64, dim int, n, floor float64) {
	for j := range scatter {
		scatter[j] /= n
	}
	for j := range dim {
		scatter[segment.Triangle(j)+j] += floor
	}
}

// tie gives all components their mean covariance.
func (m *mixture) tie() {
	pooled := make([]float64, len(m.covariances[0]))
	for c, w := range m.weights {
		for j, v := range m.covariances[c] {
			pooled[j] += w * v
		}
	}
	for c := range m.covariances {
		m.covariances[c] = pooled
	}
}

// addOuter adds w d d' to the lower triangle a.
func addOuter(a, d []float64, w float64) {
	for i, v := range d {
		v *= w
		row := a[:i+1]
		a = a[i+1:]
		for j := range row {
			row[j] += v * d[j]
		}
	}
}

// logDet returns the logarithm of the determinant of a regularised covariance.
func logDet(covariance []float64, dim int) float64 {
	v, ok := segment.Cholesky(append([]float64(nil), covariance...), dim)
	if !ok {
		return math.Inf(1)
	}
	return v
}

// Package segment assigns users to named segments: a frozen mixture of Gaussian
// densities over standardised and projected features, one component a segment,
// with a description of each.
package segment

import "math"

// MaxDim and MaxSegments bound the size of a model, and with it the work of an
// assignment.
const (
	MaxDim      = 32
	MaxSegments = 64
)

// Component is the weight and density of one segment in the projected space.
type Component struct {
	Weight     float64   `json:"weight"`     // prior probability, > 0; the weights of a model sum to 1
	Mean       []float64 `json:"mean"`       // length d
	Covariance []float64 `json:"covariance"` // lower triangle, row by row
}

// Spec is all a Model holds, in plain values.
type Spec struct {
	Columns    []Column    `json:"columns"`    // one a raw feature, in order
	Projection [][]float64 `json:"projection"` // d rows of len(Columns): z = Projection * standardised features
	Components []Component `json:"components"`
	Segments   []Segment   `json:"segments"` // one a component, in the same order
}

// Model is a frozen mixture. It is safe for concurrent use.
type Model struct {
	spec       Spec
	features   []string
	dim        int
	projection []float64 // one run of dim values a column
	densities  []Gaussian
	logWeights []float64
}

// Assignment says where a user belongs.
type Assignment struct {
	Index       int     // of the segment, or -1 when the features do not fit the model
	Probability float64 // of that segment given the features
	RunnerUp    int     // the next best segment, or -1 when there is none
	Distance    float64 // Mahalanobis distance from the segment's mean
}

// New builds a model from s, which it must not be changed after. Every fault of
// s is an error: wrong shapes, values beyond Limit, covariances that are
// not positive definite, names that are missing or not unique.
func New(s Spec) (*Model, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	m := &Model{spec: s, dim: len(s.Projection)}
	for j, c := range s.Columns {
		m.features = append(m.features, c.Name)
		for _, row := range s.Projection {
			m.projection = append(m.projection, row[j])
		}
	}
	for i, c := range s.Components {
		g, err := NewGaussian(c.Mean, c.Covariance)
		if err != nil {
			return nil, fault("component %d: %w", i, err)
		}
		m.densities = append(m.densities, g)
		m.logWeights = append(m.logWeights, math.Log(c.Weight))
	}
	return m, nil
}

// Features returns the names of the raw features that Assign expects, in order.
// The caller must not change it.
func (m *Model) Features() []string { return m.features }

// Segments returns the descriptions, by index. The caller must not change it.
func (m *Model) Segments() []Segment { return m.spec.Segments }

// Dim returns the number of projected dimensions.
func (m *Model) Dim() int { return m.dim }

// Project writes the projected features into dst, which must hold Dim values.
// len(features) must be len(Features()).
func (m *Model) Project(dst []float64, features []float32) {
	dst = dst[:m.dim]
	clear(dst)
	for j, x := range features {
		v := m.spec.Columns[j].Standardise(x)
		for i, p := range m.projection[j*m.dim : j*m.dim+len(dst)] {
			dst[i] += v * p
		}
	}
}

// Assign returns the most probable segment of a user with the given raw
// features; the first of equals. It does not allocate.
func (m *Model) Assign(features []float32) Assignment {
	if len(features) != len(m.features) {
		return Assignment{Index: -1, RunnerUp: -1}
	}
	var space [MaxDim]float64
	z := space[:m.dim]
	m.Project(z, features)
	var logs [MaxSegments]float64
	a := Assignment{RunnerUp: -1}
	for i := range m.densities {
		density, distance2 := m.densities[i].LogDensity(z)
		logs[i] = m.logWeights[i] + density
		switch {
		case i == 0 || logs[i] > logs[a.Index]:
			if i > 0 {
				a.RunnerUp = a.Index
			}
			a.Index, a.Distance = i, math.Sqrt(distance2)
		case a.RunnerUp < 0 || logs[i] > logs[a.RunnerUp]:
			a.RunnerUp = i
		}
	}
	sum := 0.0
	for i := range m.densities {
		sum += math.Exp(logs[i] - logs[a.Index])
	}
	a.Probability = 1 / sum
	return a
}

// Probabilities writes the probability of each segment into dst, which must
// hold one value a segment. Features of the wrong length give zeros. It does
// not allocate.
func (m *Model) Probabilities(dst []float64, features []float32) {
	dst = dst[:len(m.densities)]
	clear(dst)
	if len(features) != len(m.features) {
		return
	}
	var space [MaxDim]float64
	z := space[:m.dim]
	m.Project(z, features)
	best := math.Inf(-1)
	for i := range m.densities {
		density, _ := m.densities[i].LogDensity(z)
		dst[i] = m.logWeights[i] + density
		best = math.Max(best, dst[i])
	}
	sum := 0.0
	for i := range dst {
		dst[i] = math.Exp(dst[i] - best)
		sum += dst[i]
	}
	for i := range dst {
		dst[i] /= sum
	}
}

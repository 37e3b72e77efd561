// Package segment assigns users to named segments: a frozen mixture of Gaussian
// densities over standardised and projected features, one or more components a
// segment, with a description of each.
package segment

import (
	"math"
	"slices"
)

// MaxDim, MaxComponents and MaxSegments bound the size of a model, and with it the
// work of an assignment.
const (
	MaxDim        = 32
	MaxComponents = 512
	MaxSegments   = 64
)

// Component is the weight and density of a segment, or of a part of one, in the
// projected space.
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
	Owners     []int       `json:"owners,omitempty"`  // by component: index of its segment; absent where each has its own
	Segments   []Segment   `json:"segments"`          // in the order of the components where Owners is absent
	Lineage    *Lineage    `json:"lineage,omitempty"` // of the segments, from those of an earlier model; nil without one
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
	Distance    float64 // Mahalanobis distance from the mean of the segment's nearest component
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

// Spec returns what the model was built from. The caller must not change what it
// leads to.
func (m *Model) Spec() Spec { return m.spec }

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
	var likely, far [MaxSegments]float64
	logs, distances := likely[:len(m.spec.Segments)], far[:len(m.spec.Segments)]
	a := Assignment{Index: -1, RunnerUp: -1}
	if !m.weigh(logs, distances, features) {
		return a
	}
	for i, l := range logs {
		switch {
		case a.Index < 0 || l > logs[a.Index]:
			a.Index, a.RunnerUp = i, a.Index
		case a.RunnerUp < 0 || l > logs[a.RunnerUp]:
			a.RunnerUp = i
		}
	}
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l - logs[a.Index])
	}
	a.Probability, a.Distance = 1/sum, math.Sqrt(distances[a.Index])
	return a
}

// Probabilities writes the probability of each segment into dst, which must
// hold one value a segment. Features of the wrong length give zeros. It does
// not allocate.
func (m *Model) Probabilities(dst []float64, features []float32) {
	var far [MaxSegments]float64
	dst = dst[:len(m.spec.Segments)]
	if !m.weigh(dst, far[:len(dst)], features) {
		clear(dst)
		return
	}
	best := slices.Max(dst)
	sum := 0.0
	for i := range dst {
		dst[i] = math.Exp(dst[i] - best)
		sum += dst[i]
	}
	for i := range dst {
		dst[i] /= sum
	}
}

// weigh writes for each segment the logarithm of its weight times its density at
// the given features, and the least squared distance from its components. It
// reports false when the features do not fit the model.
func (m *Model) weigh(logs, distances2 []float64, features []float32) bool {
	if len(features) != len(m.features) {
		return false
	}
	var space [MaxDim]float64
	z := space[:m.dim]
	m.Project(z, features)
	if m.spec.Owners == nil {
		for i := range m.densities {
			density, distance2 := m.densities[i].LogDensity(z)
			logs[i], distances2[i] = m.logWeights[i]+density, distance2
		}
		return true
	}
	for s := range logs {
		logs[s], distances2[s] = math.Inf(-1), math.Inf(1)
	}
	for i, s := range m.spec.Owners {
		density, distance2 := m.densities[i].LogDensity(z)
		more, less := m.logWeights[i]+density, logs[s]
		if more < less {
			more, less = less, more
		}
		logs[s] = more + math.Log1p(math.Exp(less-more))
		distances2[s] = math.Min(distances2[s], distance2)
	}
	return true
}

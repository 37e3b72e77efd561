// Package segment assigns users to named segments: a frozen mixture of Gaussian
// densities over standardised and projected features, one or more components a
// segment, with a description of each.
package segment

import "math"

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
	peaks      []float64 // logarithm of the weight times the density at the mean, by component
}

// Assignment says where a user belongs.
type Assignment struct {
	Index       int     // of the segment, or -1 when the features do not fit the model
	Probability float64 // of that segment given the features
	RunnerUp    int     // the next best segment, or -1 when there is none
	Distance    float64 // Mahalanobis distance from the mean of the segment's likeliest component
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
		m.peaks = append(m.peaks, math.Log(c.Weight)+g.logNorm)
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
		c := &m.spec.Columns[j]
		v := float64(x)
		if c.Kind != Linear {
			v = c.Straighten(x)
		}
		v = clip((v - c.Centre) / c.Scale)
		for i, p := range m.projection[j*m.dim : j*m.dim+len(dst)] {
			dst[i] += v * p
		}
	}
}

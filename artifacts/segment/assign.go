package segment

import (
	"math"
	"slices"
)

const (
	// lost is how many nats below the likeliest component of a segment one is that
	// adds nothing to it: MaxComponents of them are less than the sum's rounding.
	lost = 43
	// behind is how many nats below a segment a component is that neither belongs to a
	// segment as likely nor adds to one: lost, and the logarithm of MaxComponents.
	behind = 50
	// slack is far more than the relative rounding of a squared distance.
	slack = 1e-9
)

// Assign returns the most probable segment of a user with the given raw
// features; the first of equals. It does not allocate.
func (m *Model) Assign(features []float32) Assignment {
	var likely, far [MaxSegments]float64
	logs, distances := likely[:len(m.spec.Segments)], far[:len(m.spec.Segments)]
	a := Assignment{Index: -1, RunnerUp: -1}
	if len(features) != len(m.features) {
		return a
	}
	m.weigh(logs, distances, features)
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
		if l -= logs[a.Index]; l > -lost {
			sum += math.Exp(l)
		}
	}
	a.Probability, a.Distance = 1/sum, math.Sqrt(distances[a.Index])
	return a
}

// AssignAll writes to dst the Index that Assign gives each user, of whom features
// holds the raw features one after the other. It is faster, as nothing else is
// computed, and does not allocate. When len(features) is not len(dst) times
// len(Features()), all are -1.
func (m *Model) AssignAll(dst []int32, features []float32) {
	width := len(m.features)
	if len(features) != len(dst)*width {
		for i := range dst {
			dst[i] = -1
		}
		return
	}
	var space [MaxDim]float64
	z := space[:m.dim]
	for i := range dst {
		m.Project(z, features[i*width:(i+1)*width])
		if m.spec.Owners == nil {
			dst[i] = int32(m.nearest(z))
		} else {
			dst[i] = int32(m.nearestOwner(z))
		}
	}
}

// Probabilities writes the probability of each segment into dst, which must
// hold one value a segment. Features of the wrong length give zeros. It does
// not allocate.
func (m *Model) Probabilities(dst []float64, features []float32) {
	var far [MaxSegments]float64
	dst = dst[:len(m.spec.Segments)]
	if len(features) != len(m.features) {
		clear(dst)
		return
	}
	m.weigh(dst, far[:len(dst)], features)
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

package recommend

import (
	"curio/artifacts/segment"
)

// Segments describes the artifact's segments, largest first. The caller must not
// change them.
func (e *Engine) Segments() []segment.Segment {
	return e.art.Segments.Segments()
}

// Membership says which segment a user is in, and how clearly.
type Membership struct {
	Segment     segment.Segment
	Probability float64          // of that segment given the user's profile
	RunnerUp    *segment.Segment // next best, nil when there is none
	Distance    float64          // Mahalanobis distance from the segment's mean
}

// SegmentOf returns the segment of a known user; false when the user is unknown
// or was put in none.
func (e *Engine) SegmentOf(user string) (Membership, bool) {
	i, ok := e.art.Users.Index(user)
	if !ok || e.art.Membership[i] < 0 {
		return Membership{}, false
	}
	features := make([]float32, e.art.SegmentSize())
	e.art.SegmentFeatures(features, &e.art.People[i], &e.art.Profiles[i], e.art.AsOf)
	a := e.art.Segments.Assign(features)
	if a.Index < 0 {
		return Membership{}, false
	}
	segments := e.art.Segments.Segments()
	m := Membership{Segment: segments[a.Index], Probability: a.Probability, Distance: a.Distance}
	if a.RunnerUp >= 0 {
		m.RunnerUp = &segments[a.RunnerUp]
	}
	return m, true
}

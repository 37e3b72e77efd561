package recommend

import (
	"curio/artifacts/segment"
	"curio/datasets/event"
)

// Segments describes the artifact's segments as audience.Segments does. The caller must
// not change them.
func (e *Engine) Segments() []segment.Segment {
	return e.audience.Segments()
}

// Membership says which segment a user is in, and how clearly.
type Membership struct {
	Segment     segment.Segment
	Probability float64          // of that segment given the user's profile
	RunnerUp    *segment.Segment // next best, nil when there is none
	Distance    float64          // Mahalanobis distance from the segment's mean
	Shares      []float64        // by segment: its probability; they sum to 1
	Ignored     int              // events on items outside the catalogue
}

// SegmentOf returns the segment of a known user; false when the user is unknown
// or was put in none.
func (e *Engine) SegmentOf(user string) (Membership, bool) {
	i, ok := e.art.Users.Index(user)
	if !ok || e.art.Membership[i] < 0 {
		return Membership{}, false
	}
	return e.SegmentOfSession(user, nil)
}

// SegmentOfSession returns the segment of a user, known or not, with events folded
// in; false when nobody did anything.
func (e *Engine) SegmentOfSession(user string, events []event.Event) (Membership, bool) {
	v := e.visits.Get().(*visit)
	defer e.visits.Put(v)
	e.know(v, user, events)
	if v.profile.Events == 0 {
		return Membership{}, false
	}
	features := make([]float32, e.art.SegmentSize())
	e.art.SegmentFeatures(features, v.person, v.profile, v.asOf)
	m, ok := e.SegmentOfFeatures(features)
	m.Ignored = v.ignored
	return m, ok
}

// segmentOf returns the segment of whoever was met; nil for nobody who did anything.
func (e *Engine) segmentOf(v *visit) *segment.Segment {
	if v.profile.Events == 0 {
		return nil
	}
	features := make([]float32, e.art.SegmentSize())
	e.art.SegmentFeatures(features, v.person, v.profile, v.asOf)
	if a := e.art.Segments.Assign(features); a.Index >= 0 {
		return &e.Segments()[a.Index]
	}
	return nil
}

// SegmentFeatures names what SegmentOfFeatures reads, in order. The caller must not
// change it.
func (e *Engine) SegmentFeatures() []string { return e.art.Segments.Features() }

// SegmentOfFeatures returns the segment of a user with the given raw features, one
// for each name of SegmentFeatures, of which a NaN counts as average; false for
// another number of them.
func (e *Engine) SegmentOfFeatures(features []float32) (Membership, bool) {
	a := e.art.Segments.Assign(features)
	if a.Index < 0 {
		return Membership{}, false
	}
	segments := e.Segments()
	m := Membership{Segment: segments[a.Index], Probability: a.Probability, Distance: a.Distance, Shares: make([]float64, len(segments))}
	if a.RunnerUp >= 0 {
		m.RunnerUp = &segments[a.RunnerUp]
	}
	e.art.Segments.Probabilities(m.Shares, features)
	return m, true
}

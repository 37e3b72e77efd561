package audience

import "curio/artifacts/segment"

// Member says how a user belongs to a segment.
type Member struct {
	User    int32
	Segment int // the one the artifact has the user in
	segment.Assignment
}

// Reader places users. It is for one goroutine at a time.
type Reader struct {
	a        *Audience
	features []float32
	shares   []float64
}

// Reader returns a new reader.
func (a *Audience) Reader() *Reader {
	return &Reader{a: a, features: make([]float32, a.art.SegmentSize()), shares: make([]float64, len(a.art.Segments.Segments()))}
}

// Member returns how a user, who is in a segment, belongs to it. A user on the
// border whom rounding puts on its other side, on another machine than the one that
// made the artifact, stays where the artifact has them; the distance is then that
// from the runner-up.
func (r *Reader) Member(user int32) Member {
	art := r.a.art
	m := Member{User: user, Segment: int(art.Membership[user])}
	art.SegmentFeatures(r.features, &art.People[user], &art.Profiles[user], art.AsOf)
	m.Assignment = art.Segments.Assign(r.features)
	if m.Index != m.Segment {
		art.Segments.Probabilities(r.shares, r.features)
		m.Index, m.Probability, m.RunnerUp = m.Segment, r.shares[m.Segment], m.Index
	}
	return m
}

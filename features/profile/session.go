package profile

import (
	"math"
	"slices"

	"curio/datasets/event"
)

// DefaultSessionGap is the pause that ends a session, in milliseconds.
const DefaultSessionGap event.Time = 30 * 60 * 1000

// Sessions are the stretches of time in which a user was active: two events are
// of one session when no pause of Gap or more lies between them (single linkage
// on a line). That is a property of the set of times, so that folding them in
// any order and merging the folds of any parts of it give the same spans.
//
// A span takes 16 bytes. Spans lie at least Gap apart, so a user has no more of
// them than events, and none has more than 48 a day, 280 KB a year, with the
// default gap.
type Sessions struct {
	Gap   event.Time // milliseconds, > 0; 0 stands for DefaultSessionGap and is set to it by the first event
	Spans []Span     // in order of time
}

// Span is one session: the times of its first and its last event. A watch counts
// as the moment it was logged at, so that the last of a session adds nothing to
// its length.
type Span struct{ Start, End event.Time }

// add puts a known time into the sessions.
func (s *Sessions) add(at event.Time) {
	if s.Gap <= 0 {
		s.Gap = DefaultSessionGap
	}
	next := s.after(at)
	follows := next < len(s.Spans) && apart(at, s.Spans[next].Start) < uint64(s.Gap)
	if next > 0 {
		last := &s.Spans[next-1]
		switch {
		case at <= last.End:
			return
		case apart(last.End, at) < uint64(s.Gap) && follows:
			last.End = s.Spans[next].End
			s.Spans = slices.Delete(s.Spans, next, next+1)
			return
		case apart(last.End, at) < uint64(s.Gap):
			last.End = at
			return
		}
	}
	if follows {
		s.Spans[next].Start = at
		return
	}
	s.Spans = slices.Insert(s.Spans, next, Span{at, at})
}

// after returns the index of the first span that starts after a time.
func (s *Sessions) after(at event.Time) int {
	n := len(s.Spans)
	if n == 0 || s.Spans[n-1].Start <= at {
		return n
	}
	i, _ := slices.BinarySearchFunc(s.Spans, at, func(x Span, at event.Time) int {
		if x.Start > at {
			return 1
		}
		return -1
	})
	return i
}

// merge adds the sessions of other events of the same user. Of two gaps the
// longer holds.
func (s *Sessions) merge(o *Sessions) {
	gap := max(s.Gap, o.Gap)
	if gap == s.Gap && len(o.Spans) == 0 {
		return
	}
	a, b := s.Spans, o.Spans
	all := make([]Span, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		from := &a
		if len(a) == 0 || (len(b) > 0 && b[0].Start < a[0].Start) {
			from = &b
		}
		next := (*from)[0]
		*from = (*from)[1:]
		if n := len(all); n > 0 && (next.Start <= all[n-1].End || apart(all[n-1].End, next.Start) < uint64(gap)) {
			all[n-1].End = max(all[n-1].End, next.End)
		} else {
			all = append(all, next)
		}
	}
	if len(all) < cap(all)*3/4 {
		all = slices.Clone(all)
	}
	s.Gap, s.Spans = gap, all
	if len(all) == 0 {
		s.Spans = nil
	}
}

// apart returns how much later b is than a, which must not be after it.
func apart(a, b event.Time) uint64 { return uint64(b) - uint64(a) }

// Count returns the number of sessions.
func (s *Sessions) Count() int64 { return int64(len(s.Spans)) }

// Total returns the length of all sessions together in milliseconds, at most the
// largest int64. A session of one event has length 0.
func (s *Sessions) Total() int64 {
	total := int64(0)
	for _, x := range s.Spans {
		total = sum(total, int64(min(apart(x.Start, x.End), math.MaxInt64)))
	}
	return total
}

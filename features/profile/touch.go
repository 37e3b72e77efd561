package profile

import "curio/datasets/event"

// Touch is all that one user did to one item. It takes 64 bytes, one cache
// line, and holds no pointers.
type Touch struct {
	Item      int32               // item index, >= 0
	RatingSum uint32              // sum of the ratings in hundredths of a star, saturating
	Counts    [event.Types]uint16 // events by type, each saturating at 65535
	Progress  uint16              // best progress, basis points
	Watched   int64               // milliseconds, saturating
	First     event.Time          // of the earliest and latest event with a time, 0 if none had one
	Last      event.Time
}

// fold adds an event of a known type to t. A rating without a valid value
// leaves the count of ratings alone, so that it always fits RatingSum.
func (t *Touch) fold(e *event.Event, f facts) {
	if e.Type != event.Rating || f.rating != 0 {
		t.Counts[e.Type] = sum16(t.Counts[e.Type], 1)
	}
	t.RatingSum = sum32(t.RatingSum, f.rating)
	t.Progress = max(t.Progress, f.progress)
	t.Watched = sum(t.Watched, f.watched)
	t.First = earliest(t.First, e.TS)
	t.Last = latest(t.Last, e.TS)
}

// merge adds o, a touch of the same user and item, to t.
func (t *Touch) merge(o *Touch) {
	for i, n := range o.Counts {
		t.Counts[i] = sum16(t.Counts[i], n)
	}
	t.RatingSum = sum32(t.RatingSum, o.RatingSum)
	t.Progress = max(t.Progress, o.Progress)
	t.Watched = sum(t.Watched, o.Watched)
	t.First = earliest(t.First, o.First)
	t.Last = latest(t.Last, o.Last)
}

// MeanRating returns the mean rating in hundredths of a star, in
// MinRating..MaxRating, and whether there is one.
func (t *Touch) MeanRating() (float64, bool) {
	n := t.Counts[event.Rating]
	if n == 0 {
		return 0, false
	}
	mean := float64(t.RatingSum) / float64(n)
	return min(max(mean, MinRating), MaxRating), true
}

// Started reports whether the user began the item: watched it, made progress
// or completed it.
func (t *Touch) Started() bool {
	return t.Counts[event.Watch] > 0 || t.Counts[event.Progress] > 0 || t.Finished() || t.Progress > 0
}

// Finished reports whether the user came to the end of the item.
func (t *Touch) Finished() bool {
	return t.Counts[event.Complete] > 0 || t.Progress >= FullProgress
}

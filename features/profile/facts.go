package profile

import "curio/datasets/event"

// facts are the quantities of one event that may be added up.
type facts struct {
	watched  int64
	progress uint16
	rating   uint32 // 0 when the event rates nothing
	amount   int64
}

// factsOf reads what e says, brought into the ranges of package event: negative
// quantities are 0, progress is at most FullProgress, and a rating outside
// MinRating..MaxRating, or on an event of another type, is none. A Complete
// event says full progress whether or not it carries one.
func factsOf(e *event.Event) facts {
	var f facts
	if e.Has&event.HasWatched != 0 {
		f.watched = max(e.Watched, 0)
	}
	if e.Has&event.HasProgress != 0 {
		f.progress = uint16(min(max(e.Progress, 0), FullProgress))
	}
	if e.Type == event.Complete {
		f.progress = FullProgress
	}
	if e.Type == event.Rating && e.Has&event.HasRating != 0 && e.Rating >= MinRating && e.Rating <= MaxRating {
		f.rating = uint32(e.Rating)
	}
	if e.Has&event.HasAmount != 0 {
		f.amount = max(e.Amount, 0)
	}
	return f
}

func known(t event.Type) bool { return t != 0 && int(t) < event.Types }

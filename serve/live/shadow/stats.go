package shadow

import (
	"math"
	"runtime"

	"curio/serve/recommend"
)

// Stats is how far apart two models are, over all requests so far.
type Stats struct {
	Dropped  uint64 // the queue was full, or the program ended
	Skipped  uint64 // there was no other model, it was the same version, or it knows users by other names
	Failed   uint64 // the other model panicked
	Compared uint64

	// Overlap is the share of an answer's items that the other answer has too, whatever
	// their order, summed over the requests compared; two empty answers overlap fully.
	Overlap float64

	Pairs uint64  // items that both answers have, with scores of one kind
	Shift float64 // of their scores, from the model that answered to the other, summed
	Moved float64 // likewise the size of each shift
}

// Stats returns how far apart the models are so far.
func (s *Shadow) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Dropped = s.full.Load()
	return stats
}

// compare asks the other model.
func (s *Shadow) compare(j *job) {
	defer func() {
		if recover() != nil { // what asks for nobody must not end the program
			s.note(func(t *Stats) { t.Failed++ })
		}
	}()
	other := s.o.Other()
	if other == nil || other.Pointer.Version == j.by.Pointer.Version ||
		other.Engine.Manifest().PseudonymKey != j.by.Engine.Manifest().PseudonymKey {
		s.note(func(t *Stats) { t.Skipped++ })
		return
	}
	answer := other.Engine.Recommend(j.request)
	theirs := make(map[string]float32, len(answer.Items))
	for _, item := range answer.Items {
		theirs[other.Engine.Item(item.Index).ID] = item.Score
	}
	both, shift, moved := 0, 0.0, 0.0
	for _, item := range j.items {
		if score, ok := theirs[j.by.Engine.Item(item.index).ID]; ok {
			both++
			shift += float64(score) - float64(item.score)
			moved += math.Abs(float64(score) - float64(item.score))
		}
	}
	overlap := 1.0
	if most := max(len(j.items), len(answer.Items)); most > 0 {
		overlap = float64(both) / float64(most)
	}
	s.note(func(t *Stats) {
		t.Compared++
		t.Overlap += overlap
		if answer.Scores == j.kind && j.kind != recommend.ScoreLogit { // logits compare within one answer only
			t.Pairs += uint64(both)
			t.Shift += shift
			t.Moved += moved
		}
	})
	runtime.KeepAlive(other)
	runtime.KeepAlive(j)
}

func (s *Shadow) note(change func(*Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.stats)
}

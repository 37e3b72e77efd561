package kernel

import (
	"math"
	"slices"
)

// Scored is an item and its score.
type Scored struct {
	Index int32
	Score float32
}

// before reports whether s comes before o: by score, highest first, then by
// index, lowest first. Neither is NaN.
func (s Scored) before(o Scored) bool {
	return s.Score > o.Score || s.Score == o.Score && s.Index < o.Index
}

// Top keeps the first k of the items offered to it, in the order of score
// descending, then index ascending. That order is total, so what is kept does
// not depend on the order of the offers, as long as an index is offered once. A
// NaN score is never kept; -Inf is, while there is room.
type Top struct {
	k    int
	heap []Scored // the worst kept at the root
}

// NewTop returns an empty Top of k items; k below 1 keeps nothing. Memory grows
// with what is kept, not with k.
func NewTop(k int) *Top { return &Top{k: max(k, 0)} }

// Reset empties t and sets its size, keeping its memory.
func (t *Top) Reset(k int) { t.k, t.heap = max(k, 0), t.heap[:0] }

// Len returns the number of items kept.
func (t *Top) Len() int { return len(t.heap) }

// Threshold returns the score below which nothing enters: -Inf while there is
// room, +Inf when k is 0.
func (t *Top) Threshold() float32 {
	switch {
	case t.k == 0:
		return float32(math.Inf(1))
	case len(t.heap) < t.k:
		return float32(math.Inf(-1))
	}
	return t.heap[0].Score
}

// Push offers one item.
func (t *Top) Push(index int32, score float32) {
	s := Scored{index, score}
	switch {
	case score != score:
	case len(t.heap) < t.k:
		t.heap = append(t.heap, s)
		t.up(len(t.heap) - 1)
	case t.k > 0 && s.before(t.heap[0]):
		t.heap[0] = s
		t.down(0)
	}
}

// Sorted appends what is kept to dst, best first, and leaves t as it is.
func (t *Top) Sorted(dst []Scored) []Scored {
	n := len(dst)
	dst = append(dst, t.heap...)
	slices.SortFunc(dst[n:], func(a, b Scored) int {
		switch {
		case a.before(b):
			return -1
		case b.before(a):
			return 1
		}
		return 0
	})
	return dst
}

func (t *Top) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !t.heap[parent].before(t.heap[i]) {
			return
		}
		t.heap[i], t.heap[parent] = t.heap[parent], t.heap[i]
		i = parent
	}
}

func (t *Top) down(i int) {
	for {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.heap); child++ {
			if t.heap[worst].before(t.heap[child]) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		t.heap[i], t.heap[worst] = t.heap[worst], t.heap[i]
		i = worst
	}
}

package rowhash

import "math/bits"

const (
	shards     = 256 // grown one at a time, so that growing needs little beside the set
	firstSlots = 16
)

// Set is a set of names in open addressing, 20 to 30 bytes a name. It only
// grows. The zero value is empty and ready; it must not be shared between
// goroutines.
type Set struct {
	shards [shards]shard
	zero   bool // the name that marks free slots
	n      int
}

type shard struct {
	slots []Sum
	used  int
}

// Len is the number of names in the set.
func (s *Set) Len() int { return s.n }

// Add puts k into the set and reports whether it was not there.
func (s *Set) Add(k Sum) bool {
	if k == (Sum{}) {
		if s.zero {
			return false
		}
		s.zero = true
		s.n++
		return true
	}
	h := &s.shards[k.Hi>>56]
	if h.used >= len(h.slots)*4/5 {
		h.grow()
	}
	if !h.put(k) {
		return false
	}
	h.used++
	s.n++
	return true
}

// put takes the first free slot from the place that k has by its low half, scaled
// to the number of slots.
func (h *shard) put(k Sum) bool {
	at, _ := bits.Mul64(k.Lo, uint64(len(h.slots)))
	for i := int(at); ; {
		switch h.slots[i] {
		case k:
			return false
		case Sum{}:
			h.slots[i] = k
			return true
		}
		if i++; i == len(h.slots) {
			i = 0
		}
	}
}

func (h *shard) grow() {
	old := h.slots
	h.slots = make([]Sum, max(firstSlots, len(old)+len(old)/2))
	for _, k := range old {
		if k != (Sum{}) {
			h.put(k)
		}
	}
}

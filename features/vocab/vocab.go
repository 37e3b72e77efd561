// Package vocab maps the ids of a log to dense indices and back.
package vocab

import (
	"hash/maphash"
	"slices"
	"strings"
)

// Vocab is a frozen, two-way mapping between n distinct ids and the indices
// 0..n-1. Indices follow the byte order of the ids, so the order in which a
// source was read does not matter and equal sets of ids give equal mappings.
// It is safe for concurrent use; a nil *Vocab is an empty one.
//
// Memory is the bytes of the ids, a string header each, and 6 to 12 bytes of
// hash table each.
type Vocab struct {
	ids   []string
	seed  maphash.Seed
	slots []int32 // open addressing, power-of-two length; index+1, 0 is free
}

// New builds the vocabulary of ids in O(n log n). Duplicates and empty strings
// are dropped. ids is neither kept nor changed, and the strings are copied, so
// they may point into a buffer that is reused. At most 1<<30 ids fit, which is
// more than memory does.
func New(ids []string) *Vocab {
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	if len(sorted) > 0 && sorted[0] == "" {
		sorted = sorted[1:]
	}
	v := &Vocab{ids: pack(sorted), seed: maphash.MakeSeed()}
	v.index()
	return v
}

// pack copies the strings into one block of memory, which is a single object
// to the garbage collector.
func pack(ids []string) []string {
	size := 0
	for _, id := range ids {
		size += len(id)
	}
	var block strings.Builder
	block.Grow(size)
	for _, id := range ids {
		block.WriteString(id)
	}
	rest, out := block.String(), make([]string, len(ids))
	for i, id := range ids {
		out[i], rest = rest[:len(id)], rest[len(id):]
	}
	return out
}

func (v *Vocab) index() {
	if len(v.ids) == 0 {
		return
	}
	size := 2
	for size*2 < len(v.ids)*3 { // load at most two thirds
		size *= 2
	}
	v.slots = make([]int32, size)
	mask := uint64(size - 1)
	for i, id := range v.ids {
		at := maphash.String(v.seed, id) & mask
		for v.slots[at] != 0 {
			at = (at + 1) & mask
		}
		v.slots[at] = int32(i) + 1
	}
}

// Index returns the index of id, or -1 and false when id is not in the
// vocabulary. It does not allocate.
func (v *Vocab) Index(id string) (int32, bool) {
	if v.Len() == 0 {
		return -1, false
	}
	mask := uint64(len(v.slots) - 1)
	for at := maphash.String(v.seed, id) & mask; v.slots[at] != 0; at = (at + 1) & mask {
		if i := v.slots[at] - 1; v.ids[i] == id {
			return i, true
		}
	}
	return -1, false
}

// ID returns the id of index i, which must be in 0..Len()-1.
func (v *Vocab) ID(i int32) string { return v.ids[i] }

// Len returns the number of ids.
func (v *Vocab) Len() int {
	if v == nil {
		return 0
	}
	return len(v.ids)
}

// IDs returns every id in the order of its index. The slice is the vocabulary's
// own: read it only.
func (v *Vocab) IDs() []string {
	if v == nil {
		return nil
	}
	return v.ids
}

package census

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"
)

// kept holds a value for each of the names it has seen, exactly, for as many
// names as may be kept. Past that it keeps those whose hashes are smallest: they
// are among the smallest of every part of the data that holds them as well, so
// their values are exact still, and the same in whatever order names are seen
// and parts are merged. The rest is to be told from a total.
type kept[T any] struct {
	most   int
	bound  uint64 // largest hash that is taken
	values map[string]*T
}

func newKept[T any](most int) kept[T] {
	return kept[T]{most: most, bound: ^uint64(0), values: make(map[string]*T)}
}

// at returns the value of a name, or nil if it is not among those kept.
func (k *kept[T]) at(name string) *T {
	if v := k.values[name]; v != nil {
		return v
	}
	if xxh3.HashString(name) > k.bound {
		return nil
	}
	v := new(T)
	k.values[strings.Clone(name)] = v
	if len(k.values) >= 2*k.most {
		k.trim()
	}
	return v
}

// trim keeps no more names than it must, and those of equal hashes.
func (k *kept[T]) trim() {
	if len(k.values) <= k.most {
		return
	}
	hashes := make([]uint64, 0, len(k.values))
	for name := range k.values {
		hashes = append(hashes, xxh3.HashString(name))
	}
	slices.Sort(hashes)
	k.lower(hashes[k.most-1])
}

// lower takes no names past bound any more.
func (k *kept[T]) lower(bound uint64) {
	if bound >= k.bound {
		return
	}
	k.bound = bound
	for name := range k.values {
		if xxh3.HashString(name) > bound {
			delete(k.values, name)
		}
	}
}

// full reports whether there were names that are not kept.
func (k *kept[T]) full() bool { return k.bound != ^uint64(0) }

// merge adds what o holds and leaves o trimmed.
func (k *kept[T]) merge(o *kept[T], add func(to, from *T)) {
	o.trim()
	k.lower(o.bound)
	for name, from := range o.values {
		if to := k.at(name); to != nil {
			add(to, from)
		}
	}
	k.trim()
}

// top keeps the first few of many, in an order without ties.
type top[T any] struct {
	most  int
	order func(a, b T) int
	list  []T
}

// takes reports whether add would keep v.
func (t *top[T]) takes(v T) bool {
	return len(t.list) < t.most || t.most > 0 && t.order(v, t.list[t.most-1]) < 0
}

func (t *top[T]) add(v T) {
	if !t.takes(v) {
		return
	}
	at, _ := slices.BinarySearchFunc(t.list, v, t.order)
	t.list = slices.Insert(t.list, at, v)
	t.list = t.list[:min(len(t.list), t.most)]
}

func (t *top[T]) merge(o *top[T]) {
	for _, v := range o.list {
		t.add(v)
	}
}

func byCount(events int64, id string, otherEvents int64, otherID string) int {
	return cmp.Or(cmp.Compare(otherEvents, events), cmp.Compare(id, otherID))
}

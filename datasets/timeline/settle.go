package timeline

import (
	"cmp"
	"context"
	"slices"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rowhash"
)

// named says which event has a name: where it stands, in which partition, and what
// it says happened; 0 where that is the name.
type named struct {
	name rowhash.Sum
	at   event.Place
	says uint64
	part uint8
}

const namedSize = 33

func appendNamed(b []byte, n named) []byte {
	var r [namedSize]byte
	order.PutUint64(r[:], n.name.Hi)
	order.PutUint64(r[8:], n.name.Lo)
	order.PutUint64(r[16:], uint64(n.at))
	order.PutUint64(r[24:], n.says)
	r[32] = n.part
	return append(b, r[:]...)
}

func readNamed(b []byte) named {
	return named{
		name: rowhash.Sum{Hi: order.Uint64(b), Lo: order.Uint64(b[8:])},
		at:   event.Place(order.Uint64(b[16:])),
		says: order.Uint64(b[24:]),
		part: b[32],
	}
}

// settle finds the events whose name stood earlier, rejects them and notes their
// places for visits. It uses up names.
func (t *Timelines) settle(ctx context.Context, names *spool, reject func(event.Reject)) error {
	return inOrder(ctx, t.o.Workers, func() func(int) ([]repeat, error) {
		var f finder
		return func(p int) ([]repeat, error) {
			defer names.drop(p)
			return f.repeats(names, p)
		}
	}, func(repeats []repeat) error {
		w := spooler{to: t.repeated}
		for _, n := range repeats {
			r := event.Reject{File: t.name(n.at), Line: n.at.Line(), Code: code.Duplicate,
				Message: "an event with the same id, or without an id the same in every field, stood earlier"}
			if n.conflict {
				r.Code, r.Message = code.DuplicateConflict, "another event with this id stood earlier and says something else"
				t.conflicts++
			}
			reject(r)
			p := int(n.part)
			if err := w.keep(p, order.AppendUint64(w.buffer(p), uint64(n.at))); err != nil {
				return wrap(err)
			}
		}
		t.repeats += int64(len(repeats))
		t.accepted -= int64(len(repeats))
		if err := w.flush(); err != nil {
			return wrap(err)
		}
		return nil
	})
}

// repeat is an event whose name stood earlier.
type repeat struct {
	named
	first    int32 // index of the one that is kept
	conflict bool  // that one says something else
}

// finder finds equal names. It reuses its memory.
type finder struct {
	room  []byte
	all   []named
	slots []int32 // open addressing: index into all plus one, 0 is free
}

// repeats returns those of a partition whose name has an earlier place, in order
// of their places.
func (f *finder) repeats(names *spool, p int) ([]repeat, error) {
	chunks, room, err := names.chunks(p, f.room)
	f.room = room
	if err != nil {
		return nil, wrap(err)
	}
	total := 0
	for _, c := range chunks {
		total += len(c) / namedSize
	}
	f.all = slices.Grow(f.all[:0], total)
	f.clear(total)
	mask := uint64(len(f.slots) - 1)
	var repeats []repeat
	for _, c := range chunks {
		for ; len(c) > 0; c = c[namedSize:] {
			n := readNamed(c)
			at := n.name.Lo & mask
			for f.slots[at] != 0 && f.all[f.slots[at]-1].name != n.name {
				at = (at + 1) & mask
			}
			if f.slots[at] == 0 {
				f.all = append(f.all, n)
				f.slots[at] = int32(len(f.all))
				continue
			}
			first := f.slots[at] - 1
			if n.at < f.all[first].at {
				n, f.all[first] = f.all[first], n
			}
			repeats = append(repeats, repeat{named: n, first: first})
		}
	}
	for i := range repeats {
		repeats[i].conflict = repeats[i].says != f.all[repeats[i].first].says
	}
	slices.SortFunc(repeats, func(a, b repeat) int { return cmp.Compare(a.at, b.at) })
	return repeats, nil
}

// clear makes an empty table for n names, at most two thirds full.
func (f *finder) clear(n int) {
	size := 2
	for size*2 < n*3 {
		size *= 2
	}
	if cap(f.slots) < size {
		f.slots = make([]int32, size)
		return
	}
	f.slots = f.slots[:size]
	clear(f.slots)
}

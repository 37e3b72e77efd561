package timeline

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"curio/datasets/event"
	"curio/datasets/eventlog/rowhash"

	"golang.org/x/sync/errgroup"
)

// Each visits every user that has an event, once. It calls open for each of its
// goroutines before any of them starts, and each visitor from one of them; which
// users a visitor gets, and in which order, is not said. The user and its entries
// are valid during the call. An error of a visitor ends the visit and is returned.
func (t *Timelines) Each(ctx context.Context, open func() func(*User) error) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	digests := make([]rowhash.Digest, t.o.Workers)
	for w := range t.o.Workers {
		v := visitor{t: t, visit: open()}
		if !t.summed {
			v.digest = &digests[w]
		}
		g.Go(func() error {
			for p := int(next.Add(1)) - 1; p < partitions; p = int(next.Add(1)) - 1 {
				if err := v.partition(ctx, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for w := range digests {
		t.digest.Merge(&digests[w])
	}
	t.summed = true
	return nil
}

// Digest sums up the content of all events; it is known once Each has visited
// them.
func (t *Timelines) Digest() rowhash.Digest { return t.digest }

// visitor visits the users of one partition after the other. It reuses its memory.
type visitor struct {
	t      *Timelines
	visit  func(*User) error
	digest *rowhash.Digest // nil when it is known

	room     []byte
	chunks   [][]byte
	repeats  []event.Place // of the partition, in order
	refs     []ref
	sorted   []ref // by user
	users    map[string]int32
	starts   []int32 // by user: where its refs begin in sorted
	ids      []string
	byID     []int32 // users in order of their ids
	user     User
	repeated []byte
}

// ref is one record of a partition. It holds no pointers.
type ref struct {
	ts    event.Time
	at    event.Place
	user  int32
	chunk uint32
	begin uint32 // in its chunk
}

// compare puts refs in order of time, then of place.
func compare(a, b ref) int {
	if a.ts != b.ts {
		return cmp.Compare(a.ts, b.ts)
	}
	return cmp.Compare(a.at, b.at)
}

func (v *visitor) partition(ctx context.Context, p int) error {
	if err := v.load(p); err != nil {
		return wrap(err)
	}
	v.group()
	for n, u := range v.byID {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		refs := v.sorted[v.starts[u]:v.starts[u+1]]
		slices.SortFunc(refs, compare)
		v.user.ID = v.ids[u]
		v.user.Entries = slices.Grow(v.user.Entries[:0], len(refs))[:len(refs)]
		for i := range refs {
			decode(&v.user.Entries[i], v.chunks[refs[i].chunk][refs[i].begin:], v.t.items.ids)
		}
		if err := v.visit(&v.user); err != nil {
			return err
		}
	}
	return nil
}

// load finds the records of a partition, duplicates left out, and their users.
func (v *visitor) load(p int) error {
	chunks, room, err := v.t.repeated.chunks(p, v.repeated)
	v.repeated = room
	if err != nil {
		return err
	}
	v.repeats = v.repeats[:0]
	for _, c := range chunks {
		for ; len(c) > 0; c = c[8:] {
			v.repeats = append(v.repeats, event.Place(order.Uint64(c)))
		}
	}
	slices.Sort(v.repeats)
	if v.chunks, v.room, err = v.t.events.chunks(p, v.room); err != nil {
		return err
	}
	if v.users == nil {
		v.users = make(map[string]int32)
	}
	clear(v.users)
	v.refs, v.ids = v.refs[:0], v.ids[:0]
	for n, c := range v.chunks {
		for at := 0; at < len(c); {
			size := int(order.Uint16(c[at:]))
			v.add(c[at:at+size], n, at)
			at += size
		}
	}
	return nil
}

func (v *visitor) add(record []byte, chunk, begin int) {
	at := event.Place(order.Uint64(record[recordPlace:]))
	if len(v.repeats) > 0 {
		if _, found := slices.BinarySearch(v.repeats, at); found {
			return
		}
	}
	if v.digest != nil {
		var item rowhash.Sum
		if i := order.Uint32(record[recordItem:]); i > 0 {
			item = v.t.items.sums[i-1]
		}
		v.digest.AddEvent(content(record, item), event.Part(record[recordFlags]>>partShift&3))
	}
	id := user(record)
	u, ok := v.users[id]
	if !ok {
		u = int32(len(v.ids))
		v.ids = append(v.ids, id)
		v.users[id] = u
	}
	v.refs = append(v.refs, ref{event.Time(order.Uint64(record[recordTS:])), at, u, uint32(chunk), uint32(begin)})
}

// group puts the refs of a user next to each other, and the users in order.
func (v *visitor) group() {
	n := len(v.ids)
	v.starts = slices.Grow(v.starts[:0], n+1)[:n+1]
	clear(v.starts)
	for i := range v.refs {
		v.starts[v.refs[i].user+1]++
	}
	for u := range n {
		v.starts[u+1] += v.starts[u]
	}
	v.sorted = slices.Grow(v.sorted[:0], len(v.refs))[:len(v.refs)]
	for i := range v.refs {
		at := &v.starts[v.refs[i].user]
		v.sorted[*at] = v.refs[i]
		*at++
	}
	copy(v.starts[1:], v.starts[:n]) // each start has moved to the next one's place
	v.starts[0] = 0
	v.byID = v.byID[:0]
	for u := range int32(n) {
		v.byID = append(v.byID, u)
	}
	slices.SortFunc(v.byID, func(a, b int32) int { return cmp.Compare(v.ids[a], v.ids[b]) })
}

package intake

import (
	"cmp"
	"container/list"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/zeebo/xxh3"

	"curio/datasets/event"
)

// RecentOptions bound what is remembered. A zero field has the default its comment
// names.
type RecentOptions struct {
	Users   int           // users with events; 100,000
	Bytes   int64         // of all events and their texts; 256 MiB
	PerUser int           // events of one user, the last ones received; 1,000
	Age     time.Duration // how far back a log is read again when it is opened; 48 h
}

// Validate names every option that is out of its range.
func (o RecentOptions) Validate() error {
	var faults []error
	check := func(name string, v, low, high int64) {
		if v != 0 && (v < low || v > high) {
			faults = append(faults, fmt.Errorf("%s is %d, must be within %d..%d", name, v, low, high))
		}
	}
	check("Users", int64(o.Users), shards, 1<<30)
	check("Bytes", o.Bytes, shards*minShard, 1<<40)
	check("PerUser", int64(o.PerUser), 1, 1000)
	check("Age", int64(o.Age), int64(minAge), int64(maxAge))
	return errors.Join(faults...)
}

const (
	shards   = 64
	minShard = 16 << 10 // bytes, so that any one event has room
)

// Recent remembers what users did lately. When it holds more than its bounds the
// users that were neither seen nor asked for the longest are forgotten. Bounds are
// kept for each of 64 parts that users are spread over. It is safe for concurrent
// use.
type Recent struct {
	o     RecentOptions
	parts [shards]part
}

// part has the users of some hashes.
type part struct {
	mu    sync.Mutex
	users map[string]*list.Element // of *known; guarded by mu
	order list.List                // the latest used first; guarded by mu
	bytes int64                    // guarded by mu
	count int                      // events; guarded by mu
	_     [64]byte                 // keeps the locks of two parts apart
}

// known is what one user did, in the order it was received. The events of a slice
// that was handed out are never written to again: it is appended to, or cut at its
// front.
type known struct {
	user   string
	events []event.Event
	bytes  int64
}

// NewRecent returns an empty memory.
func NewRecent(o RecentOptions) (*Recent, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("recent events: %w", err)
	}
	o.Users, o.Bytes = cmp.Or(o.Users, 100_000), cmp.Or(o.Bytes, 256<<20)
	o.PerUser, o.Age = cmp.Or(o.PerUser, 1000), cmp.Or(o.Age, 48*time.Hour)
	r := &Recent{o: o}
	for i := range r.parts {
		r.parts[i].users = make(map[string]*list.Element)
	}
	return r, nil
}

func (r *Recent) part(user string) *part { return &r.parts[xxh3.HashString(user)%shards] }

// add remembers an event.
func (r *Recent) add(e *event.Event) {
	p := r.part(e.UserID)
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.users[e.UserID]
	if !ok {
		user := strings.Clone(e.UserID)
		at = p.order.PushFront(&known{user: user, bytes: int64(len(user)) + overhead})
		p.users[user] = at
		p.bytes += int64(len(user)) + overhead
	}
	p.order.MoveToFront(at)
	k := at.Value.(*known)
	p.append(k, own(e, k.user))
	if len(k.events) > r.o.PerUser {
		p.drop(k)
	}
	for p.bytes > r.o.Bytes/shards && len(p.users) > 1 || len(p.users) > r.o.Users/shards {
		p.forget(p.order.Back())
	}
	for p.bytes > r.o.Bytes/shards { // of this one user
		p.drop(k)
	}
}

func (p *part) append(k *known, e event.Event) {
	k.events = append(k.events, e)
	k.bytes += size(&e)
	p.bytes += size(&e)
	p.count++
}

// drop forgets the oldest event of a user.
func (p *part) drop(k *known) {
	n := size(&k.events[0])
	k.events = k.events[1:]
	k.bytes -= n
	p.bytes -= n
	p.count--
}

func (p *part) forget(at *list.Element) {
	k := p.order.Remove(at).(*known)
	delete(p.users, k.user)
	p.bytes -= k.bytes
	p.count -= len(k.events)
}

// Events returns what a user did that happened or was received after a time, in
// the order it was received: with the time that the profiles of a model end, what
// the model does not know. The events are the caller's; their texts are shared.
func (r *Recent) Events(user string, after event.Time) []event.Event {
	p := r.part(user)
	p.mu.Lock()
	at, ok := p.users[user]
	if !ok {
		p.mu.Unlock()
		return nil
	}
	p.order.MoveToFront(at)
	all := at.Value.(*known).events
	p.mu.Unlock()
	unknown := func(e event.Event) bool { return max(e.TS, e.ReceivedAt) > after }
	first := slices.IndexFunc(all, unknown)
	if first < 0 {
		return nil
	}
	newer := make([]event.Event, 0, len(all)-first)
	for i := range all[first:] {
		if unknown(all[first+i]) {
			newer = append(newer, all[first+i])
		}
	}
	return newer
}

// RecentStats says how much is remembered.
type RecentStats struct {
	Users, Events int
	Bytes         int64
}

// Stats counts what is remembered now.
func (r *Recent) Stats() RecentStats {
	var s RecentStats
	for i := range r.parts {
		p := &r.parts[i]
		p.mu.Lock()
		s.Users += len(p.users)
		s.Events += p.count
		s.Bytes += p.bytes
		p.mu.Unlock()
	}
	return s
}

// overhead is about what a user takes besides id and events, in bytes.
const overhead = 256

// size is what an event takes, half more for the slices that grow.
func size(e *event.Event) int64 {
	return int64(unsafe.Sizeof(*e))*3/2 + int64(len(e.ID)+len(e.ItemID)+len(e.Currency)+len(e.Plan)+len(e.Channel))
}

// own returns e with texts of its own, so that nothing larger is kept with them.
func own(e *event.Event, user string) event.Event {
	all := e.ID + e.ItemID + e.Currency + e.Plan + e.Channel
	take := func(n int) string {
		s := all[:n]
		all = all[n:]
		return s
	}
	o := *e
	o.UserID = user
	o.ID, o.ItemID, o.Currency = take(len(e.ID)), take(len(e.ItemID)), take(len(e.Currency))
	o.Plan, o.Channel = take(len(e.Plan)), take(len(e.Channel))
	return o
}

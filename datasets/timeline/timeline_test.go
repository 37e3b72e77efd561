package timeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rowhash"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// held is what there is to be known of a set of timelines.
type held struct {
	Users    map[string][]Entry
	Rejected []event.Reject
	Digest   string
	Events   int64
}

func gathered(t *testing.T, s event.Source, o Options) held {
	t.Helper()
	h := held{Users: map[string][]Entry{}}
	tl, err := Gather(t.Context(), s, o, func(r event.Reject) { h.Rejected = append(h.Rejected, r) }, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tl.Close()
	for range 2 { // a second visit is the same
		clear(h.Users)
		var mu sync.Mutex
		err = tl.Each(t.Context(), func() func(*User) error {
			return func(u *User) error {
				mu.Lock()
				defer mu.Unlock()
				if h.Users[u.ID] != nil {
					t.Errorf("user %s is visited twice", u.ID)
				}
				for _, e := range u.Entries {
					if e.Item >= 0 && tl.Items()[e.Item] != e.ItemID || e.Item < 0 && e.ItemID != "" {
						t.Errorf("item %q has the number %d", e.ItemID, e.Item)
					}
					e.Item = 0
					e.UserID, e.ItemID, e.Currency = strings.Clone(e.UserID), strings.Clone(e.ItemID), strings.Clone(e.Currency)
					e.Plan, e.Channel = strings.Clone(e.Plan), strings.Clone(e.Channel)
					h.Users[strings.Clone(u.ID)] = append(h.Users[u.ID], e)
				}
				return nil
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d := tl.Digest()
	h.Digest, h.Events = d.Sum(), tl.Events()
	return h
}

// nameOf is the name of what an event says, by way of a record of it.
func nameOf(e *event.Event, part event.Part) rowhash.Sum {
	record, err := appendRecord(nil, e, 7, part, 99)
	if err != nil {
		panic(err)
	}
	item := rowhash.Sum{}
	if e.ItemID != "" {
		item = xxh3.HashString128(e.ItemID)
	}
	return content(record, item)
}

// naive does the same one event after the other.
func naive(s *listed) held {
	h := held{Users: map[string][]Entry{}}
	var d rowhash.Digest
	type name struct {
		id      string
		content event.Event
		part    event.Part
	}
	seen := map[name]event.Event{}
	for i, e := range s.events {
		at := s.place(i)
		part := partOf(&e)
		n := name{part: part, id: e.ID}
		if e.ID == "" {
			n.content = e
		}
		says := e
		says.ID, says.ReceivedAt = "", 0
		if first, ok := seen[n]; ok {
			r := event.Reject{File: s.Files()[at.File()], Line: at.Line(), Code: code.Duplicate}
			if says != first {
				r.Code = code.DuplicateConflict
			}
			h.Rejected = append(h.Rejected, r)
			continue
		}
		seen[n] = says
		d.AddEvent(nameOf(&e, part), part)
		h.Events++
		e.ID = ""
		h.Users[e.UserID] = append(h.Users[e.UserID], Entry{Event: e, Named: n.id != "", Part: part, At: at})
	}
	for _, entries := range h.Users {
		slices.SortStableFunc(entries, func(a, b Entry) int { return int(a.TS - b.TS) })
	}
	h.Digest = d.Sum()
	return h
}

func sortRejects(all []event.Reject) []event.Reject {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b event.Reject) int {
		return strings.Compare(fmt.Sprintf("%s%9d", a.File, a.Line), fmt.Sprintf("%s%9d", b.File, b.Line))
	})
	for i := range all {
		all[i].Message = ""
	}
	return all
}

func TestGather(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 50, 3000} {
		s := &listed{events: randomEvents(r, n)}
		want := naive(s)
		var rejected []event.Reject
		for _, o := range []Options{{Workers: 1}, {Workers: 2, Memory: -1, chunk: 100}, {Workers: 8, Memory: 100 << 10, chunk: 500}} {
			got := gathered(t, s, o)
			if rejected == nil {
				rejected = got.Rejected
			}
			if diff := cmp.Diff(rejected, got.Rejected); diff != "" {
				t.Errorf("%d events, %+v: rejects come in another order:\n%s", n, o, diff)
			}
			got.Rejected, want.Rejected = sortRejects(got.Rejected), sortRejects(want.Rejected)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%d events, %+v (-want +got):\n%s", n, o, diff)
			}
		}
	}
}

// The same event on two sides of a split is two.
func TestSidesAreApart(t *testing.T) {
	e := event.Event{UserID: "u", ItemID: "i", Type: event.View}
	for _, id := range []string{"", "x"} {
		e.ID = id
		s := &sides{listed{events: []event.Event{e, e, e}}}
		if h := gathered(t, s, Options{}); h.Events != 2 || len(h.Rejected) != 1 {
			t.Errorf("id %q: %d events, %d rejects", id, h.Events, len(h.Rejected))
		}
	}
}

// sides is a source with all but its first event on another part.
type sides struct{ listed }

func (s *sides) Events(_ context.Context, _ int, _ func(event.Reject), open func() event.Sink) error {
	sink := open()
	for i := range s.events {
		if err := sink(&s.events[i], event.Part(min(i, 1)), s.place(i)); err != nil {
			return err
		}
	}
	return nil
}

// Reading the same log several times over changes nothing but the count of
// duplicates.
func TestGatherTwice(t *testing.T) {
	events := randomEvents(rand.New(rand.NewPCG(3, 4)), 500)
	once := gathered(t, &listed{events: events}, Options{})
	again := gathered(t, &listed{events: slices.Concat(events, events, events)}, Options{})
	if once.Digest != again.Digest || once.Events != again.Events {
		t.Errorf("read once: %d events, digest %s; three times: %d, %s", once.Events, once.Digest, again.Events, again.Digest)
	}
	if len(again.Rejected) != 3*len(events)-int(once.Events) {
		t.Errorf("%d of %d events are rejected", len(again.Rejected), 3*len(events))
	}
}

func TestSpillLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := &listed{events: randomEvents(rand.New(rand.NewPCG(5, 6)), 2000)}
	tl, err := Gather(t.Context(), s, Options{Memory: -1, Dir: dir, chunk: 100}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tl.Spilled() == 0 {
		t.Error("nothing was written to disk")
	}
	if err := tl.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left in the folder", left)
	}
}

func TestGatherErrors(t *testing.T) {
	s := &listed{events: randomEvents(rand.New(rand.NewPCG(7, 8)), 200)}
	if _, err := Gather(t.Context(), s, Options{Memory: -1, Dir: "/no/such/folder", chunk: 100}, nil, nil); !errors.Is(err, os.ErrNotExist) ||
		!strings.Contains(err.Error(), "/no/such/folder") {
		t.Errorf("folder missing: %v", err)
	}
	broken := errors.New("broken")
	if _, err := Gather(t.Context(), &listed{err: broken}, Options{}, nil, nil); err != broken {
		t.Errorf("source broken: %v", err)
	}
	long := &listed{events: []event.Event{{UserID: strings.Repeat("u", 1<<16), Type: event.View}}}
	if _, err := Gather(t.Context(), long, Options{}, nil, nil); !errors.Is(err, errLong) {
		t.Errorf("long text: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tl, err := Gather(ctx, s, Options{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tl.Close()
	if err := tl.Each(ctx, func() func(*User) error { return func(*User) error { return broken } }); err != broken {
		t.Errorf("visitor broken: %v", err)
	}
	cancel()
	if err := tl.Each(ctx, func() func(*User) error { return func(*User) error { return nil } }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled visit: %v", err)
	}
	if _, err := Gather(ctx, s, Options{}, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

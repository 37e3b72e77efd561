package intake

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
)

func memory(t testing.TB, o RecentOptions) *Recent {
	t.Helper()
	r, err := NewRecent(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// done is an event of a user at a time.
func done(user, item string, ts, received event.Time) *event.Event {
	return &event.Event{ID: item, UserID: user, ItemID: item, Type: event.View, TS: ts, ReceivedAt: received}
}

func items(events []event.Event) []string {
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ItemID)
	}
	return ids
}

func TestRecent(t *testing.T) {
	r := memory(t, RecentOptions{})
	for _, e := range []*event.Event{done("u", "old", 10, 20), done("u", "late", 10, 40), done("v", "other", 50, 50), done("u", "new", 41, 41), done("u", "early", 60, 42)} {
		r.add(e)
	}
	for after, want := range map[event.Time][]string{
		0: {"old", "late", "new", "early"}, 19: {"old", "late", "new", "early"}, 20: {"late", "new", "early"},
		39: {"late", "new", "early"}, 40: {"new", "early"}, 42: {"early"}, 59: {"early"}, 60: nil,
	} {
		if diff := cmp.Diff(want, items(r.Events("u", after))); diff != "" {
			t.Errorf("after %d: %s", after, diff)
		}
	}
	if got := r.Events("nobody", 0); got != nil {
		t.Errorf("of nobody there is %v", got)
	}
	want := event.Event{ID: "other", UserID: "v", ItemID: "other", Type: event.View, TS: 50, ReceivedAt: 50}
	if diff := cmp.Diff([]event.Event{want}, r.Events("v", 0)); diff != "" {
		t.Error(diff)
	}
	r.Events("v", 0)[0].ItemID = "changed"
	if diff := cmp.Diff([]string{"other"}, items(r.Events("v", 0))); diff != "" {
		t.Errorf("a caller changed what is remembered: %s", diff)
	}
	if s := r.Stats(); s.Users != 2 || s.Events != 5 || s.Bytes <= 0 {
		t.Errorf("Stats = %+v", s)
	}
}

func TestRecentPerUser(t *testing.T) {
	r := memory(t, RecentOptions{PerUser: 3})
	for i := range 100 {
		r.add(done("u", fmt.Sprint(i), 1, 1))
		got := items(r.Events("u", 0))
		if n := min(i+1, 3); len(got) != n || got[0] != fmt.Sprint(i+1-n) || got[n-1] != fmt.Sprint(i) {
			t.Fatalf("after %d events there are %v", i+1, got)
		}
	}
	if s := r.Stats(); s.Events != 3 {
		t.Errorf("Stats = %+v", s)
	}
}

// TestRecentBounds: neither users nor bytes grow past their bounds; users that are
// asked for stay.
func TestRecentBounds(t *testing.T) {
	for name, o := range map[string]RecentOptions{
		"Users": {Users: 2 * shards},
		"Bytes": {Bytes: shards * minShard},
	} {
		t.Run(name, func(t *testing.T) {
			r := memory(t, o)
			r.add(done("asked", "i", 1, 1))
			for i := range 50_000 {
				r.add(done(fmt.Sprint("user-", i), "i", 1, 1))
				if len(r.Events("asked", 0)) != 1 {
					t.Fatalf("the user that is asked for went after %d others", i)
				}
			}
			s := r.Stats()
			if s.Users > r.o.Users || s.Bytes > r.o.Bytes || s.Users < shards || s.Events != s.Users {
				t.Errorf("Stats = %+v", s)
			}
			if got := r.Events("user-0", 0); got != nil {
				t.Errorf("the first is still there: %v", got)
			}
			if got := r.Events("user-49999", 0); got == nil {
				t.Error("the last is not there")
			}
		})
	}
	t.Run("OneUser", func(t *testing.T) {
		r := memory(t, RecentOptions{Bytes: shards * minShard})
		long := strings.Repeat("x", maxText)
		for range 1000 {
			e := done(long, long, 1, 1)
			e.Plan, e.Channel = long, long
			r.add(e)
		}
		if s := r.Stats(); s.Users != 1 || s.Events < 5 || s.Bytes > minShard {
			t.Errorf("Stats = %+v", s)
		}
	})
}

// TestRecentCount: the counts are those of what is there.
func TestRecentCount(t *testing.T) {
	r := memory(t, RecentOptions{Users: shards, PerUser: 4, Bytes: shards * minShard})
	for i := range 3000 {
		r.add(done(fmt.Sprint("u", i%401), strings.Repeat("i", i%200+1), 1, 1))
	}
	s, events, bytes := r.Stats(), 0, int64(0)
	for i := range r.parts {
		p := &r.parts[i]
		for at := p.order.Front(); at != nil; at = at.Next() {
			k := at.Value.(*known)
			n := overhead + int64(len(k.user))
			for j := range k.events {
				n += size(&k.events[j])
			}
			if n != k.bytes {
				t.Errorf("%s has %d bytes, and %d are counted", k.user, n, k.bytes)
			}
			events, bytes = events+len(k.events), bytes+n
		}
		if p.order.Len() != len(p.users) {
			t.Errorf("%d users in order, %d by id", p.order.Len(), len(p.users))
		}
	}
	if s.Events != events || s.Bytes != bytes {
		t.Errorf("Stats = %+v, want %d events of %d bytes", s, events, bytes)
	}
}

func TestRecentTogether(t *testing.T) {
	r := memory(t, RecentOptions{Users: shards, PerUser: 5})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 2000 {
				user := fmt.Sprint("u", i%7)
				r.add(done(user, fmt.Sprint(w, "-", i), 1, 1))
				for _, e := range r.Events(user, 0) {
					if e.UserID != user || e.ItemID == "" {
						t.Errorf("%s has %+v", user, e)
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestRecentValidate(t *testing.T) {
	for name, c := range map[string]struct {
		o    RecentOptions
		good bool
	}{
		"Defaults": {RecentOptions{}, true},
		"Least":    {RecentOptions{Users: shards, Bytes: shards * minShard, PerUser: 1, Age: minAge}, true},
		"Most":     {RecentOptions{PerUser: 1000, Age: maxAge}, true},
		"Users":    {RecentOptions{Users: shards - 1}, false},
		"Bytes":    {RecentOptions{Bytes: shards*minShard - 1}, false},
		"PerUser":  {RecentOptions{PerUser: 1001}, false},
		"Negative": {RecentOptions{PerUser: -1}, false},
		"Age":      {RecentOptions{Age: maxAge + 1}, false},
	} {
		if _, err := NewRecent(c.o); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRecentFromLog: what a log takes is remembered at once, and again after a restart as far as it is not too old.
func TestRecentFromLog(t *testing.T) {
	dir := t.TempDir()
	now := &clock{now: start}
	open := func() (*Log, *Recent) {
		o := options()
		o.Clock, o.SegmentAge, o.Window = now.Now, time.Minute, 1
		o.Recent = memory(t, RecentOptions{Age: time.Hour})
		return opened(t, dir, o), o.Recent
	}
	l, r := open()
	for i := range 4 {
		add(t, l, view(fmt.Sprint(i), "u", fmt.Sprint("i", i)), view(fmt.Sprint(i), "u", "again"))
		if got := r.Events("u", 0); len(got) != i+1 || got[i].ReceivedAt != event.Time(now.Now().UnixMilli()) {
			t.Fatalf("after %d events there are %v", i+1, got)
		}
		now.move(20 * time.Minute)
	}
	closed(t, l)
	_, r = open() // 80 minutes after the first, 60 after the second
	if diff := cmp.Diff([]string{"i2", "i3"}, items(r.Events("u", 0))); diff != "" {
		t.Error(diff)
	}
}

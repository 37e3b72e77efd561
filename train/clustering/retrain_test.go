package clustering

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"testing"

	"curio/datasets/event"
	"curio/datasets/synth"
	"curio/features/encode"
	"curio/features/profile"
)

// log is what happened on a platform, in the order in which it becomes known.
type log struct {
	catalogue *event.Catalogue
	events    []event.Event
	users     map[string]int
	items     map[string]int32
	planted   []int          // by user
	profiles  []profile.User // by user, of the events read so far
	read      int
}

func newLog(t testing.TB, o synth.Options) *log {
	t.Helper()
	p, err := synth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	l := &log{users: make(map[string]int), items: make(map[string]int32)}
	if l.catalogue, err = p.Catalogue(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	truth := p.Truth()
	for i := range l.catalogue.Users {
		id := l.catalogue.Users[i].ID
		planted, _ := truth.Segment(id)
		l.users[id], l.planted = i, append(l.planted, planted)
	}
	for i := range l.catalogue.Items {
		l.items[l.catalogue.Items[i].ID] = int32(i)
	}
	l.profiles = make([]profile.User, len(l.users))
	if err := event.Each(t.Context(), p, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
		l.events = append(l.events, *e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return l
}

// upTo returns the users who did anything in the first n events, and their number by
// row, as of a time.
func (l *log) upTo(t testing.TB, n int, end event.Time) (Input, []int) {
	t.Helper()
	for ; l.read < n; l.read++ {
		e := &l.events[l.read]
		item, ok := l.items[e.ItemID]
		if !ok {
			item = -1
		}
		l.profiles[l.users[e.UserID]].Fold(item, e)
	}
	asOf := slices.Repeat([]event.Time{end}, len(l.profiles))
	encoder := encode.FitUsers(l.catalogue.Items, l.catalogue.Users, l.profiles, asOf, profile.DefaultStrength())
	var active []int
	for i := range l.profiles {
		if l.profiles[i].Events > 0 {
			active = append(active, i)
		}
	}
	in, err := NewInput(encoder, Features{}, len(active), func(row int) (*event.User, *profile.User, event.Time) {
		i := active[row]
		return &l.catalogue.Users[i], &l.profiles[i], end
	})
	if err != nil {
		t.Fatal(err)
	}
	return in, active
}

// retraining is what a chain of segmentations did, each of which goes on from the one
// before.
type retraining struct {
	kept    float64 // share of the first users who have the same id in the end
	quiet   float64 // the same, of those who did nothing since: what is known of them is what was
	ordered float64 // and of all, if ids went by size instead
	moved   float64 // most that moved in one step
	carried int     // steps that kept the division before
	sizes   []int   // number of segments, by step

	first, last map[int]string // id of each user's segment
}

// retrain trains on the first events of l, as many as counts says, one after the other
// and each time with another seed; end is the time as of which the first n are known.
func retrain(t testing.TB, l *log, counts []int, seed uint64, end func(n int) event.Time) *retraining {
	t.Helper()
	var (
		c             retraining
		places, place map[int]int32 // number of a user's segment
		before        *Previous
		known         []profile.User
	)
	for step, n := range counts {
		in, users := l.upTo(t, n, end(n))
		if before != nil {
			before.Members = make([]int32, len(users))
			for row, u := range users {
				before.Members[row] = -1
				if s, ok := place[u]; ok {
					before.Members[row] = s
				}
			}
		}
		r := mustFit(t, in, Options{Seed: seed + uint64(step), Workers: 2, MinSize: 5, Previous: before})
		c.last, place = make(map[int]string), make(map[int]int32)
		for row, u := range users {
			c.last[u], place[u] = r.Model.Segments()[r.Members[row]].ID, r.Members[row]
		}
		if step == 0 {
			c.first, places, known = c.last, place, slices.Clone(l.profiles)
		}
		if lineage := r.Model.Spec().Lineage; lineage != nil {
			c.moved = max(c.moved, lineage.Moved)
		}
		if r.Carried {
			c.carried++
		}
		c.sizes = append(c.sizes, len(r.Model.Segments()))
		before = &Previous{Version: "1", Model: r.Model}
	}
	still := 0.0
	for u, id := range c.first {
		same := 0.0
		if c.last[u] == id {
			same = 1
		}
		c.kept += same / float64(len(c.first))
		if l.profiles[u].Events == known[u].Events {
			still++
			c.quiet += same
		}
		if place[u] == places[u] {
			c.ordered += 1 / float64(len(c.first))
		}
	}
	c.quiet /= still
	t.Logf("%d users at first, %.0f of them without an event since: %.4f and %.4f keep their id, %.4f by size; at most %.4f moved at once; segments %v, %d times carried",
		len(c.first), still, c.kept, c.quiet, c.ordered, c.moved, c.sizes, c.carried)
	return &c
}

// The platform is trained again ten times while its log goes on, a twentieth more events
// each time: users of before do more, others join. Nobody of the platform ever changes how
// they act; of some nothing more is known in the end than was at first.
func TestIDsSurviveRetrains(t *testing.T) {
	retrains := 10
	if testing.Short() {
		retrains = 2
	}
	l := newLog(t, synth.Options{Users: 1500, Items: 300, Events: 150_000, Segments: 6, Seed: 1, End: synth.End})
	slices.SortStableFunc(l.events, func(a, b event.Event) int { return cmp.Compare(a.TS, b.TS) })
	var counts []int
	for step := range retrains + 1 {
		counts = append(counts, int(math.Round(float64(len(l.events))*math.Pow(1.05, float64(step-retrains)))))
	}
	c := retrain(t, l, counts, 100, func(n int) event.Time { return l.events[n-1].TS + 1 })
	if c.kept < 0.95 || c.quiet < 0.95 {
		t.Errorf("%.4f of all users and %.4f of those whose behaviour did not change keep their id, want 0.95", c.kept, c.quiet)
	}
}

// Newcomers make the second largest segment the largest. What is known of the users of
// before stays as it is, and they keep their ids, which they would not if these went by
// size.
func TestIDsSurviveGrowth(t *testing.T) {
	const early, second = 800, 1 // users there from the beginning; the segment that grows
	l := newLog(t, synth.Options{Users: 2000, Items: 300, Events: 200_000, Segments: 6, Seed: 1, End: synth.End})
	joins := func(e *event.Event) bool { return l.users[e.UserID] >= early }
	l.events = slices.DeleteFunc(l.events, func(e event.Event) bool { return joins(&e) && l.planted[l.users[e.UserID]] != second })
	counts := []int{slices.IndexFunc(l.events, func(e event.Event) bool { return joins(&e) }), len(l.events)}
	c := retrain(t, l, counts, 200, func(int) event.Time { return synth.End })
	if c.quiet < 0.95 {
		t.Errorf("%.4f of the users whose behaviour did not change keep their id, want 0.95", c.quiet)
	}
	if c.ordered > 0.8 {
		t.Errorf("%.4f would keep their number by size, so this test shows nothing", c.ordered)
	}
}

// A segment joins that was not there before. What was divided before does not hide it: it
// is born, with an id that no other had, and the rest keep theirs.
func TestNewSegmentIsBorn(t *testing.T) {
	const early, born = 1200, 1 // users there from the beginning; the segment that joins
	l := newLog(t, synth.Options{Users: 1600, Items: 300, Events: 160_000, Segments: 6, Seed: 1, End: synth.End})
	late := func(e *event.Event) bool { return l.planted[l.users[e.UserID]] == born }
	l.events = slices.DeleteFunc(l.events, func(e event.Event) bool { return !late(&e) && l.users[e.UserID] >= early })
	slices.SortStableFunc(l.events, func(a, b event.Event) int {
		switch {
		case late(&a) == late(&b):
			return 0
		case late(&b):
			return -1
		}
		return 1
	})
	counts := []int{slices.IndexFunc(l.events, func(e event.Event) bool { return late(&e) }), len(l.events)}
	c := retrain(t, l, counts, 300, func(int) event.Time { return synth.End })
	if c.quiet < 0.95 {
		t.Errorf("%.4f of the users of before keep their id, want 0.95", c.quiet)
	}
	home, members := "", 0
	ids := make(map[string]int)
	for u, id := range c.last {
		if l.planted[u] == born {
			members++
			if ids[id]++; ids[id] > ids[home] {
				home = id
			}
		}
	}
	before := slices.ContainsFunc(slices.Collect(maps.Values(c.first)), func(id string) bool { return id == home })
	if before || float64(ids[home]) < 0.8*float64(members) {
		t.Errorf("%d of the %d users who joined are in %s (there before: %v)", ids[home], members, home, before)
	}
}

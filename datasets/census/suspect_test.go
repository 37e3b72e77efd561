package census

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/timeline"

	"github.com/google/go-cmp/cmp"
)

const second event.Time = 1000

// at is a view of an item at some time after noon.
func at(after event.Time, item int) event.Event {
	return event.Event{TS: noon + after, Type: event.View, ItemID: fmt.Sprint("item-", item)}
}

// between draws from low..high.
func between(r *rand.Rand, low, high event.Time) event.Time {
	return low + event.Time(r.Int64N(int64(high-low+1)))
}

// behaviour makes the events of a user.
type behaviour func(r *rand.Rand) []event.Event

var programs = map[string]behaviour{
	"metronome": func(r *rand.Rand) (all []event.Event) {
		gap, now := between(r, 6*second, 60*second), event.Time(0)
		for i := range 150 + r.IntN(300) {
			all = append(all, at(now, i))
			now += gap + between(r, -gap/40, gap/40)
			if r.IntN(20) == 0 {
				now += between(r, 0, 10*gap) // the site was slow
			}
		}
		return all
	},
	"pages": func(r *rand.Rand) (all []event.Event) { // two events an item, in whole seconds
		gap, now := between(r, 12*second, 60*second), 7*second
		for i := range 150 + r.IntN(300) {
			all = append(all, at(now/1000*1000, i), at((now+second)/1000*1000, i))
			now += gap
		}
		return all
	},
	"sweep": func(r *rand.Rand) (all []event.Event) {
		now := event.Time(0)
		for i := range 1500 + r.IntN(3000) {
			now += between(r, 1, 3*second)
			all = append(all, at(now, i))
		}
		return all
	},
	"restless": func(r *rand.Rand) (all []event.Event) {
		for now := event.Time(0); now < event.Time(5+r.IntN(20))*event.Day; now += between(r, second, 900*second) {
			all = append(all, at(now, r.IntN(50)))
		}
		return all
	},
	"flood": func(r *rand.Rand) (all []event.Event) {
		n := 6000 + r.IntN(10_000)
		for now := event.Time(0); len(all) < n; now += between(r, 1, 4*second) {
			e := at(now, r.IntN(3))
			e.Type = event.Like
			if r.IntN(50) == 0 {
				e.Type = event.View
			}
			all = append(all, e)
		}
		return all
	},
	"overtime": func(r *rand.Rand) (all []event.Event) {
		for now := event.Time(0); len(all) < 120; now += between(r, second, 300*second) {
			e := at(now, r.IntN(40))
			e.Type, e.Has, e.Watched = event.Watch, event.HasWatched, 3_600_000
			all = append(all, e)
		}
		return all
	},
}

// people do what may look like a program at first sight.
var people = map[string]behaviour{
	"binge with a player that reports by the clock": func(r *rand.Rand) (all []event.Event) {
		now := event.Time(0)
		for item := range 4 {
			for range 240 {
				e := at(now, item)
				e.Type, e.Has, e.Watched = event.Watch, event.HasWatched, 30_000
				all = append(all, e)
				now += 30 * second
			}
			now += between(r, 5*second, 600*second)
		}
		return all
	},
	"rates a long list": func(r *rand.Rand) (all []event.Event) {
		for now := event.Time(0); len(all) < 500; now += between(r, 2*second, 12*second) {
			e := at(now/1000*1000, len(all))
			e.Type, e.Has, e.Rating = event.Rating, event.HasRating, 400
			all = append(all, e)
		}
		return all
	},
	"log of days": func(*rand.Rand) (all []event.Event) {
		for i := range 3000 {
			all = append(all, at(event.Time(i/1000)*event.Day-12*hour, i))
		}
		return all
	},
	"log of hours": func(*rand.Rand) (all []event.Event) {
		for i := range 4000 {
			all = append(all, at(event.Time(i/1000)*hour, i))
		}
		return all
	},
	"log of minutes": func(r *rand.Rand) (all []event.Event) {
		for now := event.Time(0); len(all) < 300; now += between(r, 1, 5) * 60 * second {
			all = append(all, at(now, len(all)))
		}
		return all
	},
	"long days": func(r *rand.Rand) (all []event.Event) {
		for i := range 18 * 20 {
			all = append(all, at(event.Time(i/18)*event.Day-12*hour+event.Time(i%18)*hour+between(r, 1, 3599*second), r.IntN(40)))
		}
		return all
	},
	"a total": func(r *rand.Rand) (all []event.Event) {
		for i := range 200 {
			e := at(between(r, 1, 60*second)+event.Time(i)*hour/2*3, i)
			e.Type, e.Has, e.Watched = event.Watch, event.HasWatched, 100*3_600_000
			all = append(all, e)
		}
		return all
	},
	"a log without times": func(*rand.Rand) (all []event.Event) {
		for i := range 10_000 {
			all = append(all, event.Event{Type: event.View, ItemID: fmt.Sprint(i)})
		}
		return all
	},
}

func planted(kinds map[string]behaviour, seed uint64, each int) (all []*timeline.User) {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		for j := range each {
			r := rand.New(rand.NewPCG(seed, uint64(i*1_000_000+j)))
			all = append(all, user(fmt.Sprintf("planted %s %d", name, j), kinds[name](r)...))
		}
	}
	return all
}

func bots(seed uint64, each int) []*timeline.User { return planted(programs, seed, each) }

// Programs among the users of the synthetic platform and people that are hard to
// tell from them: all but a few are found, and nobody else.
func TestPlantedProgramsAreFound(t *testing.T) {
	const each = 40
	b := Default().Bots
	var found, missed, wrong int
	for _, u := range bots(7, each) {
		if b.Suspect(u) == nil {
			missed++
			t.Logf("missed: %s", u.ID)
		} else {
			found++
		}
	}
	for _, u := range slices.Concat(mustUsers(t), planted(people, 7, each)) {
		if reasons := b.Suspect(u); reasons != nil {
			wrong++
			t.Logf("wrong: %s: %v", u.ID, reasons)
		}
	}
	recall, precision := float64(found)/float64(found+missed), float64(found)/float64(found+wrong)
	t.Logf("recall %.3f, precision %.3f of %d programs, %d people", recall, precision, found+missed, len(mustUsers(t))+len(people)*each)
	if recall < 0.98 || precision < 1 {
		t.Errorf("recall %.3f, want 0.98; precision %.3f, want 1", recall, precision)
	}
}

func repeat(n int, f func(i int) event.Event) (all []event.Event) {
	for i := range n {
		all = append(all, f(i))
	}
	return all
}

// Each rule below, at and above its limit.
func TestRuleLimits(t *testing.T) {
	b := Bots{MinEvents: 10, EventsPerDay: 50, ItemsPerHour: 30, HoursPerDay: 5, RestlessDays: 1, SecondsPerDay: 1000, SteadyGaps: 20, SteadyShare: 0.8}
	r := rand.New(rand.NewPCG(5, 5))
	// steady has so many gaps of 20 s of 100, the others far apart.
	steady := func(same, gaps int) []event.Event {
		now := second
		return repeat(gaps+1, func(i int) event.Event {
			e := at(now, i%2)
			if now += 20 * second; i%gaps >= same {
				now += event.Time(40+i) * second
			}
			return e
		})
	}
	hours := func(days, hours int) []event.Event {
		return repeat(days*hours*2, func(i int) event.Event {
			day, h := event.Time(i/(2*hours)), event.Time(i/2%hours)
			return at(day*event.Day+h*hour+1+event.Time(i%2)*between(r, 1, 1000*second), 1)
		})
	}
	flood := func(n, views int) []event.Event {
		return repeat(n, func(i int) event.Event {
			e := at(event.Time(i)*601*second, 1)
			if i >= views {
				e.Type = event.Like
			}
			return e
		})
	}
	sweep := func(n int) []event.Event {
		return repeat(n, func(i int) event.Event { return at(1+event.Time(i*i%97)+event.Time(i)*100*second, i) })
	}
	watched := func(ms int64) []event.Event {
		return repeat(10, func(i int) event.Event {
			e := at(event.Time(i*i)*second, 1)
			e.Has, e.Watched = event.HasWatched, ms/10
			return e
		})
	}
	for _, c := range []struct {
		name   string
		events []event.Event
		want   string
	}{
		{"49 events on a day", flood(49, 49), ""},
		{"50 events on a day", flood(50, 50), ""},
		{"51 events on a day", flood(51, 51), "51 events_per_day on 2026-03-02 (limit 50)"},
		{"51 events, 49 of one type", flood(51, 49), "51 events_per_day on 2026-03-02 (limit 50)"},
		{"51 events, 48 of one type", flood(51, 48), ""},
		{"29 items an hour", sweep(29), ""},
		{"30 items an hour", sweep(30), ""},
		{"31 items an hour", sweep(31), "31 items_per_hour on 2026-03-02 (limit 30)"},
		{"five hours on two days", hours(2, 5), ""},
		{"six hours on one day", hours(1, 6), ""},
		{"six hours on two days", hours(2, 6), "2 restless_days (limit 1)"},
		{"999 s a day", watched(999_000), ""},
		{"1000 s a day", watched(1_000_000), ""},
		{"1001 s a day", watched(1_001_000), "1001 seconds_per_day on 2026-03-02 (limit 1000)"},
		{"more than a day at once", watched(10 * (int64(event.Day) + 1)), ""},
		{"19 steady gaps", steady(19, 19), ""},
		{"20 steady gaps", steady(20, 20), "100 steady_gaps (limit 80)"},
		{"79 % steady", steady(79, 100), ""},
		{"80 % steady", steady(80, 100), "80 steady_gaps (limit 80)"},
		{"9 events", watched(9_000_000)[:9], ""},
		{"10 events", watched(9_000_000)[:10], "9000 seconds_per_day on 2026-03-02 (limit 1000)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			judge := b
			if !strings.Contains(c.name, "an hour") && !strings.Contains(c.name, "steady") {
				judge.SteadyGaps = 1000
			}
			if strings.Contains(c.name, "steady") || strings.Contains(c.name, "an hour") {
				judge.EventsPerDay, judge.ItemsPerHour = 1000, 30
			}
			if strings.Contains(c.name, "an hour") {
				judge.SteadyGaps = 1000
			}
			if strings.Contains(c.name, "events on") || strings.Contains(c.name, "one type") {
				judge.HoursPerDay = 23
			}
			var got []string
			for _, reason := range judge.Suspect(user("u", c.events...)) {
				got = append(got, reason.String())
			}
			if d := cmp.Diff(c.want, strings.Join(got, "; ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDropLeavesSuspectsOut(t *testing.T) {
	all := slices.Concat(mustUsers(t)[:200], bots(3, 2))
	kept := counted(Default(), all).Report(Reading{})
	o := Default()
	o.Bots.Drop = true
	dropped := counted(o, all).Report(Reading{})
	without := counted(Default(), mustUsers(t)[:200]).Report(Reading{})
	if kept.Suspects.Users != int64(2*len(programs)) || kept.Users != 200+kept.Suspects.Users {
		t.Errorf("%d suspects of %d users", kept.Suspects.Users, kept.Users)
	}
	if dropped.Suspects.Share != kept.Suspects.Share || !dropped.Suspects.Dropped {
		t.Errorf("share %v when dropped, %v when kept", dropped.Suspects.Share, kept.Suspects.Share)
	}
	if d := cmp.Diff(kept.Suspects.Top, dropped.Suspects.Top); d != "" {
		t.Error(d)
	}
	if s := dropped.Suspects; s.Users != kept.Users-dropped.Users || s.Events != kept.Events-dropped.Events || s.Users == 0 || s.Events == 0 {
		t.Errorf("%d users with %d events dropped, of %d users with %d events %d with %d are left",
			s.Users, s.Events, kept.Users, kept.Events, dropped.Users, dropped.Events)
	}
	said := fmt.Sprintf("%s users (%s) with %s events look like programs; dropped: not among the users and events",
		grouped(dropped.Suspects.Users), percent(dropped.Suspects.Share), grouped(dropped.Suspects.Events))
	out := everywhere(t, dropped)
	if !strings.Contains(out["text"], said) || !strings.Contains(out["html"], said) || !strings.Contains(out["json"], `"dropped": true`) {
		t.Errorf("text, page or JSON form do not say %q", said)
	}
	dropped.Suspects = without.Suspects
	if d := cmp.Diff(without, dropped); d != "" {
		t.Errorf("suspects still count: %s", d)
	}
}

// What breaks the order of a timeline must not break Suspect.
func FuzzSuspect(f *testing.F) {
	f.Add(uint64(1), int64(noon), int64(1000))
	f.Add(uint64(2), int64(0), int64(-1))
	f.Add(uint64(3), int64(math.MaxInt64-10), int64(7))
	f.Add(uint64(4), int64(math.MinInt64), int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, seed uint64, start, gap int64) {
		r := rand.New(rand.NewPCG(seed, 1))
		u := user("u", repeat(300, func(i int) event.Event {
			return event.Event{TS: event.Time(start + gap*int64(r.IntN(300))), Type: event.Type(r.IntN(256)), ItemID: fmt.Sprint(r.IntN(3)), Watched: r.Int64() - r.Int64()}
		})...)
		b := Default().Bots
		b.ItemsPerHour, b.EventsPerDay = 2, 2
		for _, reason := range b.Suspect(u) {
			if !slices.Contains(Rules(), reason.Rule) {
				t.Errorf("unknown rule %q", reason.Rule)
			}
		}
	})
}

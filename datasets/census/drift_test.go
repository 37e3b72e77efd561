package census

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/timeline"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func measured(d *Drift, name string) Comparison {
	for _, m := range d.Measures {
		if m.Name == name {
			return m
		}
	}
	return Comparison{Skipped: "not measured"}
}

func crossed(d *Drift) (names []string) {
	for _, m := range d.Measures {
		if m.Crossed {
			names = append(names, m.Name)
		}
	}
	return names
}

func TestDivergence(t *testing.T) {
	for _, c := range []struct {
		name         string
		p, q         []float64
		js, distance float64
	}{
		{"equal", []float64{0.5, 0.5}, []float64{0.5, 0.5}, 0, 0},
		{"disjoint", []float64{1, 0}, []float64{0, 1}, 1, 1},
		{"half and all", []float64{0.5, 0.5}, []float64{1, 0}, 0.311278, 0.5}, // 1.5 - 0.75 log2 3
		{"three", []float64{0.2, 0.3, 0.5}, []float64{0.3, 0.3, 0.4}, 0.011278, 0.1},
	} {
		js, _ := divergence(c.p, c.q)
		back, _ := divergence(c.q, c.p)
		distance, _ := farthest(c.p, c.q)
		if !cmp.Equal([]float64{c.js, c.js, c.distance}, []float64{js, back, distance}, cmpopts.EquateApprox(0, 1e-5)) {
			t.Errorf("%s: divergence %.6f and %.6f, want %.6f; distance %v, want %v", c.name, js, back, c.js, distance, c.distance)
		}
	}
}

// halves deals users to two censuses at random.
func halves(users []*timeline.User, seed uint64) (a, b *Report) {
	r := rand.New(rand.NewPCG(seed, 17))
	parts := [2]*Census{New(Default()), New(Default())}
	for _, u := range users {
		parts[r.IntN(2)].Add(u)
	}
	return parts[0].Report(Reading{}), parts[1].Report(Reading{})
}

// Two samples of the same behaviour do not alarm, however small, but for about
// one measure in a thousand; thresholds aside, no more are above their noise.
func TestSameBehaviourDoesNotCross(t *testing.T) {
	users := mustUsers(t)
	nothing, usual := Limits{}, Default().Drift
	usual.Volume = 1 // parts of a few users differ in number
	for _, c := range []struct{ users, rounds int }{{4, 40}, {40, 40}, {400, 25}, {len(users), 6}} {
		t.Run(fmt.Sprint(c.users), func(t *testing.T) {
			var measures, above, alarms int
			r := rand.New(rand.NewPCG(1, uint64(c.users)))
			for round := range c.rounds {
				sample := make([]*timeline.User, 0, c.users)
				for _, i := range r.Perm(len(users))[:c.users] {
					sample = append(sample, users[i])
				}
				a, b := halves(sample, uint64(round))
				d := Compare(a, b, usual)
				if alarms += d.Crossed; d.Crossed > 0 {
					t.Logf("round %d crossed %v", round, crossed(d))
				}
				for _, m := range Compare(a, b, nothing).Measures {
					if m.Skipped == "" && m.Noise > 0 {
						measures++
						if m.Crossed {
							above++
						}
					}
				}
			}
			t.Logf("of %d measures %d above their noise, %d alarms", measures, above, alarms)
			if most := max(1, measures/200); above > most || alarms > most {
				t.Errorf("of %d measures %d above their noise, %d alarms", measures, above, alarms)
			}
		})
	}
}

// changed copies users and changes some of their events.
func changed(users []*timeline.User, change func(r *rand.Rand, e *event.Event)) []*timeline.User {
	all := make([]*timeline.User, len(users))
	for i, u := range users {
		r := rand.New(rand.NewPCG(uint64(i), 5))
		own := &timeline.User{ID: u.ID, Entries: append([]timeline.Entry(nil), u.Entries...)}
		for j := range own.Entries {
			change(r, &own.Entries[j].Event)
		}
		all[i] = own
	}
	return all
}

func TestShiftsCross(t *testing.T) {
	users := mustUsers(t)
	half := len(users) / 2
	earlier := counted(Default(), users[:half]).Report(Reading{})
	for _, c := range []struct {
		name   string
		change func(r *rand.Rand, e *event.Event)
		want   []string
		at     string
	}{
		{"nothing", func(*rand.Rand, *event.Event) {}, nil, ""},
		{"a new channel", func(r *rand.Rand, e *event.Event) {
			if r.IntN(10) == 0 {
				e.Channel = "kiosk"
			}
		}, []string{"channels"}, "kiosk"},
		{"views for watches", func(r *rand.Rand, e *event.Event) {
			if e.Type == event.Watch && r.IntN(2) == 0 {
				e.Type, e.Has, e.Watched = event.View, 0, 0
			}
		}, []string{"types"}, ""},
		{"channels lost", func(r *rand.Rand, e *event.Event) {
			if r.IntN(8) == 0 {
				e.Channel = ""
			}
		}, []string{"missing/channel"}, "missing"},
		{"lengths lost", func(_ *rand.Rand, e *event.Event) { e.Has &^= event.HasWatched }, []string{"missing/seconds"}, "missing"},
		{"minutes for seconds", func(_ *rand.Rand, e *event.Event) { e.Watched /= 60 }, []string{"seconds"}, ""},
		{"a zone of eight hours", func(_ *rand.Rand, e *event.Event) { e.TS += 8 * hour; e.ReceivedAt += 8 * hour }, []string{"hour_of_day"}, ""},
		{"happy users", func(_ *rand.Rand, e *event.Event) { e.Rating = min(500, e.Rating+100) }, []string{"rating"}, ""},
		{"another currency", func(_ *rand.Rand, e *event.Event) {
			if e.Currency != "" {
				e.Currency = "USD"
			}
		}, []string{"currencies"}, ""},
		{"dearer", func(_ *rand.Rand, e *event.Event) { e.Amount *= 3 }, []string{"amount/EUR"}, ""},
		{"a day late", func(_ *rand.Rand, e *event.Event) { e.ReceivedAt += event.Day }, []string{"lateness"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Compare(earlier, counted(Default(), changed(users[half:], c.change)).Report(Reading{}), Default().Drift)
			if diff := cmp.Diff(c.want, crossed(d)); diff != "" {
				t.Errorf("crossed: %s", diff)
			}
			if c.at != "" && measured(d, c.want[0]).At != c.at {
				t.Errorf("most at %q, want %q", measured(d, c.want[0]).At, c.at)
			}
		})
	}
}

func TestRejectsAndSuspectsDrift(t *testing.T) {
	users := mustUsers(t)[:500]
	before := counted(Default(), users).Report(Reading{Accepted: 100_000})
	now := counted(Default(), append(bots(1, 20), users...)).Report(Reading{Accepted: 90_000, Rejected: map[string]int{"ts_future": 10_000}})
	d := Compare(before, now, Default().Drift)
	if m := measured(d, "rejects"); !m.Crossed || math.Abs(m.Value-0.1) > 1e-9 {
		t.Errorf("%+v", m)
	}
	if m := measured(d, "suspects"); !m.Crossed {
		t.Errorf("%+v", m)
	}
	same := Compare(now, now, Limits{})
	if same.Crossed > 0 {
		t.Errorf("a report drifted from itself: %v", crossed(same))
	}
}

func TestThresholds(t *testing.T) {
	shares := func(a int64) *Report {
		return &Report{Types: Shares{Events: 1_000_000, Precision: independent(1_000_000), Values: []Count{{"view", a}, {"watch", 1_000_000 - a}}}}
	}
	for _, c := range []struct {
		moved  int64
		limits Limits
		want   bool
	}{
		{49_999, Default().Drift, false},
		{50_000, Default().Drift, false},
		{50_001, Default().Drift, true},
		{50_001, Limits{Category: 0.05, Each: map[string]float64{"types": 0.2}}, false},
		{50_001, Limits{Category: 1, Each: map[string]float64{"types": 0.01}}, true},
		{900_000, Limits{Category: 1}, false},
		{10, Limits{}, false}, // noise
		{100, Limits{}, true},
	} {
		if m := measured(Compare(shares(0), shares(c.moved), c.limits), "types"); m.Crossed != c.want {
			t.Errorf("moved by %d, limits %v: %+v", c.moved, c.limits, m)
		}
	}
}

func TestVolume(t *testing.T) {
	usual := Default().Drift
	own := Limits{Volume: 0.5, Each: map[string]float64{"volume/events": 0.9, "volume/users": 0.9, "volume/items": 0.9}}
	for _, c := range []struct {
		earlier, now int64
		limits       Limits
		value        float64
		at           string
		want         bool
	}{
		{1000, 1000, Limits{}, 0, "", false},
		{1000, 999, Limits{}, 0.001, "less", true}, // no noise
		{1000, 501, usual, 0.499, "less", false},
		{1000, 500, usual, 0.5, "less", false},
		{1000, 499, usual, 0.501, "less", true},
		{501, 1000, usual, 0.499, "more", false},
		{500, 1000, usual, 0.5, "more", false},
		{499, 1000, usual, 0.501, "more", true},
		{1000, 101, own, 0.899, "less", false},
		{1000, 100, own, 0.9, "less", false},
		{1000, 99, own, 0.901, "less", true},
		{1000, 0, usual, 1, "less", true},
		{0, 1, usual, 1, "more", true},
		{1000, 0, Limits{Volume: 1}, 1, "less", false}, // off
		{math.MaxInt64, 1, usual, 1, "less", true},
	} {
		for name, report := range map[string]func(n int64) *Report{
			"volume/events": func(n int64) *Report { return &Report{Events: n} },
			"volume/users":  func(n int64) *Report { return &Report{Users: n} },
			"volume/items":  func(n int64) *Report { return &Report{Items: n} },
		} {
			now := report(c.now)
			now.Drift = Compare(report(c.earlier), now, c.limits)
			m := measured(now.Drift, name)
			if m.Measure != "relative_change" || m.Value != c.value || m.At != c.at || m.Noise != 0 || m.Crossed != c.want || m.Skipped != "" {
				t.Errorf("%s of %d after %d: %+v", name, c.now, c.earlier, m)
			}
			for form, out := range everywhere(t, now) {
				if c.value > 0 && !strings.Contains(out, name) {
					t.Errorf("%s does not name %s", form, name)
				}
			}
		}
	}
	if m := measured(Compare(&Report{}, &Report{}, Limits{}), "volume/users"); m.Skipped != "no values" {
		t.Errorf("nobody twice: %+v", m)
	}
}

// Of the same behaviour one user in four is left: only the volumes tell.
func TestMostUsersGone(t *testing.T) {
	users := mustUsers(t)
	d := Compare(counted(Default(), users).Report(Reading{}), counted(Default(), users[:len(users)/4]).Report(Reading{}), Default().Drift)
	if diff := cmp.Diff([]string{"volume/events", "volume/users"}, crossed(d)); diff != "" {
		t.Errorf("crossed: %s", diff)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	full := counted(Default(), mustUsers(t)[:500]).Report(Reading{})
	empty := New(Default()).Report(Reading{})
	for _, c := range []struct {
		name         string
		earlier, now *Report
		want         string
	}{
		{"nothing earlier", empty, full, "no values earlier"},
		{"nothing now", full, empty, "no values now"},
		{"nothing at all", empty, empty, "no values"},
		{"a report without anything", &Report{}, full, "no values earlier"},
	} {
		d := Compare(c.earlier, c.now, Limits{Volume: 1})
		if d.Crossed > 0 {
			t.Errorf("%s: crossed %v", c.name, crossed(d))
		}
		if m := measured(d, "types"); m.Skipped != c.want {
			t.Errorf("%s: %+v", c.name, m)
		}
	}

	old := *full
	old.Fields, old.Numbers = full.Fields[1:], full.Numbers[1:]
	d := Compare(&old, full, Limits{})
	for _, name := range []string{"missing/event_id", "events_per_user"} {
		if m := measured(d, name); m.Skipped != "no values earlier" {
			t.Errorf("%+v", m)
		}
	}
	old = *full
	old.Numbers = append([]Histogram{{Name: "events_per_user", Unit: "events", Count: 3, Precision: independent(3), Bins: []Bin{{0.5, 3}}}}, full.Numbers[1:]...)
	if m := measured(Compare(&old, full, Limits{}), "events_per_user"); m.Skipped != "other bins" {
		t.Errorf("%+v", m)
	}
	old = *full
	old.Channels.Many = true
	if m := measured(Compare(&old, full, Limits{}), "channels"); m.Skipped != "too many values" {
		t.Errorf("%+v", m)
	}
	// A currency that is gone was compared before, and says so.
	old = *full
	old.Numbers = append(full.Numbers[:len(full.Numbers):len(full.Numbers)], Histogram{Name: "amount/USD", Unit: "USD", Count: 5, Precision: independent(5), Bins: []Bin{{0, 5}}})
	if m := measured(Compare(&old, full, Limits{}), "amount/USD"); m.Skipped != "no values now" {
		t.Errorf("%+v", m)
	}
}

// A sample in which every user repeats one thing is no larger than its users.
func TestEffective(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var clones, mixed [][]int64
	for range groups {
		a, b := []int64{0, 0}, []int64{0, 0}
		for range 100 { // users of 50 events
			a[r.IntN(2)] += 50
			for range 50 {
				b[r.IntN(2)]++
			}
		}
		clones, mixed = append(clones, a), append(mixed, b)
	}
	const users = groups * 100
	of := func(counts [][]int64, users int64) float64 { return precision(counts, users, false).Effective }
	if n := of(clones, users); n < users/2 || n > users*2 {
		t.Errorf("clones: %v, want about %d", n, users)
	}
	if n := of(mixed, users); n < users*50/2 {
		t.Errorf("independent events: %v, want about %d", n, users*50)
	}
	if n := of([][]int64{{0, 0}, {0, 0}}, 0); n != 0 {
		t.Errorf("nothing: %v", n)
	}
	if n := of([][]int64{{70}, {30}}, 7); n != 7 {
		t.Errorf("one value: %v", n)
	}
}

func TestMeasureNames(t *testing.T) {
	full := counted(Default(), mustUsers(t)[:200]).Report(Reading{})
	got := make(map[string]bool)
	for _, m := range Compare(full, full, Limits{}).Measures {
		if !isMeasure(m.Name) {
			t.Errorf("%s cannot be given a threshold", m.Name)
		}
		got[strings.Replace(m.Name, "/EUR", "/CODE", 1)] = true
	}
	want := make(map[string]bool)
	for _, name := range measureNames() {
		want[name] = true
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

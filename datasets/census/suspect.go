package census

import (
	"fmt"
	"math/bits"
	"slices"

	"curio/datasets/event"
	"curio/datasets/timeline"
)

// The rules by which a user is suspected to be a program, each with what it
// counts.
const (
	Flood     = "events_per_day"  // events on one day, nearly all of one type
	Sweep     = "items_per_hour"  // distinct items in one hour
	Restless  = "restless_days"   // days with events in more than HoursPerDay hours
	Overtime  = "seconds_per_day" // seconds watched on one day
	Metronome = "steady_gaps"     // per cent of the gaps between items that have the same length
)

// Rules lists the rules in the order in which Suspect tells of them.
func Rules() []string { return []string{Flood, Sweep, Restless, Overtime, Metronome} }

// Reason is the evidence for one rule: the worst case found.
type Reason struct {
	Rule  string `json:"rule"`
	Value int64  `json:"value"` // in the unit of the rule
	Limit int64  `json:"limit"` // what the configuration believes at most
	Day   string `json:"day,omitempty"`
}

// String is like "1204 items_per_hour on 2026-03-01 (limit 720)".
func (r Reason) String() string {
	day := ""
	if r.Day != "" {
		day = " on " + r.Day
	}
	return fmt.Sprintf("%d %s%s (limit %d)", r.Value, r.Rule, day, r.Limit)
}

const (
	hour = event.Day / 24

	// oneType is the share of a day's events, in per cent, that makes a flood of
	// one type. People mix.
	oneType = 95

	// Gaps longer than a sitting lasts say nothing about rhythm.
	longestGap = 30 * 60 * 1000

	// Below this share the quick test for a rhythm would miss some.
	minSteadyShare = 0.6
)

// Suspect returns why u looks like a program, or nothing. It needs times: events
// without one do not count, and users with fewer than MinEvents others are not
// judged. Any one rule is enough:
//
//   - Flood: a day with more than EventsPerDay events, 95 % of them of one type.
//   - Sweep: an hour with more than ItemsPerHour distinct items.
//   - Restless: more than RestlessDays days with events in more than HoursPerDay
//     of their hours.
//   - Overtime: a day on which more than SecondsPerDay were watched. An event of
//     more than a day is a total, not a sitting, and is left out.
//   - Metronome: of at least SteadyGaps gaps between an event and the next about
//     another item, SteadyShare have the median length, give or take 5 % (10 %
//     but no more than a second where that is more, for times in whole seconds).
//     Gaps over half an hour are left out, and those between events about the
//     same item, which players send by the clock.
//
// Times on the full hour come from logs that keep no more than the day or the
// hour: Sweep and Metronome leave those events out.
func (b Bots) Suspect(u *timeline.User) []Reason {
	// Entries are in order of time: those without come first.
	entries := u.Entries
	for len(entries) > 0 && entries[0].TS <= 0 {
		entries = entries[1:]
	}
	if len(entries) < b.MinEvents {
		return nil
	}
	return b.rhythm(entries, b.days(entries))
}

// worst is the largest value of a rule so far.
type worst struct {
	value int64
	day   int64
}

func (w *worst) see(value, day int64) {
	if value > w.value {
		*w = worst{value, day}
	}
}

func (w worst) over(reasons []Reason, rule string, limit int) []Reason {
	if w.value <= int64(limit) {
		return reasons
	}
	r := Reason{Rule: rule, Value: w.value, Limit: int64(limit)}
	if w.day > 0 {
		r.Day = date(w.day)
	}
	return append(reasons, r)
}

// days applies the rules that look at one day or hour at a time.
func (b Bots) days(entries []timeline.Entry) []Reason {
	var flood, sweep, restless, overtime worst
	for start := 0; start < len(entries); {
		day := int64(entries[start].TS / event.Day)
		end := start
		var hours uint32
		var watched int64
		for ; end < len(entries) && int64(entries[end].TS/event.Day) == day; end++ {
			e := &entries[end]
			hours |= 1 << uint(e.TS%event.Day/hour)
			if e.Watched > 0 && e.Watched <= int64(event.Day) {
				watched += e.Watched
			}
		}
		today := entries[start:end]
		if len(today) > b.EventsPerDay && oneSided(today) {
			flood.see(int64(len(today)), day)
		}
		if len(today) > b.ItemsPerHour {
			sweep.see(itemsOfHour(today, b.ItemsPerHour), day)
		}
		if bits.OnesCount32(hours) > b.HoursPerDay {
			restless.value++
		}
		overtime.see(watched/1000, day)
		start = end
	}
	var reasons []Reason
	reasons = flood.over(reasons, Flood, b.EventsPerDay)
	reasons = sweep.over(reasons, Sweep, b.ItemsPerHour)
	reasons = restless.over(reasons, Restless, b.RestlessDays)
	return overtime.over(reasons, Overtime, b.SecondsPerDay)
}

func oneSided(entries []timeline.Entry) bool {
	var types [256]int
	for i := range entries {
		types[entries[i].Type]++
	}
	return slices.Max(types[:])*100 >= oneType*len(entries)
}

// itemsOfHour is the largest number of distinct items in an hour, if that is
// more than limit.
func itemsOfHour(entries []timeline.Entry, limit int) int64 {
	var most int
	for start := 0; start < len(entries); {
		end, this := start, entries[start].TS/hour
		for end < len(entries) && entries[end].TS/hour == this {
			end++
		}
		if end-start > limit {
			items := make(map[string]struct{})
			for i := start; i < end; i++ {
				if e := &entries[i]; e.ItemID != "" && e.TS%hour != 0 {
					items[e.ItemID] = struct{}{}
				}
			}
			most = max(most, len(items))
		}
		start = end
	}
	return int64(most)
}

// rhythm applies Metronome.
func (b Bots) rhythm(entries []timeline.Entry, reasons []Reason) []Reason {
	// At least 1-2(1-share) of the pairs of successive gaps agree when share of
	// the gaps are of about the same length: most users need no sorting.
	var gaps, agree int
	var previous event.Time
	for i := 1; i < len(entries); i++ {
		gap := gapBetween(&entries[i-1], &entries[i])
		if gap == 0 {
			continue
		}
		if gaps++; near(previous, gap, 3*tolerance(gap)+3) {
			agree++
		}
		previous = gap
	}
	if gaps < b.SteadyGaps || float64(agree) < (2*b.SteadyShare-1)*float64(gaps)-1 {
		return reasons
	}
	all := make([]event.Time, 0, gaps)
	for i := 1; i < len(entries); i++ {
		if gap := gapBetween(&entries[i-1], &entries[i]); gap > 0 {
			all = append(all, gap)
		}
	}
	slices.Sort(all)
	median := all[len(all)/2]
	low, _ := slices.BinarySearch(all, median-tolerance(median))
	high, _ := slices.BinarySearch(all, median+tolerance(median)+1)
	if steady := high - low; float64(steady) >= b.SteadyShare*float64(gaps) {
		reasons = append(reasons, Reason{
			Rule: Metronome, Value: int64(steady * 100 / gaps), Limit: int64(b.SteadyShare * 100),
		})
	}
	return reasons
}

// gapBetween is the time between an event and the next, 0 if it says nothing.
func gapBetween(a, b *timeline.Entry) event.Time {
	gap := b.TS - a.TS
	if gap <= 0 || gap > longestGap || a.ItemID == b.ItemID || a.TS%hour == 0 && b.TS%hour == 0 {
		return 0
	}
	return gap
}

func tolerance(gap event.Time) event.Time { return max(gap/20, min(1000, gap/10)) }

func near(a, b, by event.Time) bool { return a-b <= by && b-a <= by }

package census

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Options says what a census looks for and when it warns.
type Options struct {
	Top   int    `yaml:"top" range:"0..1000" help:"users named as heavy, and as suspects"`
	Bots  Bots   `yaml:"bots"`  // who is suspected to be a program
	Drift Limits `yaml:"drift"` // how far from an earlier report is too far
}

// MaxTop bounds Options.Top.
const MaxTop = 1000

// Bots are the limits past which a user is suspected; see Suspect. Hours and
// days are of UTC. Drop is the decision of whoever counts: it has no key in YAML.
type Bots struct {
	Drop          bool    `yaml:"-"` // suspects are listed and otherwise not counted
	MinEvents     int     `yaml:"min_events" range:"from 1" help:"users with fewer events with a time are not judged"`
	EventsPerDay  int     `yaml:"events_per_day" range:"from 1" help:"events of nearly one type in a day past which a user is suspected"`
	ItemsPerHour  int     `yaml:"items_per_hour" range:"from 1" help:"distinct items in an hour past which a user is suspected"`
	HoursPerDay   int     `yaml:"hours_per_day" range:"1..23" help:"hours with events past which a day is restless"`
	RestlessDays  int     `yaml:"restless_days" range:"from 0" help:"restless days that are still believed"`
	SecondsPerDay int     `yaml:"seconds_per_day" range:"from 1" help:"seconds watched in a day past which a user is suspected"`
	SteadyGaps    int     `yaml:"steady_gaps" range:"from 10" help:"fewest gaps between events that a rhythm is told from"`
	SteadyShare   float64 `yaml:"steady_share" range:"0.6..1" help:"share of gaps of the same length from which a user is suspected"`
}

// Limits are thresholds on drift. A measure crosses its threshold when it is
// larger than that and than its noise, which volumes have none of; 1 switches it
// off.
type Limits struct {
	Category float64            `yaml:"category" range:"0..1" help:"most that the share of a category may gain or lose; 1: any"`
	Number   float64            `yaml:"number" range:"0..1" help:"most Jensen-Shannon divergence of a distribution of numbers, in bits; 1: any"`
	Volume   float64            `yaml:"volume" range:"0..1" help:"most relative change of a number of events, users or items; 1: any"`
	Each     map[string]float64 `yaml:"each" range:"0..1, by the name of a measure" help:"limits of single measures, instead of those above"`
}

// Default returns the limits that are used when nothing is configured.
//
// A human does not touch 720 items in an hour (one every five seconds), nor
// watch for more than 48 hours a day (two players, or double speed, around the
// clock). Five points is the share a category may gain or lose. For small shifts
// 0.036 bits of divergence are a population stability index of 0.2, the usual
// mark of a shift. Volumes may halve or double, and not more than that.
func Default() Options {
	return Options{
		Top: 10,
		Bots: Bots{
			MinEvents:     100,
			EventsPerDay:  5000,
			ItemsPerHour:  720,
			HoursPerDay:   20,
			RestlessDays:  2,
			SecondsPerDay: 48 * 60 * 60,
			SteadyGaps:    100,
			SteadyShare:   0.8,
		},
		Drift: Limits{Category: 0.05, Number: 0.036, Volume: 0.5},
	}
}

// Validate returns an error that names every fault of o.
func (o Options) Validate() error {
	var faults []error
	whole := func(name string, v, low, high int) {
		if v < low || v > high {
			faults = append(faults, fmt.Errorf("%s is %d, must be %d..%d", name, v, low, high))
		}
	}
	share := func(name string, v, above float64) {
		if !(v >= above && v <= 1) {
			faults = append(faults, fmt.Errorf("%s is %v, must be %v..1", name, v, above))
		}
	}
	const most = 1 << 30
	whole("top", o.Top, 0, MaxTop)
	whole("bots.min_events", o.Bots.MinEvents, 1, most)
	whole("bots.events_per_day", o.Bots.EventsPerDay, 1, most)
	whole("bots.items_per_hour", o.Bots.ItemsPerHour, 1, most)
	whole("bots.hours_per_day", o.Bots.HoursPerDay, 1, 23)
	whole("bots.restless_days", o.Bots.RestlessDays, 0, most)
	whole("bots.seconds_per_day", o.Bots.SecondsPerDay, 1, most)
	whole("bots.steady_gaps", o.Bots.SteadyGaps, 10, most)
	share("bots.steady_share", o.Bots.SteadyShare, minSteadyShare)
	share("drift.category", o.Drift.Category, 0)
	share("drift.number", o.Drift.Number, 0)
	share("drift.volume", o.Drift.Volume, 0)
	for _, name := range slices.Sorted(maps.Keys(o.Drift.Each)) {
		share("drift.each."+name, o.Drift.Each[name], 0)
		if !isMeasure(name) {
			faults = append(faults, fmt.Errorf("drift.each.%s is no measure, must be one of %s", name, strings.Join(measureNames(), ", ")))
		}
	}
	return errors.Join(faults...)
}

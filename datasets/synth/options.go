// Package synth is a seeded platform with planted truth: users in known
// segments, courses with prerequisites, films, books and talks beside them,
// partners, trends, and every type of event at plausible times.
//
// The same options give the same data, byte for byte, on machines of one
// architecture. Events are made while they are read, so memory grows with users
// and items and not with events. What was planted is in Truth, which is meant
// for tests and benchmarks: a Platform read as an event.Source does not show it.
package synth

import (
	"errors"
	"fmt"

	"curio/datasets/event"
)

// End is the default end of the platform's time: 2026-11-01 00:00 UTC.
const End event.Time = 1_793_491_200_000

// The platform's time is Window long; the catalogue is older by up to Prelude.
const (
	Window  = 104 * 7 * event.Day
	Prelude = 180 * event.Day
)

// The largest platform that can be asked for.
const (
	MaxUsers         = 20_000_000
	MaxItems         = 2_000_000
	MaxEventsPerUser = 20_000 // on average
	MaxSegments      = 12
)

// Options is the size and the seed of a platform.
type Options struct {
	Users    int        // 1..MaxUsers; a few per cent of them do nothing
	Items    int        // 1..MaxItems; three in four are courses
	Events   int        // 1..Users*MaxEventsPerUser; so many are made, exactly
	Segments int        // 1..MaxSegments planted user groups, of unequal size
	Seed     uint64     // any
	End      event.Time // all events are before it, none before End-Window
}

// Default is the platform that a training without further flags reads.
func Default() Options {
	return Options{Users: 4_000, Items: 800, Events: 250_000, Segments: 6, Seed: 1, End: End}
}

// Validate returns an error that names every fault of o.
func (o Options) Validate() error {
	var faults []error
	between := func(name string, value, low, high int) {
		if value < low || value > high {
			faults = append(faults, fmt.Errorf("%s is %d, must be %d..%d", name, value, low, high))
		}
	}
	between("users", o.Users, 1, MaxUsers)
	between("items", o.Items, 1, MaxItems)
	between("segments", o.Segments, 1, MaxSegments)
	between("events", o.Events, 1, min(max(o.Users, 1), MaxUsers)*MaxEventsPerUser)
	if o.End < minEnd || o.End > maxEnd {
		faults = append(faults, fmt.Errorf("end is %d ms, must be %d..%d", o.End, minEnd, maxEnd))
	}
	return errors.Join(faults...)
}

// All times of a platform are after 1970 and can be written in RFC 3339, whose
// last day begins at maxEnd.
const (
	minEnd            = Window + Prelude + event.Day
	maxEnd event.Time = 253_402_214_400_000
)

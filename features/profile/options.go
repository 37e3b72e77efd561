package profile

import (
	"errors"
	"fmt"

	"curio/datasets/event"
)

// Options say how profiles are kept and read. The zero value does not validate;
// begin with DefaultOptions.
type Options struct {
	SessionGapMinutes    int     `yaml:"session_gap_minutes" range:"1..1440" help:"the pause that ends a session, in minutes"`
	CategoryHalfLifeDays float64 `yaml:"category_half_life_days" range:"0..36500" help:"days in which interest in a category halves; 0: it does not fade"`
	TagHalfLifeDays      float64 `yaml:"tag_half_life_days" range:"0..36500" help:"days in which interest in a tag halves; 0: it does not fade"`
	NeedDays             int     `yaml:"need_days" range:"0..36500" help:"days that an unfinished item is a need; 0: for ever"`
}

// DefaultOptions ends a session after 30 minutes, halves interest in a category
// in 90 days and in a tag, which is narrower, in 45, and forgets an unfinished
// item after 180.
func DefaultOptions() Options {
	return Options{SessionGapMinutes: 30, CategoryHalfLifeDays: 90, TagHalfLifeDays: 45, NeedDays: 180}
}

// The largest values of the options.
const (
	maxGapMinutes = 24 * 60
	maxDays       = 36500
)

// Validate returns an error that names every option out of range.
func (o *Options) Validate() error {
	var faults []error
	if o.SessionGapMinutes < 1 || o.SessionGapMinutes > maxGapMinutes {
		faults = append(faults, fmt.Errorf("session_gap_minutes is %d, want 1 to %d", o.SessionGapMinutes, maxGapMinutes))
	}
	for _, days := range []struct {
		name  string
		value float64
	}{
		{"category_half_life_days", o.CategoryHalfLifeDays},
		{"tag_half_life_days", o.TagHalfLifeDays},
		{"need_days", float64(o.NeedDays)},
	} {
		if !(days.value >= 0 && days.value <= maxDays) {
			faults = append(faults, fmt.Errorf("%s is %v, want 0 to %d", days.name, days.value, maxDays))
		}
	}
	return errors.Join(faults...)
}

// Empty returns the profile of a user without events that keeps its sessions by
// the options. Merging it into the zero User gives it the same gap.
func (o *Options) Empty() User {
	return User{Sessions: Sessions{Gap: event.Time(o.SessionGapMinutes) * 60_000}}
}

// Strength returns DefaultStrength with the half-life of categories, so that the
// affinities of an encoder fade as the interests in categories do.
func (o *Options) Strength() Strength {
	s := DefaultStrength()
	s.HalfLife = halfLife(o.CategoryHalfLifeDays)
	return s
}

func halfLife(days float64) event.Time { return event.Time(days * float64(event.Day)) }

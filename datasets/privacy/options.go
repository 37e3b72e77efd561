package privacy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"curio/datasets/event"
)

// The purposes that a user may agree to. They are compared as they stand.
const (
	Recommend         = "recommend"
	Analyse           = "analyse"
	ShareWithPartners = "share_with_partners"
)

// Purposes lists every purpose.
func Purposes() []string { return []string{Recommend, Analyse, ShareWithPartners} }

// MinGroup is the fewest users behind a published aggregate, unless the
// configuration says otherwise.
const MinGroup = 5

// Options say what Guard lets pass. The zero value lets everything pass as it is.
type Options struct {
	// Retain is how long an event is kept after it happened: one with a TS before
	// Now - Retain is not read, one without a time is. Zero keeps all; else it is
	// a millisecond or more and Now is given.
	Retain time.Duration
	// Consent lists purposes, each of which a user must have agreed to. A user
	// whose row does not say, who has no row, or of whose rows one lacks a purpose
	// has not agreed: silence is not consent. Empty asks for none.
	Consent []string
	// MinGroup is the fewest users behind anything that is published of a group,
	// from 1, for those who publish: Guard does not look at it. Zero sets none.
	MinGroup int

	Now        event.Time
	Erasures   *Erasures      // nil: nobody
	Pseudonyms *Pseudonymiser // nil: ids pass as they are
}

// Validate names every fault of o.
func (o Options) Validate() error {
	var faults []error
	if o.Retain < 0 || o.Retain > 0 && o.Retain < time.Millisecond {
		faults = append(faults, fmt.Errorf("retain %v: want 0, for ever, or at least 1ms", o.Retain))
	}
	if o.Retain > 0 && o.Now <= 0 {
		faults = append(faults, errors.New("retain: nothing says what time it is now"))
	}
	for i, purpose := range o.Consent {
		switch {
		case !slices.Contains(Purposes(), purpose):
			faults = append(faults, fmt.Errorf("consent %.40q: want one of %s", purpose, strings.Join(Purposes(), ", ")))
		case slices.Contains(o.Consent[:i], purpose):
			faults = append(faults, fmt.Errorf("consent %s: given twice", purpose))
		}
	}
	if o.MinGroup < 0 {
		faults = append(faults, fmt.Errorf("min_group %d: want a number from 1, or 0 for none", o.MinGroup))
	}
	return errors.Join(faults...)
}

// agreed reports whether a user agreed to all that is asked for.
func (o *Options) agreed(u *event.User) bool {
	for _, purpose := range o.Consent {
		if !slices.Contains(u.Consent, purpose) {
			return false
		}
	}
	return true
}

// open reports whether it does not matter whose an event is.
func (o *Options) open() bool {
	return o.Erasures.Len() == 0 && len(o.Consent) == 0 && o.Pseudonyms == nil
}

// cutoff is the earliest time that is kept.
func (o *Options) cutoff() event.Time {
	if o.Retain == 0 {
		return 0
	}
	return o.Now - event.Time(o.Retain.Milliseconds())
}

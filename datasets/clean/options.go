package clean

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// What becomes of events whose item the data set does not list.
const (
	Keep   = "keep"   // the item counts as one that events name alone
	Refuse = "reject" // the event is rejected
)

// Options say what is checked and what is converted. The zero value checks
// nothing and leaves amounts as they are.
type Options struct {
	MaxWatch     float64  `yaml:"max_watch" range:"0, 1..1000000" help:"how many times the duration of its item an event may have been watched for; 0: any length"`
	UnknownItems string   `yaml:"unknown_items" range:"keep, reject" help:"what becomes of events whose item the data set does not list, where it lists any; empty keeps them"`
	Currency     Currency `yaml:"currency"`
}

// Currency is a table of exchange rates. Without a base nothing is converted.
type Currency struct {
	Base  string          `yaml:"base" range:"an ISO 4217 code" help:"currency that every amount is converted to; without one none is"`
	Rates map[string]Rate `yaml:"rates" range:"decimal numbers above 0, by ISO 4217 code" help:"how much of the base one unit of each other currency is worth, in main units both: dollars and not cents"`
}

// Rate is a decimal number above zero, such as 0.0061, as it is written.
type Rate string

// UnmarshalYAML keeps every digit of a number, which a float would not.
func (r *Rate) UnmarshalYAML(text []byte) error {
	*r = Rate(strings.Trim(strings.TrimSpace(string(text)), `"'`))
	return nil
}

// Default lets an event have been watched for four times the duration of its item
// and keeps events of unknown items. At half speed a course takes twice its
// duration, and stopping as long as it runs doubles that again; what lies beyond
// is a page left open or a wrong unit.
func Default() Options { return Options{MaxWatch: 4, UnknownItems: Keep} }

const maxFactor = 1_000_000

// Validate names every fault of o.
func (o Options) Validate() error {
	var faults []error
	if o.MaxWatch != 0 && !(o.MaxWatch >= 1 && o.MaxWatch <= maxFactor) || math.IsNaN(o.MaxWatch) {
		faults = append(faults, fmt.Errorf("max_watch %v: want 0, for any length, or 1 to %d", o.MaxWatch, maxFactor))
	}
	switch o.UnknownItems {
	case "", Keep, Refuse:
	default:
		faults = append(faults, fmt.Errorf("unknown_items %.40q: want %s or %s", o.UnknownItems, Keep, Refuse))
	}
	_, err := newExchange(o.Currency)
	return errors.Join(append(faults, err)...)
}

func (o Options) refuses() bool { return o.UnknownItems == Refuse }

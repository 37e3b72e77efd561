package profile

import (
	"errors"
	"fmt"

	"curio/datasets/event"
)

// StrengthOptions say how much each behaviour counts, as Strength has it, and
// whether that is where learning begins or what is used. The zero value does not
// validate; begin with DefaultStrengthOptions.
type StrengthOptions struct {
	Learn        bool    `yaml:"learn" range:"true or false" help:"learn the weights and the half-life from data, beginning with these; false: use these"`
	View         float64 `yaml:"view" range:"0..1000" help:"weight of a view"`
	Watch        float64 `yaml:"watch" range:"0..1000" help:"weight of a watch"`
	Progress     float64 `yaml:"progress" range:"0..1000" help:"weight of a report of progress"`
	Complete     float64 `yaml:"complete" range:"0..1000" help:"weight of a completion"`
	Rating       float64 `yaml:"rating" range:"0..1000" help:"weight of a rating, before its stars"`
	Purchase     float64 `yaml:"purchase" range:"0..1000" help:"weight of a purchase"`
	Refund       float64 `yaml:"refund" range:"-1000..0" help:"weight of a refund"`
	Comment      float64 `yaml:"comment" range:"0..1000" help:"weight of a comment"`
	Like         float64 `yaml:"like" range:"0..1000" help:"weight of a like"`
	Favourite    float64 `yaml:"favourite" range:"0..1000" help:"weight of a favourite"`
	Share        float64 `yaml:"share" range:"0..1000" help:"weight of a share"`
	Search       float64 `yaml:"search" range:"0..1000" help:"weight of a search that led to the item"`
	Dismiss      float64 `yaml:"dismiss" range:"-1000..0" help:"weight of a dismissal"`
	Reached      float64 `yaml:"reached" range:"0..1000" help:"weight of the share of the item that was reached"`
	Hours        float64 `yaml:"hours" range:"0..1000" help:"weight of the hours watched"`
	NeutralStars float64 `yaml:"neutral_stars" range:"1..5" help:"mean rating that changes nothing"`
	DoubleStars  float64 `yaml:"double_stars" range:"0.1..100" help:"stars above that which double the strength"`
}

// DefaultStrengthOptions learns, beginning with DefaultStrength.
func DefaultStrengthOptions() StrengthOptions {
	s, o := DefaultStrength(), StrengthOptions{Learn: true}
	for _, f := range o.weights(&s) {
		*f.value = float64(*f.into)
	}
	o.NeutralStars, o.DoubleStars = float64(s.RatingMidpoint)/100, float64(s.RatingScale)/100
	return o
}

// Apply puts the weights in place of those of s.
func (o *StrengthOptions) Apply(s *Strength) {
	for _, f := range o.weights(s) {
		*f.into = float32(*f.value)
	}
	s.RatingMidpoint, s.RatingScale = float32(o.NeutralStars*100), float32(o.DoubleStars*100)
}

// Validate returns an error that names every option out of range.
func (o *StrengthOptions) Validate() error {
	var faults []error
	var s Strength
	some := false
	check := func(name string, value, least, most float64) {
		if !(value >= least && value <= most) {
			faults = append(faults, fmt.Errorf("%s is %v, want %v to %v", name, value, least, most))
		}
	}
	for _, f := range o.weights(&s) {
		if f.negative {
			check(f.name, *f.value, -1000, 0)
			continue
		}
		check(f.name, *f.value, 0, 1000)
		some = some || *f.value > 0
	}
	check("neutral_stars", o.NeutralStars, 1, 5)
	check("double_stars", o.DoubleStars, 0.1, 100)
	if !some {
		faults = append(faults, errors.New("no weight is above 0: nothing would show interest"))
	}
	return errors.Join(faults...)
}

// weight is one of the options beside the place it has in a Strength.
type weight struct {
	name     string
	value    *float64
	into     *float32
	negative bool // it takes interest away
}

func (o *StrengthOptions) weights(s *Strength) []weight {
	w := &s.Weights
	return []weight{
		{"view", &o.View, &w[event.View], false},
		{"watch", &o.Watch, &w[event.Watch], false},
		{"progress", &o.Progress, &w[event.Progress], false},
		{"complete", &o.Complete, &w[event.Complete], false},
		{"rating", &o.Rating, &w[event.Rating], false},
		{"purchase", &o.Purchase, &w[event.Purchase], false},
		{"refund", &o.Refund, &w[event.Refund], true},
		{"comment", &o.Comment, &w[event.Comment], false},
		{"like", &o.Like, &w[event.Like], false},
		{"favourite", &o.Favourite, &w[event.Favourite], false},
		{"share", &o.Share, &w[event.Share], false},
		{"search", &o.Search, &w[event.Search], false},
		{"dismiss", &o.Dismiss, &w[event.Dismiss], true},
		{"reached", &o.Reached, &s.ReachedWeight, false},
		{"hours", &o.Hours, &s.HoursWeight, false},
	}
}

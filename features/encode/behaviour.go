package encode

import (
	"math"

	"curio/datasets/event"
	"curio/features/profile"
)

// BehaviourNames returns the names of the values of Behaviour: the columns that
// say what a user does, without the affinities to categories and without what
// is known of the user besides. Read it only.
func (e *Users) BehaviourNames() []string { return e.named }

// Behaviour writes to dst, whose length is len(BehaviourNames()), the same
// values as Encode before they are standardised: log(1+count), log(1+hours),
// log(1+days), and ratios and shares in 0..1; a mean rating is in stars. A
// missing value is the mean of the users the encoder was fitted on. u or p may
// be nil. It does not allocate.
func (e *Users) Behaviour(dst []float32, u *event.User, p *profile.User, asOf event.Time) {
	var raw [maxUserRaw]float64
	e.raw(raw[:], u, p, asOf)
	dst = dst[:len(e.behaviour)]
	for i, column := range e.behaviour {
		x := raw[e.table.source[column]]
		if math.IsNaN(x) {
			x = e.table.columns[column].Mean
		}
		dst[i] = float32(x)
	}
}

// setBehaviour finds the columns of Behaviour.
func (e *Users) setBehaviour() {
	e.behaviour, e.named = nil, nil
	for column, source := range e.table.source {
		if source < e.behaviours() {
			e.behaviour = append(e.behaviour, column)
			e.named = append(e.named, e.table.columns[column].Name)
		}
	}
}

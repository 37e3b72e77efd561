package event

import "context"

// Part is the side of a data set's own split that an event is on.
type Part uint8

// The parts of a fixed split. A source without one puts everything in Train.
const (
	Train Part = iota
	Validation
	Test
)

// Reject is one row that was not accepted, and why.
type Reject struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 1-based; 0 when the whole file is meant
	Code    string `json:"code"` // one of the documented codes of the reader
	Field   string `json:"field,omitempty"`
	Value   string `json:"value,omitempty"` // shortened; never a user id
	Message string `json:"message"`
}

// Source is one data set that can be read from the start as often as needed,
// always in the same order.
//
// Both methods report rows they do not accept to reject and go on; they return
// an error only when the data set as a whole cannot be read (it wraps
// fs.ErrNotExist when something is missing). They stop at once, with the
// context's error, when ctx is done.
type Source interface {
	// Fixed reports whether the data set comes with its own split.
	Fixed() bool
	// Catalogue returns the users, items, partners and trends the data set
	// lists. Events may name others.
	Catalogue(ctx context.Context, reject func(Reject)) (*Catalogue, error)
	// Events calls yield with each accepted event. The event and its strings
	// are valid during the call only, unless the caller clones them. An error of
	// yield ends the reading and is returned.
	Events(ctx context.Context, reject func(Reject), yield func(e *Event, part Part) error) error
}

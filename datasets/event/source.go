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

// Place says where in its data set a row stands. Rows are ordered by their
// places: by file, in the order of Source.Files, then by line.
type Place uint64

const lineBits = 40

// MaxFiles and MaxLine bound what a Place can name.
const (
	MaxFiles = 1 << (64 - lineBits)
	MaxLine  = 1<<lineBits - 1
)

// PlaceOf names a line of a file. The file is 0..MaxFiles-1, an index into
// Source.Files; the line is 1-based, and lines past MaxLine share its place.
func PlaceOf(file, line int) Place {
	return Place(file)<<lineBits | Place(min(line, MaxLine))
}

// File is the index of the file.
func (p Place) File() int { return int(p >> lineBits) }

// Line is the 1-based number of the line, 0 where rows have no lines.
func (p Place) Line() int { return int(p & MaxLine) }

// Sink takes one accepted event. The event and its strings are valid during the
// call only, unless it clones them. Its error ends the reading.
type Sink func(e *Event, part Part, at Place) error

// Source is one data set that can be read from the start as often as needed, with
// the same result.
//
// Both methods report rows they do not accept to reject, one at a time and
// always in the same order, and go on; they return an error only when the data
// set as a whole cannot be read (it wraps fs.ErrNotExist when something is
// missing). They stop soon, with the context's error, when ctx is done. A nil
// reject discards.
type Source interface {
	// Fixed reports whether the data set comes with its own split.
	Fixed() bool
	// Files names the files that the places of events count, in order.
	Files() []string
	// Catalogue returns the users, items, partners and trends the data set
	// lists. Events may name others.
	Catalogue(ctx context.Context, reject func(Reject)) (*Catalogue, error)
	// Events hands every accepted event, repeated ones included, to a sink. It
	// calls open once for each of at most workers goroutines, and each sink from
	// one of them. Which sink gets which event is not said; with one worker they
	// come in the order of their places. No two events share a place: where a row
	// says several things its source numbers them instead of the lines. An error
	// of a sink is returned.
	Events(ctx context.Context, workers int, reject func(Reject), open func() Sink) error
}

// Each hands the events of a source to sink one at a time, in the order of their
// places.
func Each(ctx context.Context, s Source, reject func(Reject), sink Sink) error {
	return s.Events(ctx, 1, reject, func() Sink { return sink })
}

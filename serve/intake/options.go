package intake

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Options say how a log is kept. A zero field has the default its comment names;
// Clock and NewID have none and must be given.
type Options struct {
	Clock func() time.Time // tells when events are received and segments are old
	NewID func() string    // makes the id of an event that has none: unique, 1..256 bytes

	SegmentBytes int64         // size past which no segment grows, 256 MiB; a group of events that is larger has one of its own
	SegmentAge   time.Duration // age from which a segment takes no more events, 1 h
	Queue        int           // events that may wait while others are written, 16,384; one call may bring more to an empty queue
	Window       int           // ids that are known at least, 1,048,576, of about 50 bytes each

	Recent *Recent // told of every event once it is on disk; nil for none
}

// The bounds of the options.
const (
	minSegment, maxSegment = 4 << 10, 1 << 40
	minAge, maxAge         = time.Second, 366 * 24 * time.Hour
	maxQueue               = 1 << 24
	maxWindow              = 1 << 28
)

// Validate names every option that is missing or out of its range.
func (o Options) Validate() error {
	var faults []error
	if o.Clock == nil {
		faults = append(faults, errors.New("there is no Clock"))
	}
	if o.NewID == nil {
		faults = append(faults, errors.New("there is no NewID"))
	}
	check := func(name string, v, low, high int64) {
		if v != 0 && (v < low || v > high) {
			faults = append(faults, fmt.Errorf("%s is %d, must be within %d..%d", name, v, low, high))
		}
	}
	check("SegmentBytes", o.SegmentBytes, minSegment, maxSegment)
	check("SegmentAge", int64(o.SegmentAge), int64(minAge), int64(maxAge))
	check("Queue", int64(o.Queue), 1, maxQueue)
	check("Window", int64(o.Window), 1, maxWindow)
	return errors.Join(faults...)
}

func (o Options) withDefaults() Options {
	o.SegmentBytes = cmp.Or(o.SegmentBytes, 256<<20)
	o.SegmentAge = cmp.Or(o.SegmentAge, time.Hour)
	o.Queue = cmp.Or(o.Queue, 16<<10)
	o.Window = cmp.Or(o.Window, 1<<20)
	return o
}

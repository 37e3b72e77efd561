// Package bench measures parts of the program so that others can check what it
// claims: the evaluator against published figures; how good the interest model is
// after how long, and what training costs by the size of the data; how good segments
// are and what they take; and the speed of training, matrix products, ranking and
// reading, most of them beside other programs. It takes the clock it measures by.
package bench

import (
	"errors"
	"time"
)

// ErrData is wrapped by errors of data that was read and cannot be measured on.
var ErrData = errors.New("data cannot be used")

// Clock tells the time; seconds are differences of what it says.
type Clock func() time.Time

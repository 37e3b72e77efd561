// Package bench measures parts of the program so that others can check what it
// claims: the evaluator against published figures, and the speed of training
// beside other programs. It takes the clock it measures by.
package bench

import (
	"errors"
	"time"
)

// ErrData is wrapped by errors of data that was read and cannot be measured on.
var ErrData = errors.New("data cannot be used")

// Clock tells the time; seconds are differences of what it says.
type Clock func() time.Time

// Package profile folds behaviour into what is known of a user or an item.
//
// The same accumulators serve batch training, requests and distributed runs.
// Every field is an integer that only ever grows by saturating addition,
// minimum or maximum, or a set of intervals that grows by union. These are
// commutative and associative, so any sharding and any order of the same events
// gives equal values, which a comparison of the exported fields shows.
//
// Interests and needs are no accumulators: they are read off a profile, with the
// catalogue and a time.
package profile

import (
	"math"

	"curio/datasets/event"
)

// FullProgress is the progress of a finished item, in basis points.
const FullProgress = 10000

// Bounds of a rating, in hundredths of a star.
const (
	MinRating = 100
	MaxRating = 500
)

// sum adds two counts of 0 or more and stays at the largest int64.
func sum(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func sum32(a, b uint32) uint32 {
	if a > math.MaxUint32-b {
		return math.MaxUint32
	}
	return a + b
}

func sum16(a, b uint16) uint16 {
	if a > math.MaxUint16-b {
		return math.MaxUint16
	}
	return a + b
}

// earliest and latest treat 0 as a time that was not said.
func earliest(a, b event.Time) event.Time {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

func latest(a, b event.Time) event.Time {
	if a == 0 || (b != 0 && b > a) {
		return b
	}
	return a
}

package profile

import (
	"math"

	"curio/datasets/event"
)

// Strength turns a touch into one number that says how much interest it shows.
//
// With n events of type t, best progress p in 0..1 and h hours watched, it is
//
//	rating * (sum of Weights[t]*log2(1+n) + ReachedWeight*p + HoursWeight*log2(1+h))
//
// kept within 0..Max. rating is 1 without a rating, else
// 1 + (mean-RatingMidpoint)/RatingScale, at least RatingFloor: a low rating
// still says that the user took the item up. Negative weights take interest
// away. The logarithm keeps repetition from outweighing intent.
type Strength struct {
	Weights        [event.Types]float32 `json:"weights"` // by event type; index 0 is unused
	ReachedWeight  float32              `json:"reached_weight"`
	HoursWeight    float32              `json:"hours_weight"`
	RatingMidpoint float32              `json:"rating_midpoint"` // hundredths of a star
	RatingScale    float32              `json:"rating_scale"`    // hundredths of a star, > 0
	RatingFloor    float32              `json:"rating_floor"`
	Max            float32              `json:"max"`
	HalfLife       event.Time           `json:"half_life"` // milliseconds; 0 or less means that interest does not fade
}

// DefaultStrength gives a single view exactly 1, a finished item 3 and more and
// a purchase 4; a refund takes back its purchase and a dismissal more than a
// view. A rating of 5 doubles, 3 changes nothing and 1 leaves a tenth. Interest
// halves in 90 days.
func DefaultStrength() Strength {
	return Strength{
		Weights: [event.Types]float32{
			event.View:      1,
			event.Watch:     1.5,
			event.Progress:  0.5,
			event.Complete:  2,
			event.Rating:    1,
			event.Purchase:  4,
			event.Refund:    -4,
			event.Comment:   2,
			event.Like:      2,
			event.Favourite: 2.5,
			event.Share:     3,
			event.Search:    1,
			event.Dismiss:   -3,
		},
		ReachedWeight:  1,
		HoursWeight:    0.5,
		RatingMidpoint: 300,
		RatingScale:    200,
		RatingFloor:    0.1,
		Max:            20,
		HalfLife:       90 * event.Day,
	}
}

// Of returns the strength of t, in 0..Max. It does not allocate.
func (s *Strength) Of(t *Touch) float32 {
	total := 0.0
	for typ, n := range t.Counts {
		if n != 0 {
			total += float64(s.Weights[typ]) * log2(int64(n))
		}
	}
	if t.Progress != 0 {
		total += float64(s.ReachedWeight) * float64(t.Progress) / FullProgress
	}
	if t.Watched > 0 {
		total += float64(s.HoursWeight) * math.Log2(1+float64(t.Watched)/3.6e6)
	}
	if mean, ok := t.MeanRating(); ok {
		factor := 1 + (mean-float64(s.RatingMidpoint))/float64(s.RatingScale)
		total *= max(factor, float64(s.RatingFloor))
	}
	if !(total > 0) {
		return 0
	}
	return min(float32(total), s.Max)
}

// Recency returns how much interest last shown at that time is still worth at
// asOf: 2^-((asOf-last)/HalfLife), and 1 when either time is unknown, last lies
// after asOf, or HalfLife is not positive. Past about 149 half-lives it is 0.
func (s *Strength) Recency(last, asOf event.Time) float32 {
	if last == 0 || asOf == 0 || last >= asOf || s.HalfLife <= 0 {
		return 1
	}
	return float32(math.Exp2((float64(last) - float64(asOf)) / float64(s.HalfLife)))
}

// log2 returns log2(1+n), from a table for the counts that are common.
func log2(n int64) float64 {
	if n < int64(len(logs)) {
		return logs[n]
	}
	return math.Log2(float64(1 + n))
}

var logs = func() (table [64]float64) {
	for n := range table {
		table[n] = math.Log2(float64(1 + n))
	}
	return table
}()

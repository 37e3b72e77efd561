package clean

import (
	"math"
	"slices"

	"curio/datasets/event"
)

// shelf is what is known of the items of a data set. It does not change once it
// is made.
type shelf struct {
	refuses bool             // unknown items
	limits  map[string]int64 // milliseconds an event may have been watched for; free without a limit
}

const free = math.MaxInt64

// newShelf keeps of the items what the options need.
func newShelf(items []event.Item, o Options) *shelf {
	listed := func(i event.Item) bool { return !i.Unlisted }
	s := &shelf{refuses: o.refuses() && slices.ContainsFunc(items, listed), limits: make(map[string]int64)}
	for i := range items {
		item := &items[i]
		limit := int64(free)
		if o.MaxWatch > 0 && item.Duration > 0 {
			limit = longest(item.Duration, o.MaxWatch)
		}
		if limit != free && !s.refuses || s.refuses && !item.Unlisted {
			s.limits[item.ID] = limit
		}
	}
	return s
}

// longest is a duration in milliseconds times a factor of 1 to maxFactor, to the
// millisecond below.
func longest(duration int64, factor float64) int64 {
	if limit := float64(duration) * factor; limit < free {
		return int64(limit)
	}
	return free
}

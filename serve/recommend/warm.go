package recommend

import (
	"fmt"
	"math"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
)

// How many users Warm answers, spread evenly over all, and for how many of them it
// explains, which takes many times as long.
const (
	warmUsers     = 64
	warmExplained = 4
	warmSimilar   = 8 // items
)

// Warm answers a fixed sample of requests as a caller would: it brings the
// artifact into memory and shows that it can be served. The error wraps
// bundle.ErrArtifact when an answer is not fit to be given. rest is called after every
// answer, so that others get the processor; nil for at once.
func (e *Engine) Warm(rest func()) error {
	if rest == nil {
		rest = func() {}
	}
	users := e.art.Users.Len()
	requests := []Request{{N: 10}}
	for i := range min(users, warmUsers) {
		id := e.art.Users.ID(int32(i * users / min(users, warmUsers)))
		requests = append(requests, Request{User: id, N: 10, Explain: i < warmExplained})
	}
	for _, r := range requests {
		a := e.Recommend(r)
		rest()
		if err := finite(a.Items); err != nil {
			return err
		}
	}
	for _, i := range e.popular[:min(len(e.popular), warmSimilar)] {
		items, _ := e.Similar(e.art.Items.ID(i), 10, 0, "")
		rest()
		if err := finite(items); err != nil {
			return err
		}
	}
	if len(e.popular) == 0 {
		return fmt.Errorf("no item may be shown: %w", bundle.ErrArtifact)
	}
	return nil
}

func finite(items []Item) error {
	for _, item := range items {
		if !isFinite(item.Score) || !allFinite(item.Because) {
			return fmt.Errorf("the score of item %d is no finite number: %w", item.Index, bundle.ErrArtifact)
		}
	}
	return nil
}

func allFinite(because []interest.Reason) bool {
	for _, b := range because {
		if !isFinite(b.Weight) {
			return false
		}
	}
	return true
}

func isFinite(v float32) bool {
	return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0)
}

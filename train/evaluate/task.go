// Package evaluate measures how well a model ranks the whole catalogue for users
// whose next interactions were held out, beside two baselines that need no
// training, popularity and item-to-item collaborative filtering.
//
// Every item is scored for every user; nothing is sampled. Items the user has in
// the training data are masked. Calibrate measures how far the probabilities are
// right that a model tells. Results do not depend on the number of workers.
package evaluate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"curio/artifacts/kernel"
	"curio/experiments/run"
)

// Scorer gives one user a score for every item, higher is better. Score sets
// every element of dst, whose length is the number of items. An item scored NaN
// is never recommended; one scored -Inf only where a list has room. Score is
// called concurrently, each time with a dst of its own.
type Scorer interface {
	Score(dst []float32, user int32)
}

// Sweeper is a Scorer that scores several users at once, a piece of the catalogue
// at a time, so that scores are ranked while they are in cache. It yields the
// scores of the width items from first on, [len(users), width], which yield may
// change; pieces come in order and are the whole catalogue. Users come in the
// order of Task.Users, in blocks of a fixed size.
type Sweeper interface {
	Scorer
	Sweep(users []int32, yield func(first, width int, scores []float32))
}

// Reranker is a Scorer that puts the Depth best of the items that may be
// recommended, as its scores have them, in another order. Rerank is called
// concurrently; a list is shorter where there are not as many.
type Reranker interface {
	Scorer
	Depth() int
	Rerank(user int32, best []kernel.Scored)
}

// Value is a metric with its 95% interval over users; Metrics are values by
// name, "recall@10". They are what a run record holds.
type (
	Value   = run.Value
	Metrics = run.Metrics
)

// Task is what is to be predicted. Its functions are called concurrently and
// their slices, ascending item indices, are only read; they must stay as they
// are until Evaluate returns. A repeated item counts once.
type Task struct {
	Users []int32                  // whom to rank for; no user twice
	Seen  func(user int32) []int32 // training items: never recommended; nil masks nothing
	Truth func(user int32) []int32 // held-out items
	Items int                      // size of the catalogue
	// Among says, by item index, which items are ranked; nil ranks all. One that is
	// not cannot be hit.
	Among []bool
	// Popularity is the number of training interactions of each item, for
	// popularity_bias; nil leaves that metric out.
	Popularity []int64
}

// Spread leaves at most so many users, at even distances. It may write to Users.
func (t *Task) Spread(most int) {
	n := len(t.Users)
	if n <= most {
		return
	}
	for i := range most {
		t.Users[i] = t.Users[int64(i)*int64(n)/int64(most)]
	}
	t.Users = t.Users[:most]
}

// ErrNoTruth means that no user of the task has a held-out item.
var ErrNoTruth = errors.New("no user has held-out items: hold out at least one interaction")

// judged checks the whole task and returns the users with truth, in order.
func (t *Task) judged() ([]int32, error) {
	if t.Truth == nil {
		return nil, errors.New("task has no truth")
	}
	if t.Items < 1 || t.Items > math.MaxInt32 {
		return nil, fmt.Errorf("task has %d items, want 1..%d", t.Items, math.MaxInt32)
	}
	if t.Popularity != nil && len(t.Popularity) != t.Items {
		return nil, fmt.Errorf("task has popularity of %d items, want %d", len(t.Popularity), t.Items)
	}
	if t.Among != nil && len(t.Among) != t.Items {
		return nil, fmt.Errorf("task says of %d items whether they are ranked, want %d", len(t.Among), t.Items)
	}
	for i, n := range t.Popularity {
		if n < 0 {
			return nil, fmt.Errorf("popularity of item %d is %d, want 0 or more", i, n)
		}
	}
	if user, twice := repeated(t.Users); twice {
		return nil, fmt.Errorf("user %d is listed twice", user)
	}
	var users []int32
	for _, user := range t.Users {
		truth := t.Truth(user)
		if len(truth) == 0 {
			continue
		}
		if err := ascending(truth, t.Items); err != nil {
			return nil, fmt.Errorf("truth of user %d: %w", user, err)
		}
		if err := ascending(t.seen(user), t.Items); err != nil {
			return nil, fmt.Errorf("seen items of user %d: %w", user, err)
		}
		users = append(users, user)
	}
	if len(users) == 0 {
		return nil, ErrNoTruth
	}
	return users, nil
}

// seen is Seen, which may be nil.
func (t *Task) seen(user int32) []int32 {
	if t.Seen == nil {
		return nil
	}
	return t.Seen(user)
}

// ascending checks that list holds item indices below items in order.
func ascending(list []int32, items int) error {
	for i, item := range list {
		if item < 0 || int(item) >= items {
			return fmt.Errorf("item %d is outside the catalogue of %d", item, items)
		}
		if i > 0 && item < list[i-1] {
			return fmt.Errorf("item %d after %d: not in ascending order", item, list[i-1])
		}
	}
	return nil
}

// repeated returns a value that is in list more than once.
func repeated(list []int32) (int32, bool) {
	s := slices.Sorted(slices.Values(list))
	for i := 1; i < len(s); i++ {
		if s[i] == s[i-1] {
			return s[i], true
		}
	}
	return 0, false
}

// distinct counts the different values of an ascending list.
func distinct(list []int32) int {
	n := 0
	for i, v := range list {
		if i == 0 || v != list[i-1] {
			n++
		}
	}
	return n
}

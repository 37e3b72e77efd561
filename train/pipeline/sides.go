package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"curio/datasets/event"
	"curio/datasets/split"
	"curio/datasets/timeline"
)

// rehearsed is the share of what is left to train on that a rehearsal holds out:
// as many items as the evaluation holds out, but at most half.
func rehearsed(holdout float64) float64 { return min(holdout/(1-holdout), 0.5) }

// side is what an event is to the views of one division.
type side uint8

const (
	nowhere side = iota
	trained      // known when learning ends
	heldOut      // what is to be predicted
	lateOut      // it happened before the cut and became known after it
)

// side is where an event stands in the division that is evaluated. The validation
// side of a fixed split is trained on like the rest, once settings were chosen on it,
// or spared.
func (v *views) side(e *timeline.Entry, cut event.Time) side {
	switch {
	case e.Part == event.Validation && v.spare:
		return nowhere
	case e.Part == event.Test || split.Held(e.TS, cut):
		return heldOut
	case split.Held(e.ReceivedAt, cut):
		return lateOut
	}
	return trained
}

// sides appends where each event of a user stands.
func (v *views) sides(to []side, u *timeline.User, cut event.Time) []side {
	for i := range u.Entries {
		to = append(to, v.side(&u.Entries[i], cut))
	}
	return to
}

// instant returns from when on everything is held out of a rehearsal of data that
// are divided by time.
func (v *views) instant(ctx context.Context, l *log, holdout float64) (event.Time, error) {
	var mu sync.Mutex // guards all and unknown
	var all []event.Time
	unknown := 0
	err := l.timelines.Each(ctx, func() func(*timeline.User) error {
		var sides []side
		return func(user *timeline.User) error {
			u, ok := l.users.Index(user.ID)
			if !ok {
				return nil // dropped
			}
			sides = v.sides(sides[:0], user, v.cuts[u])
			times, untimed, _ := firsts(sides, user)
			mu.Lock()
			defer mu.Unlock()
			all, unknown = append(all, times...), unknown+untimed
			return nil
		}
	})
	if err != nil {
		return split.Never, fmt.Errorf("look for the instant that parts a rehearsal: %w", err)
	}
	return split.Global(all, unknown, rehearsed(holdout)), nil
}

// slice turns the sides of a user's events into those of a rehearsal, in which
// nothing of the evaluation takes part, and returns the cut that parts them. Held
// out is the validation side of a split that has one; else the user's latest
// items, as the evaluation does it; else, without times, items drawn by a hash.
func (f *folder) slice(sides []side, u *timeline.User, cut event.Time) event.Time {
	for i, s := range sides {
		if s == heldOut || s == lateOut {
			sides[i] = nowhere
		}
		if f.log.validated && u.Entries[i].Part == event.Validation {
			sides[i] = heldOut
		}
	}
	if f.log.validated {
		return cut
	}
	times, unknown, items := firsts(sides, u)
	at := f.instant
	if at == split.Never {
		at = split.ByUser(times, unknown, rehearsed(f.holdout))
	}
	if at != split.Never {
		for i, s := range sides {
			e := &u.Entries[i]
			switch {
			case s == trained && split.Held(e.TS, at):
				sides[i] = heldOut
			case s == trained && split.Held(e.ReceivedAt, at):
				sides[i] = nowhere
			}
		}
		return at
	}
	if len(times) > 0 || len(items) < split.MinItems {
		return cut
	}
	drawn := draw(u.ID, items, rehearsed(f.holdout))
	for i, s := range sides {
		if s == trained && drawn[u.Entries[i].ItemID] {
			sides[i] = heldOut
		}
	}
	return cut
}

// firsts lists the items that a user trains on and the times of their first
// events, but for the unknown ones, of which it returns the number.
func firsts(sides []side, u *timeline.User) (firsts []event.Time, unknown int, items []string) {
	met := map[string]bool{}
	for i, s := range sides {
		e := &u.Entries[i]
		if s != trained || e.ItemID == "" || met[e.ItemID] {
			continue
		}
		met[e.ItemID] = true
		items = append(items, e.ItemID)
		if e.TS == 0 {
			unknown++
		} else {
			firsts = append(firsts, e.TS)
		}
	}
	return firsts, unknown, items
}

// draw picks a share of a user's items, the same each time.
func draw(user string, items []string, share float64) map[string]bool {
	rank := func(item string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(user + "\x00" + item))
		x := h.Sum64()
		x = (x ^ x>>31) * 0x9e3779b97f4a7c15 // spreads what differs in the last byte alone
		return x ^ x>>29
	}
	slices.SortFunc(items, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
	drawn := map[string]bool{}
	for _, item := range items[:max(1, int(share*float64(len(items))))] {
		drawn[item] = true
	}
	return drawn
}

package synth

import (
	"context"
	"sync/atomic"

	"curio/datasets/event"

	"golang.org/x/sync/errgroup"
)

// usersAtOnce is how many users a worker of Events takes at a time.
const usersAtOnce = 256

// Events gives exactly Options.Events events to the sinks, user by user in the
// order of the catalogue, each user's in order of time and no two of a user's at
// the same instant. All events of a user go to one sink. Every event is in
// event.Train; its place is its number, from 1, in file 0. Nothing is rejected.
//
// A user's events come from streams of random numbers of their own: only how
// many there are depends on the other users.
func (p *Platform) Events(ctx context.Context, workers int, _ func(event.Reject), open func() event.Sink) error {
	before := p.before()
	workers = max(1, min(workers, len(before)))
	g, ctx := errgroup.WithContext(ctx)
	var taken atomic.Int64
	for range workers {
		sink := open()
		g.Go(func() error {
			n := 0
			w := newWalk(p, func(e *event.Event, part event.Part) error {
				if n++; n%1024 == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				return sink(e, part, event.PlaceOf(0, n))
			})
			for {
				block := int(taken.Add(1)) - 1
				if block >= len(before) {
					return nil
				}
				n = before[block]
				for u := block * usersAtOnce; u < min((block+1)*usersAtOnce, len(p.quotas)); u++ {
					if err := ctx.Err(); err != nil {
						return err
					}
					if err := w.user(u); err != nil {
						return err
					}
				}
			}
		})
	}
	return g.Wait()
}

// before counts, for each block of users, the events of the users before it.
func (p *Platform) before() []int {
	var before []int
	n := 0
	for u, quota := range p.quotas {
		if u%usersAtOnce == 0 {
			before = append(before, n)
		}
		n += int(quota)
	}
	return before
}

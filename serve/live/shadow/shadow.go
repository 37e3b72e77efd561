// Package shadow asks a second model what it would have answered, after the answer of
// the first was sent, and says how far apart the two are. Nobody sees its answers.
package shadow

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"curio/serve/live"
	"curio/serve/recommend"
)

// Options says whom to ask and how much. The zero value of a number means its default.
type Options struct {
	// Other returns the model to ask; nil while there is none.
	Other func() *live.Model
	Queue int // requests that wait; default 256. Those that find it full are dropped
	// Share is the most of one core that asking takes, 0..1; default 0.05. A worker rests
	// after each request for as long as that needs.
	Share float64
	Clock func() time.Time
}

// Shadow mirrors requests. Offer and Stats may be called from any goroutine.
type Shadow struct {
	o     Options
	queue chan job
	full  atomic.Uint64

	mu    sync.Mutex // guards stats
	stats Stats
}

// job is a request and its answer. It holds the model that gave it: the answer's
// items are places in its catalogue.
type job struct {
	by      *live.Model
	request recommend.Request
	kind    string // of the scores
	items   []scored
}

type scored struct {
	index int32
	score float32
}

// New returns a shadow that does nothing until Run.
func New(o Options) *Shadow {
	if o.Queue <= 0 {
		o.Queue = 256
	}
	if o.Share <= 0 || o.Share > 1 {
		o.Share = 0.05
	}
	return &Shadow{o: o, queue: make(chan job, o.Queue)}
}

// Offer mirrors a request that the model by answered. It never waits: it copies places
// and scores of the answer, unless the queue is full. The request's slices must not
// change after.
func (s *Shadow) Offer(by *live.Model, r recommend.Request, a recommend.Answer) {
	if len(s.queue) == cap(s.queue) {
		s.full.Add(1)
		return
	}
	j := job{by: by, request: r, kind: a.Scores, items: make([]scored, len(a.Items))}
	for i := range a.Items {
		j.items[i] = scored{a.Items[i].Index, a.Items[i].Score}
	}
	select {
	case s.queue <- j:
	default:
		s.full.Add(1)
	}
}

// Run asks until ctx is done. What waits then is dropped.
func (s *Shadow) Run(ctx context.Context) {
	rest := time.NewTimer(0)
	defer rest.Stop()
	<-rest.C
	for {
		select {
		case <-ctx.Done():
			s.drop()
			return
		case j := <-s.queue:
			began := s.o.Clock()
			s.compare(&j)
			took := s.o.Clock().Sub(began)
			rest.Reset(time.Duration(float64(took) * (1/s.o.Share - 1)))
		}
		select {
		case <-ctx.Done():
			s.drop()
			return
		case <-rest.C:
		}
	}
}

func (s *Shadow) drop() {
	for {
		select {
		case <-s.queue:
			s.full.Add(1)
		default:
			return
		}
	}
}

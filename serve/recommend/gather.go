package recommend

import (
	"errors"
	"runtime"
	"slices"
	"sync"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// maxWaiting is how many requests wait for a pass at most; others wait to be let in.
const maxWaiting = 1024

// enough is how many users make a pass worth beginning beside another: each costs
// little more than in the largest then.
const enough = 8

// errSpoilt is what a request panics with when the pass that was to answer it ended
// before it had.
var errSpoilt = errors.New("the pass over the catalogue that this request shared was cut short")

// gatherer answers requests that come at the same time together: one pass over the
// catalogue costs little more for many users than for one. It has no goroutines of
// its own: of the requests that wait, one makes the pass for itself and for others.
//
// A request waits for no others to come. It only lets those go first that could run
// at once, so that they are there when the pass begins: on an idle machine, none. Half
// of the processors begin passes whoever waits, and the others when enough do for it
// to pay.
type gatherer struct {
	index *interest.Index
	room  chan struct{} // holds one for each request that is let in

	mu    sync.Mutex
	turns int // passes that may begin
	spare int // of which this many only when enough wait
	queue []*errand
	pool  sync.Pool // of *errand
}

// errand is a request on its way.
type errand struct {
	wish   interest.Wish
	called bool      // no longer in the queue: turn will say more; guarded by gatherer.mu
	turn   chan bool // true: make a pass, false: answered
	beside []*errand // that the pass answers too
	wishes []*interest.Wish
}

func newGatherer(index *interest.Index) *gatherer {
	g := &gatherer{index: index, room: make(chan struct{}, maxWaiting), turns: runtime.GOMAXPROCS(0)}
	g.spare = g.turns / 2
	g.pool.New = func() any { return &errand{turn: make(chan bool, 1)} }
	return g
}

// retrieve returns what interest.Model.Retrieve does. If skip panics, so does retrieve.
func (g *gatherer) retrieve(user []float32, history []interest.Touch, k int, out itemSet, skip func(int32) bool) []kernel.Scored {
	g.room <- struct{}{}
	defer func() { <-g.room }()
	e := g.pool.Get().(*errand)
	e.wish = interest.Wish{Vector: user, History: history, K: k, Out: out, Skip: skip}
	g.enter(e)
	runtime.Gosched()
	if g.begin(e) || <-e.turn {
		g.pass(e)
	}
	found, panicked := e.wish.Found, e.wish.Panicked
	e.wish = interest.Wish{}
	g.pool.Put(e)
	if panicked != nil {
		panic(panicked)
	}
	return found
}

// enter puts e in the queue.
func (g *gatherer) enter(e *errand) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e.called = false
	g.queue = append(g.queue, e)
}

// begin reports whether e, which is taken from the queue then, may make a pass at once.
func (g *gatherer) begin(e *errand) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if e.called || !g.may() {
		return false
	}
	g.turns--
	at := slices.Index(g.queue, e)
	g.queue = slices.Delete(g.queue, at, at+1)
	e.called = true
	return true
}

// may reports whether a pass may begin.
func (g *gatherer) may() bool {
	return len(g.queue) > 0 && g.turns > 0 && (g.turns > g.spare || len(g.queue) >= enough)
}

// pass answers e and those that have waited longest, then gives the turn to whoever
// waits next.
func (g *gatherer) pass(e *errand) {
	e.beside = g.join(e.beside[:0])
	e.wishes = append(e.wishes[:0], &e.wish)
	for _, other := range e.beside {
		e.wishes = append(e.wishes, &other.wish)
	}
	whole := false
	defer func() {
		g.leave()
		for _, other := range e.beside {
			if !whole {
				other.wish.Panicked = errSpoilt
			}
			other.turn <- false
		}
		clear(e.beside)
		clear(e.wishes)
	}()
	g.index.Retrieve(e.wishes)
	whole = true
}

// join appends those who take part in a pass that begins to dst.
func (g *gatherer) join(dst []*errand) []*errand {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), interest.Together-1)
	dst = append(dst, g.queue[:n]...)
	g.call(n)
	return dst
}

// leave gives a turn back, to who has waited longest if a pass may begin.
func (g *gatherer) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turns++
	if !g.may() {
		return
	}
	g.turns--
	first := g.queue[0]
	g.call(1)
	first.turn <- true // never blocks: an errand is called once
}

// call takes the first n from the queue.
func (g *gatherer) call(n int) {
	for _, e := range g.queue[:n] {
		e.called = true
	}
	g.queue = slices.Delete(g.queue, 0, n)
}

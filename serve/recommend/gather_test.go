package recommend

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/serve/servetest"
)

// wished is a question to a gatherer and what the model answers to it.
type wished struct {
	user    []float32
	history []interest.Touch
	k       int
	skip    func(int32) bool
	want    []kernel.Scored
}

func manyWished(t *testing.T, m *interest.Model, n int) []wished {
	t.Helper()
	r := rand.New(rand.NewPCG(11, 11))
	list := make([]wished, n)
	for i := range list {
		w := &list[i]
		for range i % 5 {
			w.history = append(w.history, interest.Touch{Item: int32(r.IntN(m.Items())), Weight: 1 + r.Float32()})
		}
		w.user = make([]float32, m.Dim())
		m.User(w.user, interest.Query{User: -1, History: w.history})
		w.k = []int{1, 10, 100, m.Items() + 3, 0, -2}[i%6]
		if i%3 > 0 {
			w.skip = func(item int32) bool { return int(item)%(i%3+1) == 0 }
		}
		w.want = append([]kernel.Scored{}, m.Retrieve(w.user, w.history, w.k, w.skip)...)
	}
	return list
}

func largeModel(t *testing.T) *interest.Model {
	t.Helper()
	art, err := servetest.Large(300, 16)
	if err != nil {
		t.Fatal(err)
	}
	return art.Interest
}

func TestGatheredAnswersAreThoseOfTheModel(t *testing.T) {
	m := largeModel(t)
	g, list := newGatherer(m.Index()), manyWished(t, m, 60)
	var group sync.WaitGroup
	for c := range 64 {
		group.Go(func() {
			for n := range 15 {
				w := list[(c*7+n)%len(list)]
				got := append([]kernel.Scored{}, g.retrieve(w.user, w.history, w.k, nil, w.skip)...)
				if diff := cmp.Diff(got, w.want); diff != "" {
					t.Errorf("wish %d: -got +want\n%s", (c*7+n)%len(list), diff)
					return
				}
			}
		})
	}
	group.Wait()
	idle(t, g)
}

// idle fails the test when a gatherer that nobody asks has not all its turns back.
func idle(t *testing.T, g *gatherer) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) != 0 || g.turns != runtime.GOMAXPROCS(0) || len(g.room) != 0 {
		t.Errorf("%d wait, %d turns of %d, %d are let in", len(g.queue), g.turns, runtime.GOMAXPROCS(0), len(g.room))
	}
}

// A request whose rules panic gets its panic back; those beside it get their answers.
func TestGathererOutlivesPanics(t *testing.T) {
	m := largeModel(t)
	g, list := newGatherer(m.Index()), manyWished(t, m, 60)
	var group sync.WaitGroup
	for c := range 64 {
		group.Go(func() {
			for n := range 20 {
				w := list[(c+n)%len(list)]
				if (c+n)%5 == 0 {
					if got := panicOf(func() { g.retrieve(w.user, nil, 3, nil, func(int32) bool { panic(c) }) }); got != c {
						t.Errorf("panicked with %v, want %v", got, c)
					}
					continue
				}
				got := append([]kernel.Scored{}, g.retrieve(w.user, w.history, w.k, nil, w.skip)...)
				if diff := cmp.Diff(got, w.want); diff != "" {
					t.Errorf("-got +want\n%s", diff)
				}
			}
		})
	}
	group.Wait()
	idle(t, g)
}

func panicOf(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

// A pass that ends in a panic of its own gives its turn back, and nobody who took part
// waits for ever.
func TestGathererOutlivesItsPass(t *testing.T) {
	m := largeModel(t)
	g := newGatherer(m.Index())
	w := manyWished(t, m, 3)[2]
	held, let := hold(t, g, w)
	g.mu.Lock()
	turns := g.turns
	g.turns = 0
	g.mu.Unlock()
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() {
			if p := panicOf(func() { g.retrieve(nil, nil, 1, nil, nil) }); p == nil { // no vector
				t.Error("answered without a vector")
			}
		})
	}
	for waiting(g) < 5 { // so that one pass is to answer all
		time.Sleep(time.Millisecond)
	}
	g.mu.Lock()
	g.turns = turns
	g.mu.Unlock()
	close(let)
	<-held
	group.Wait()
	got := append([]kernel.Scored{}, g.retrieve(w.user, w.history, w.k, nil, w.skip)...)
	if diff := cmp.Diff(got, w.want); diff != "" {
		t.Errorf("-got +want\n%s", diff)
	}
	idle(t, g)
}

// hold keeps a pass under way until let is closed; held is closed when it has ended.
func hold(t *testing.T, g *gatherer, w wished) (held, let chan struct{}) {
	t.Helper()
	held, let = make(chan struct{}), make(chan struct{})
	begun := make(chan struct{})
	go func() {
		var once sync.Once
		g.retrieve(w.user, w.history, 1, nil, func(int32) bool {
			once.Do(func() { close(begun); <-let })
			return false
		})
		close(held)
	}()
	<-begun
	return held, let
}

// While passes are under way requests queue up, and the next pass takes many.
func TestGathererSharesPasses(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	m := largeModel(t)
	g := newGatherer(m.Index())
	list := manyWished(t, m, 12)
	held, let := hold(t, g, list[2])
	const n = 2*interest.Together + 2
	passes := make(map[*errand]bool) // by who makes them
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			w := list[i%len(list)]
			got := append([]kernel.Scored{}, g.retrieve(w.user, w.history, w.k, nil, w.skip)...)
			if diff := cmp.Diff(got, w.want); diff != "" {
				t.Errorf("-got +want\n%s", diff)
			}
		})
	}
	for waiting(g) < n {
		time.Sleep(time.Millisecond)
	}
	first := g.join(nil)
	if len(first) != interest.Together-1 {
		t.Errorf("%d join a pass, want %d", len(first), interest.Together-1)
	}
	for _, e := range first { // as the pass they have joined would answer them
		g.index.Retrieve([]*interest.Wish{&e.wish})
		e.turn <- false
		passes[e] = true
	}
	if len(passes) != len(first) {
		t.Errorf("%d errands in %d places", len(passes), len(first))
	}
	close(let)
	<-held
	group.Wait()
	idle(t, g)
}

func waiting(g *gatherer) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.queue)
}

// More than may wait wait to be let in, and are answered.
func TestGathererIsBounded(t *testing.T) {
	m := largeModel(t)
	g := newGatherer(m.Index())
	g.room = make(chan struct{}, 4)
	list := manyWished(t, m, 12)
	held, let := hold(t, g, list[2])
	g.mu.Lock()
	g.turns = 0 // none but the one held
	g.mu.Unlock()
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			w := list[i%len(list)]
			g.retrieve(w.user, w.history, w.k, nil, w.skip)
		})
	}
	for waiting(g) < 3 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(5 * time.Millisecond)
	if n := waiting(g); n != 3 {
		t.Errorf("%d wait beside a pass where 4 are let in", n)
	}
	g.mu.Lock()
	g.turns = runtime.GOMAXPROCS(0) - 1
	g.mu.Unlock()
	close(let)
	<-held
	group.Wait()
	idle(t, g)
}

func TestMayBeginAPass(t *testing.T) {
	for _, c := range []struct {
		turns, spare, queue int
		want                bool
	}{
		{2, 1, 0, false}, {2, 1, 1, true}, {1, 1, 1, false}, {1, 1, enough - 1, false}, {1, 1, enough, true},
		{0, 1, 100, false}, {1, 0, 1, true}, {0, 0, 1, false},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			g := &gatherer{turns: c.turns, spare: c.spare, queue: make([]*errand, c.queue)}
			if got := g.may(); got != c.want {
				t.Errorf("may begin: %v", got)
			}
		})
	}
}

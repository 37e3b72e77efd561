package shadow

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"curio/artifacts/registry"
	"curio/serve/live"
	"curio/serve/recommend"
	"curio/serve/servetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var made sync.Map

func model(t testing.TB, edition string) *live.Model {
	t.Helper()
	if m, ok := made.Load(edition); ok {
		return m.(*live.Model)
	}
	a, err := servetest.Artifact(edition)
	if err != nil {
		t.Fatal(err)
	}
	m := &live.Model{Engine: recommend.New(a), Pointer: registry.Pointer{Version: a.Version}}
	made.Store(edition, m)
	return m
}

// mirrored offers n requests answered by one model to a shadow of another, and returns
// the stats once all were looked at.
func mirrored(t *testing.T, by, other *live.Model, n int, change func(*recommend.Answer)) Stats {
	t.Helper()
	s := New(Options{Other: func() *live.Model { return other }, Share: 1, Clock: time.Now})
	for k := range n {
		r := recommend.Request{User: servetest.UserID(k % 40), N: 10}
		a := by.Engine.Recommend(r)
		if change != nil {
			change(&a)
		}
		s.Offer(by, r, a)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Run(ctx); close(done) }()
	for {
		st := s.Stats()
		if st.Compared+st.Skipped+st.Dropped+st.Failed == uint64(n) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-done
	return s.Stats()
}

func TestCompares(t *testing.T) {
	a, b := model(t, "a"), model(t, "b")
	other := *a
	other.Pointer.Version = "the same under another name"
	if s := mirrored(t, a, &other, 20, nil); s.Compared != 20 || s.Overlap != 20 || s.Shift != 0 || s.Moved != 0 {
		t.Errorf("a model and itself: %+v", s)
	}
	s := mirrored(t, a, b, 20, nil)
	if s.Compared != 20 || s.Overlap <= 0 || s.Overlap >= 20 || s.Dropped != 0 {
		t.Errorf("two models: %+v", s)
	}
	// Half of an answer is gone, and the rest scores higher.
	s = mirrored(t, a, &other, 10, func(x *recommend.Answer) {
		x.Items = x.Items[:5]
		x.Scores = recommend.ScoreProbability
		for i := range x.Items {
			x.Items[i].Score -= 0.25
		}
	})
	if s.Overlap != 5 || s.Pairs != 0 {
		t.Errorf("half an answer: %+v", s)
	}
}

func TestShift(t *testing.T) {
	a := model(t, "a")
	other := *a
	other.Pointer.Version = "another"
	s := New(Options{Other: func() *live.Model { return &other }, Share: 1, Clock: time.Now})
	r := recommend.Request{User: "nobody", N: 4} // popular items, scored by shares
	x := a.Engine.Recommend(r)
	if x.Scores != recommend.ScoreShare {
		t.Fatalf("scores are %s", x.Scores)
	}
	x.Items[0].Score -= 0.5
	x.Items[1].Score += 0.25
	s.Offer(a, r, x)
	j := <-s.queue
	s.compare(&j)
	st := s.Stats()
	if st.Pairs != 4 || math.Abs(st.Shift-0.25) > 1e-6 || math.Abs(st.Moved-0.75) > 1e-6 {
		t.Errorf("%+v, want shifts of 0.5 and -0.25", st)
	}
}

func TestSkips(t *testing.T) {
	a := model(t, "a")
	for name, other := range map[string]*live.Model{"None": nil, "Same": a} {
		if s := mirrored(t, a, other, 3, nil); s.Skipped != 3 || s.Compared != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s := mirrored(t, a, &live.Model{}, 1, nil); s.Skipped+s.Failed != 1 {
		t.Errorf("broken: %+v", s)
	}
}

// A full queue drops at once.
func TestQueueIsBounded(t *testing.T) {
	a := model(t, "a")
	s := New(Options{Other: func() *live.Model { return a }, Queue: 8, Clock: time.Now})
	x := a.Engine.Recommend(recommend.Request{N: 3})
	for range 20 {
		s.Offer(a, recommend.Request{N: 3}, x)
	}
	if st := s.Stats(); st.Dropped != 12 || len(s.queue) != 8 {
		t.Errorf("%+v with %d waiting, want 12 dropped and 8", st, len(s.queue))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.Run(ctx)
	if st := s.Stats(); len(s.queue) != 0 || st.Dropped+st.Skipped != 20 {
		t.Errorf("%+v with %d waiting after the end", st, len(s.queue))
	}
}

// What asking takes is a share of one core: after 10 ms it rests for 90 at a tenth.
func TestRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := New(Options{Share: 0.1, Clock: time.Now, Other: func() *live.Model {
			asked++
			time.Sleep(10 * time.Millisecond)
			return nil
		}})
		for range 100 {
			s.Offer(&live.Model{}, recommend.Request{}, recommend.Answer{})
		}
		ctx, cancel := context.WithTimeout(t.Context(), 995*time.Millisecond)
		defer cancel()
		s.Run(ctx)
		if asked != 10 {
			t.Errorf("asked %d times in a second, want 10", asked)
		}
	})
}

func BenchmarkOffer(b *testing.B) {
	a := model(b, "a")
	s := New(Options{Other: func() *live.Model { return a }, Queue: 1 << 20, Clock: time.Now})
	x := a.Engine.Recommend(recommend.Request{N: 10})
	b.ReportAllocs()
	for b.Loop() {
		s.Offer(a, recommend.Request{N: 10}, x)
	}
}

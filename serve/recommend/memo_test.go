package recommend

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/datasets/event"
	"curio/serve/servetest"
)

func TestMemosAreOfPlainRequests(t *testing.T) {
	e := engine(t, nil)
	user := servetest.UserID(1)
	for name, c := range map[string]struct {
		r    Request
		want bool
	}{
		"Plain":         {Request{User: user, N: 10}, true},
		"Page":          {Request{User: user, N: 10, Offset: 10}, true},
		"Seen":          {Request{User: user, N: 10, IncludeSeen: true}, true},
		"Explain":       {Request{User: user, N: 10, Explain: true}, true},
		"None":          {Request{User: user}, true},
		"Deepest":       {Request{User: user, N: math.MaxUint16, Offset: math.MaxUint16}, true},
		"TooLong":       {Request{User: user, N: math.MaxUint16 + 1}, false},
		"TooDeep":       {Request{User: user, N: 1, Offset: math.MaxUint16 + 1}, false},
		"Negative":      {Request{User: user, N: 1, Offset: -1}, false},
		"Stranger":      {Request{User: "nobody", N: 10}, false},
		"Anonymous":     {Request{N: 10}, false},
		"Events":        {Request{User: user, N: 10, Events: []event.Event{{ItemID: "art-01", Type: event.View}}}, false},
		"Filter":        {Request{User: user, N: 10, Filter: Filter{Category: "art"}}, false},
		"Exclude":       {Request{User: user, N: 10, Filter: Filter{Exclude: []string{"art-01"}}}, false},
		"Prerequisites": {Request{User: user, N: 10, IgnorePrerequisites: true}, false},
		"Diversity":     {Request{User: user, N: 10, Diversity: 0.5}, false},
		"Explore":       {Request{User: user, N: 10, Explore: 0.5}, false},
		"Boosts":        {Request{User: user, N: 10, Boosts: []Boost{{Factor: 2}}}, false},
		"Promotions":    {Request{User: user, N: 10, Promotions: []Promotion{{}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := e.question(&c.r); got != c.want {
				t.Errorf("plain: %v", got)
			}
		})
	}
}

// Whatever is kept is what would be computed, and a different question has a different
// answer.
func TestMemosAreExact(t *testing.T) {
	e, none := engine(t, nil), engine(t, nil)
	none.memos = newMemos(0)
	made := 0
	for range 3 {
		for k := range servetest.Users - 1 {
			for _, r := range []Request{
				{N: 3}, {N: 4}, {N: 3, Offset: 1}, {N: 3, IncludeSeen: true}, {N: 3, Explain: true}, {N: 3, Explain: true, IncludeSeen: true},
			} {
				r.User = servetest.UserID(k)
				want, memo := none.answered(&r, func() Answer { return none.Recommend(r) })
				if memo != nil {
					t.Fatal("kept without memory for it")
				}
				got, memo := e.answered(&r, func() Answer { made++; return none.Recommend(r) })
				if memo == nil {
					t.Fatal("not kept")
				}
				if diff := cmp.Diff(got, want, cmpopts.IgnoreFields(Answer{}, "Memo")); diff != "" {
					t.Fatalf("%+v: -got +want\n%s", r, diff)
				}
			}
		}
	}
	if want := 6 * (servetest.Users - 1); made != want {
		t.Errorf("made %d answers, want %d", made, want)
	}
}

// check fails the test unless what the shelves say of themselves is so, within bytes.
func (m *memos) check(t *testing.T, bytes int) (kept int) {
	t.Helper()
	total := 0
	for i := range m.shelves {
		s := &m.shelves[i]
		s.mu.Lock()
		size := 0
		for _, memo := range s.ring {
			n := memo.answer.bytes()
			if b := memo.body.Load(); b != nil {
				n += len(*b)
			}
			if n != memo.size || !memo.kept || s.answers[memo.asked] != memo {
				t.Errorf("a memo of %d bytes says %d, kept %v", n, memo.size, memo.kept)
			}
			size += n
		}
		if size != s.size || len(s.ring) != len(s.answers) {
			t.Errorf("a shelf of %d bytes says %d; %d memos, %d found", size, s.size, len(s.ring), len(s.answers))
		}
		total, kept = total+size, kept+len(s.ring)
		s.mu.Unlock()
	}
	if total > bytes {
		t.Errorf("memos take %d bytes of %d", total, bytes)
	}
	return kept
}

func TestMemosAreBounded(t *testing.T) {
	for _, bytes := range []int{1, 500, 4096, 100_000, 300_000} {
		t.Run(fmt.Sprint(bytes), func(t *testing.T) {
			m, r := newMemos(bytes), rand.New(rand.NewPCG(1, 2))
			for n := range 4000 {
				q := question{user: int32(r.IntN(700)), n: 10}
				s := m.shelf(q)
				memo := s.find(q)
				if memo == nil {
					_, memo = s.keep(q, Answer{Items: make([]Item, r.IntN(20))})
				}
				if memo == nil {
					continue
				}
				size := r.IntN(3000)
				if got := memo.Encoded(func() []byte { return make([]byte, size) }); len(got) != size && memo.body.Load() == nil {
					t.Fatalf("encoded %d bytes, want %d", len(got), size)
				}
				if n%100 == 0 {
					m.check(t, bytes)
				}
			}
			if kept := m.check(t, bytes); kept == 0 && bytes > 4096 {
				t.Error("nothing is kept")
			}
		})
	}
}

// What was asked for since the hand came by stays longer than what was not.
func TestMemosThatAreUsedStay(t *testing.T) {
	s := &newMemos(20 * memoBytes).shelves[0]
	often := question{user: 1}
	s.keep(often, Answer{})
	for n := range 200 {
		if s.find(often) == nil {
			t.Fatalf("dropped after %d others", n)
		}
		s.keep(question{user: int32(n + 2)}, Answer{})
	}
	if s.find(question{user: 2}) != nil {
		t.Error("the first of those never asked for again is still there")
	}
}

func TestMemosInParallel(t *testing.T) {
	const bytes = 60_000
	e := engine(t, nil)
	e.memos = newMemos(bytes)
	var group sync.WaitGroup
	var encoded atomic.Int64
	for c := range 64 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(c), 4))
			for range 300 {
				request := Request{User: servetest.UserID(r.IntN(40)), N: 1 + r.IntN(4), Offset: r.IntN(3)}
				q, _ := e.question(&request)
				want := fmt.Sprint(q)
				a, m := e.answered(&request, func() Answer { return Answer{Strategy: want, Items: make([]Item, q.n)} })
				if a.Strategy != want {
					t.Errorf("the answer is to %s, not to %s", a.Strategy, want)
				}
				if m == nil {
					continue
				}
				body := m.Encoded(func() []byte { encoded.Add(1); return append(make([]byte, 0, 400), want...) })
				if string(body) != want {
					t.Errorf("encoded %s for %s", body, want)
				}
			}
		})
	}
	group.Wait()
	e.memos.check(t, bytes)
}

// Of two answers that are made at the same time one is kept, and both get its memo.
func TestMemosOfOneQuestionAreOne(t *testing.T) {
	e := engine(t, nil)
	r := Request{User: servetest.UserID(1), N: 10}
	var inner *Memo
	_, outer := e.answered(&r, func() Answer {
		_, inner = e.answered(&r, func() Answer { return Answer{} })
		return Answer{}
	})
	if inner == nil || outer != inner {
		t.Errorf("memos are %p and %p", inner, outer)
	}
	e.memos.check(t, memosBytes)
}

func TestEncodedIsMadeOnce(t *testing.T) {
	s := &newMemos(1 << 20).shelves[0]
	_, m := s.keep(question{}, Answer{})
	if p := panicOf(func() { m.Encoded(func() []byte { panic("first") }) }); p != "first" {
		t.Errorf("panicked with %v", p)
	}
	made := 0
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { m.Encoded(func() []byte { made++; time.Sleep(5 * time.Millisecond); return []byte("x") }) })
	}
	group.Wait()
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

func BenchmarkMemo(b *testing.B) {
	art, err := servetest.Artifact("a")
	if err != nil {
		b.Fatal(err)
	}
	e := New(art)
	r := Request{User: servetest.UserID(1), N: 10}
	e.answered(&r, func() Answer { return Answer{Items: make([]Item, 10)} })
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, m := e.answered(&r, func() Answer { return Answer{} })
			m.Encoded(func() []byte { return []byte("x") })
		}
	})
}

// What is asked again comes before what was asked once, as it was asked.
func TestAsked(t *testing.T) {
	e := engine(t, nil)
	again := Request{User: "user-02", N: 3, Offset: 1, IncludeSeen: true, Explain: true}
	for _, r := range []Request{{User: "user-01", N: 10}, again, again, {User: "nobody", N: 10}, {N: 10}} {
		e.Recommend(r)
	}
	if n := e.MemoBytes(); n < 2*memoBytes || n > 1<<16 {
		t.Errorf("%d bytes", n)
	}
	if diff := cmp.Diff([]Request{again, {User: "user-01", N: 10}}, e.Asked(9)); diff != "" {
		t.Error(diff)
	}
	if got := e.Asked(1); len(got) != 1 || got[0].User != "user-02" {
		t.Errorf("%v", got)
	}
}

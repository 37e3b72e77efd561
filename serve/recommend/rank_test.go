package recommend

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/datasets/event"
	"curio/serve/servetest"
)

// rank is the model's, with and without a head, for any depth.
func TestRankIsTheModels(t *testing.T) {
	for name, e := range map[string]*Engine{"Plain": engine(t, nil), "Head": engine(t, likely(t))} {
		t.Run(name, func(t *testing.T) {
			for k := range servetest.Users - 1 {
				for _, n := range []int{-1, 0, 1, 7, 1000} {
					v := e.newVisit()
					e.meet(v, servetest.UserID(k), nil)
					skip := func(i int32) bool { return int(i)%5 == k%5 }
					got, want := e.rank(v, n, nil, skip), e.art.Interest.Rank(v.vector, v.query, n, skip)
					if diff := cmp.Diff(got, want, cmpopts.EquateEmpty()); diff != "" {
						t.Fatalf("user %d, %d items: -got +want\n%s", k, n, diff)
					}
				}
			}
		})
	}
}

// An answer is the same alone and beside any others.
func TestAnswersTogetherAreThoseAlone(t *testing.T) {
	art, err := servetest.Large(500, 16)
	if err != nil {
		t.Fatal(err)
	}
	e := New(art)
	e.memos = newMemos(0)
	requests, want := make([]Request, 64), make([]Answer, 64)
	for n := range requests {
		r := Request{User: servetest.UserID(n % 40), N: 1 + n%30, Offset: n % 7, Explain: n%5 == 0, IncludeSeen: n%4 == 0}
		if n%2 == 0 {
			r.Events = []event.Event{{ItemID: servetest.ItemID("law", n), Type: event.Complete, TS: servetest.AsOf}}
		}
		if n%3 == 0 {
			r.Filter.Category = servetest.Categories[n%4]
		}
		for i := range n % 20 {
			r.Filter.Exclude = append(r.Filter.Exclude, servetest.ItemID("art", i*7))
		}
		requests[n], want[n] = r, e.Recommend(r)
	}
	var group sync.WaitGroup
	for c := range 64 {
		group.Go(func() {
			for n := range 20 {
				at := (c*5 + n) % len(requests)
				if diff := cmp.Diff(e.Recommend(requests[at]), want[at]); diff != "" {
					t.Error(fmt.Sprintf("request %d: -together +alone\n", at) + diff)
					return
				}
			}
		})
	}
	group.Wait()
}

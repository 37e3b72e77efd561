package bench

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
)

func few() Recommend {
	return Recommend{Users: 130, Items: 1200, Dim: 8, Edges: 9, History: 5, Length: 4, Rounds: 2, Workers: 2}
}

// Lists are what serving retrieves, at any number of workers.
func TestRecommendListsAreRetrieved(t *testing.T) {
	for _, graph := range []bool{false, true} {
		w, err := few().model(graph)
		if err != nil {
			t.Fatal(err)
		}
		lists, err := w.lists(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for u, list := range lists {
			v := make([]float32, w.Dim)
			w.m.User(v, interest.Query{User: int32(u), History: w.history[u]})
			want := w.m.Retrieve(v, w.history[u], w.Length, func(i int32) bool { return slices.Contains(w.seen[u], i) })
			if diff := cmp.Diff(want, list); diff != "" {
				t.Fatalf("graph %t, user %d (retrieved, listed):\n%s", graph, u, diff)
			}
		}
		for _, workers := range []int{1, 16} {
			w.Workers = workers
			again, err := w.lists(t.Context())
			if diff := cmp.Diff(lists, again); diff != "" || err != nil {
				t.Fatalf("%d workers: error %v\n%s", workers, err, diff)
			}
		}
	}
}

func TestRecommend(t *testing.T) {
	r, err := few().Run(t.Context(), ticks(5*time.Second, 2*time.Second), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range r.Passes {
		if p.Seconds != 2 || p.UsersPS != 65 {
			t.Errorf("%s took %v s, %v users/s", p.Pass, p.Seconds, p.UsersPS)
		}
		got = append(got, p.Pass)
	}
	if want := "lists evaluate lists evaluate"; strings.Join(got, " ") != want || r.Passes[1].Graph || !r.Passes[2].Graph {
		t.Errorf("passes %v", r.Passes)
	}
	var text strings.Builder
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the best 4 of 1200 items for 130 users", "65 users/s", "evaluate with the graph"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, &text)
		}
	}
}

// TestRecommendLimits makes the smallest there is, and one more than fits.
func TestRecommendLimits(t *testing.T) {
	for name, c := range map[string]struct {
		q    Recommend
		fits bool
	}{
		"Least":        {Recommend{Users: 1, Items: 1, Dim: 1, Length: 1, Rounds: 1, Workers: 1}, true},
		"AllEdges":     {Recommend{Users: 1, Items: 3, Dim: 1, Edges: 3, Length: 3, History: 2, Rounds: 1, Workers: 3}, true},
		"ManyEdges":    {Recommend{Users: 1, Items: 3, Dim: 1, Edges: 4, Length: 1}, false},
		"LongHistory":  {Recommend{Users: 1, Items: 3, Dim: 1, History: 3, Length: 1}, false},
		"LongList":     {Recommend{Users: 1, Items: 3, Dim: 1, Length: 4}, false},
		"BlockAndOne":  {Recommend{Users: sweepUsers + 1, Items: 2, Dim: 1, Length: 1, Rounds: 1, Workers: 1}, true},
		"WholeHistory": {Recommend{Users: 2, Items: 3, Dim: 1, History: 2, Length: 1, Rounds: 1, Workers: 1}, true},
	} {
		if err := c.q.Check(); (err == nil) != c.fits {
			t.Errorf("%s: error %v", name, err)
		}
		if !c.fits {
			continue
		}
		if _, err := c.q.Run(t.Context(), ticks(time.Second), io.Discard); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCPUTimeGoesOn(t *testing.T) {
	before := cpuTime()
	if before == 0 {
		t.Skip("this system does not say")
	}
	x := 1.5
	for start := time.Now(); cpuTime() == before && time.Since(start) < 10*time.Second; {
		x = math.Sqrt(x)
	}
	if cpuTime() <= before {
		t.Errorf("CPU time is %v after %v (%v)", cpuTime(), before, x)
	}
}

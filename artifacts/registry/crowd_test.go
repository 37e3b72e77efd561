package registry

import (
	"fmt"
	"sync"
	"testing"

	"curio/artifacts/bundle"
)

// TestCrowd: eight publishers that move one alias fifty times each lose nothing, while
// collections run beside them.
func TestCrowd(t *testing.T) {
	t.Parallel()
	const publishers, each = 8, 50
	s := bucket(t)
	bundleOf := func(n int) *bundle.Bundle {
		b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "test"}}
		if err := b.Add("own", "text", fmt.Append(nil, n)); err != nil {
			t.Error(err)
		}
		return b
	}
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			r := New(s, still) // as in a process of its own
			for i := range each {
				version, err := r.Publish(t.Context(), bundleOf(p*each+i))
				if err == nil {
					err = r.Move(t.Context(), "latest", version, "", fmt.Sprint(p), fmt.Sprint(i))
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 3 {
		collect(t, New(s, still), strict)
	}
	wg.Wait()

	r := New(s, still)
	versions, err := r.Versions(t.Context())
	if err != nil || len(versions) != publishers*each {
		t.Errorf("%d versions, %v, want %d", len(versions), err, publishers*each)
	}
	states, err := r.History(t.Context(), "latest")
	if err != nil || len(states) != publishers*each {
		t.Fatalf("%d states, %v, want %d", len(states), err, publishers*each)
	}
	from, next := "", map[string]int{}
	for i, p := range states {
		if p.Seq != int64(i+1) || p.From != from || p.Why != fmt.Sprint(next[p.By]) {
			t.Errorf("state %d is %+v after %q", i+1, p, from)
		}
		next[p.By]++
		from = p.Version
	}
	wantClean(t, s)
	wantWhole(t, s)
}

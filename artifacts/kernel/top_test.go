package kernel

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sorted is the definition of Top: all but NaN, in order, cut at k.
func sorted(scores []float32, first int32, k int) []Scored {
	all := []Scored{}
	for i, s := range scores {
		if s == s {
			all = append(all, Scored{first + int32(i), s})
		}
	}
	slices.SortFunc(all, func(a, b Scored) int {
		switch {
		case a.Score > b.Score || a.Score == b.Score && a.Index < b.Index:
			return -1
		}
		return 1
	})
	return all[:min(k, len(all))]
}

// scoresWithTies returns n scores of few distinct values, with NaN, infinities
// and both zeros among them.
func scoresWithTies(s source, n, distinct int) []float32 {
	x := s.vector(n, s.IntN(16))
	for i := range x {
		switch s.IntN(20) {
		case 0:
			x[i] = float32(math.NaN())
		case 1:
			x[i] = float32(math.Inf(1 - 2*s.IntN(2)))
		case 2:
			x[i] = float32(math.Copysign(0, float64(x[i])))
		default:
			x[i] = float32(s.IntN(distinct)) / 7
		}
	}
	return x
}

func TestTopAgainstSort(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(50)
		top := NewTop(3)
		for range 400 {
			n, k, first := s.IntN(500), s.IntN(40), int32(s.IntN(1000)-500)
			x := scoresWithTies(s, n, 1+s.IntN(300))
			want := sorted(x, first, k)

			top.Reset(k)
			top.Scan(x, first)
			if diff := cmp.Diff(want, top.Sorted([]Scored{})); diff != "" {
				t.Fatalf("n=%d k=%d scanned at once (-want +got):\n%s", n, k, diff)
			}

			// In parts, last first: ties then enter by their smaller index.
			top.Reset(k)
			for end := n; end > 0; {
				start := max(0, end-1-s.IntN(100))
				top.Scan(x[start:end], first+int32(start))
				end = start
			}
			if diff := cmp.Diff(want, top.Sorted([]Scored{})); diff != "" {
				t.Fatalf("n=%d k=%d scanned in parts (-want +got):\n%s", n, k, diff)
			}

			top.Reset(k)
			for _, i := range s.Perm(n) {
				top.Push(first+int32(i), x[i])
			}
			if diff := cmp.Diff(want, top.Sorted([]Scored{})); diff != "" {
				t.Fatalf("n=%d k=%d pushed in any order (-want +got):\n%s", n, k, diff)
			}
		}
	})
}

// One score over the threshold, at each place of a long run.
func TestTopScanFindsEveryPlace(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		for n := 1; n < 200; n++ {
			x := make([]float32, n)
			for i := range x {
				x[i] = 2
				top := NewTop(1)
				top.Push(-1, 1)
				top.Scan(x, 0)
				if got, want := top.Sorted(nil), (Scored{int32(i), 2}); got[0] != want {
					t.Fatalf("n=%d: got %v, want %v", n, got[0], want)
				}
				x[i] = 1
			}
		}
	})
}

func TestTopThreshold(t *testing.T) {
	top := NewTop(2)
	if got := top.Threshold(); !math.IsInf(float64(got), -1) {
		t.Errorf("empty: %v, want -Inf", got)
	}
	top.Push(4, 0.5)
	top.Push(5, float32(math.NaN()))
	if got := top.Threshold(); !math.IsInf(float64(got), -1) || top.Len() != 1 {
		t.Errorf("one of two: %v with %d kept, want -Inf with 1", got, top.Len())
	}
	top.Push(6, 0.75)
	if got := top.Threshold(); got != 0.5 {
		t.Errorf("full: %v, want 0.5", got)
	}
	for _, k := range []int{0, -3} {
		top.Reset(k)
		top.Push(1, 1)
		top.Scan([]float32{1, 2, 3}, 0)
		if got := top.Threshold(); !math.IsInf(float64(got), 1) || len(top.Sorted(nil)) != 0 {
			t.Errorf("k=%d: threshold %v with %v kept, want +Inf and none", k, got, top.Sorted(nil))
		}
	}
}

func TestTopSortedAppendsAndLeavesTop(t *testing.T) {
	top := NewTop(2)
	top.Scan([]float32{1, 3, 2}, 10)
	head := Scored{Index: 99}
	want := []Scored{head, {11, 3}, {12, 2}}
	for range 2 {
		if diff := cmp.Diff(want, top.Sorted([]Scored{head})); diff != "" {
			t.Fatal(diff)
		}
	}
}

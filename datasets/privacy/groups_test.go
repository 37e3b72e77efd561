package privacy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithhold(t *testing.T) {
	for _, c := range []struct {
		n, k int
		want bool
	}{
		{4, 5, true}, {5, 5, false}, {6, 5, false},
		{4, 0, true}, {5, 0, false}, {4, -1, true}, {5, -1, false},
		{0, 1, true}, {1, 1, false}, {0, 5, true}, {-1, 5, true},
	} {
		if got := Withhold(c.n, c.k); got != c.want {
			t.Errorf("%d of at least %d: withheld %v", c.n, c.k, got)
		}
	}
}

func TestProtect(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		want   string // - where withheld
	}{
		"None":            {nil, ""},
		"AllLarge":        {[]int{5, 6, 100}, "+++"},
		"AllSmall":        {[]int{1, 2, 4}, "---"},
		"OneTakesNext":    {[]int{100, 4, 9, 7}, "+-+-"},
		"NextOfEqual":     {[]int{4, 9, 9, 9}, "--++"},
		"TwoEnough":       {[]int{4, 1, 9, 7}, "--++"},
		"TwoBelow":        {[]int{2, 2, 9, 7}, "--+-"},
		"TwoAt":           {[]int{2, 3, 9, 7}, "--++"},
		"Empty":           {[]int{0, 9, 7}, "-+-"},
		"OnlyOneAndLarge": {[]int{3, 80}, "--"},
		"Single":          {[]int{3}, "-"},
		"SingleLarge":     {[]int{5}, "+"},
		"Negative":        {[]int{-3, 80, 90}, "--+"},
	} {
		got := make([]byte, len(c.counts))
		for i, w := range Protect(c.counts, 5) {
			got[i] = map[bool]byte{true: '-', false: '+'}[w]
		}
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Whatever the counts, nothing below k is published and what the total gives
// away of the others is not below k either; and no more is withheld than needed.
func TestProtectEverywhere(t *testing.T) {
	const k = 3
	for n := range 1 << 12 {
		counts := []int{n & 7, n >> 3 & 7, n >> 6 & 7, n >> 9 & 7}
		groups, users, largest := 0, 0, 0
		withheld := Protect(counts, k)
		published := false
		for i, c := range counts {
			if !withheld[i] {
				published = true
				if c < k {
					t.Fatalf("%v: %d is published", counts, c)
				}
				continue
			}
			groups, users, largest = groups+1, users+c, max(largest, c)
		}
		if groups > 0 && published && (groups < 2 || users < k) {
			t.Fatalf("%v: %d groups of %d users are withheld", counts, groups, users)
		}
		if groups > 2 && largest >= k && users-largest >= k {
			t.Fatalf("%v: %d need not be withheld", counts, largest)
		}
	}
}

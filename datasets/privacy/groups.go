package privacy

import (
	"cmp"
	"slices"
)

// MinGroup is the least number of users behind a published aggregate, unless the
// configuration says otherwise.
const MinGroup = 5

// Withhold reports whether an aggregate over n users must not be published when k
// is the least number. A k below 1 means MinGroup. Nobody is fewer than k too.
func Withhold(n, k int) bool { return n < least(k) }

func least(k int) int {
	if k < 1 {
		return MinGroup
	}
	return k
}

// Protect says which groups to withhold, of disjoint ones whose total is known or
// can be guessed; counts are users. A group below k is withheld, and where those
// withheld are only one, or below k together, the total less what is published
// would tell of them: the next smallest are withheld as well, of equal ones the
// first, until two or more groups of k or more users together are. A k below 1
// means MinGroup. A total below k is for the caller to withhold.
//
// It does not protect against several tables over the same users that cut them
// differently, nor against the difference of two tables from before and after a
// user came.
func Protect(counts []int, k int) []bool {
	k = least(k)
	withheld := make([]bool, len(counts))
	order := make([]int, len(counts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(counts[a], counts[b]) })
	groups, users := 0, 0
	for _, i := range order {
		if counts[i] >= k && (groups == 0 || users >= k) {
			break
		}
		withheld[i] = true
		groups++
		users += max(0, counts[i])
	}
	return withheld
}

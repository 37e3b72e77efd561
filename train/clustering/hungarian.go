package clustering

import (
	"math"
	"slices"
)

// assignment returns for each row of gains, which is square and holds values
// within ±2^40, the column to give it so that the gains of all pairs sum to the
// most; no column is given twice.
//
// It is the Hungarian method (Kuhn 1955; Munkres 1957) in the form with shortest
// augmenting paths, O(n^3) in all (Lawler, Combinatorial Optimization, 1976, ch.
// 5): rows join one by one, each along the path that costs least by prices of rows
// and columns at which no pair costs less than nothing. Integers make it exact, and
// of equal answers it always finds the same.
func assignment(gains [][]int) []int {
	n := len(gains)
	rowPrice, columnPrice := make([]int, n+1), make([]int, n+1)
	holder := make([]int, n+1) // by column, from 1: its row, from 1; 0 for none
	back := make([]int, n+1)   // by column: the column before it on the path
	for row := 1; row <= n; row++ {
		holder[0] = row
		slack, done := slices.Repeat([]int{math.MaxInt}, n+1), make([]bool, n+1)
		at := 0
		for holder[at] != 0 {
			done[at] = true
			from, next, least := holder[at], 0, math.MaxInt
			for c := 1; c <= n; c++ {
				if done[c] {
					continue
				}
				if cost := -gains[from-1][c-1] - rowPrice[from] - columnPrice[c]; cost < slack[c] {
					slack[c], back[c] = cost, at
				}
				if slack[c] < least {
					least, next = slack[c], c
				}
			}
			for c := range done {
				switch {
				case done[c]:
					rowPrice[holder[c]] += least
					columnPrice[c] -= least
				case c > 0:
					slack[c] -= least
				}
			}
			at = next
		}
		for at != 0 {
			holder[at] = holder[back[at]]
			at = back[at]
		}
	}
	columns := make([]int, n)
	for c := 1; c <= n; c++ {
		columns[holder[c]-1] = c - 1
	}
	return columns
}

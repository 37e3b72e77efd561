package clustering

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Every assignment of up to six rows is tried, and the best one gains as much.
func TestAssignmentGainsTheMost(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 600 {
		n := round % 7
		limit := []int{2, 10, 1 << 20}[round%3] // small numbers make ties
		gains := make([][]int, n)
		for i := range gains {
			gains[i] = make([]int, n)
			for j := range gains[i] {
				gains[i][j] = r.IntN(limit)
				if round%4 == 0 {
					gains[i][j] -= limit / 2
				}
			}
		}
		columns := assignment(gains)
		given, total := make([]bool, n), 0
		for i, c := range columns {
			if given[c] {
				t.Fatalf("%v: column %d is given twice: %v", gains, c, columns)
			}
			given[c] = true
			total += gains[i][c]
		}
		if most := mostOf(gains, make([]bool, n)); total != most {
			t.Fatalf("%v gains %d by %v, want %d", gains, total, columns, most)
		}
	}
}

// mostOf is the most that the rows gain with the columns that are free.
func mostOf(gains [][]int, taken []bool) int {
	if len(gains) == 0 {
		return 0
	}
	most := -1 << 60
	for c := range taken {
		if !taken[c] {
			taken[c] = true
			most = max(most, gains[0][c]+mostOf(gains[1:], taken))
			taken[c] = false
		}
	}
	return most
}

func BenchmarkAssignment(b *testing.B) {
	for _, n := range []int{8, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			gains := make([][]int, n)
			for i := range gains {
				for range n {
					gains[i] = append(gains[i], r.IntN(1000))
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				assignment(gains)
			}
		})
	}
}

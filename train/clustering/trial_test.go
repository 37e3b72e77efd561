package clustering

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestAgreement(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []int32
		want float64
	}{
		"Equal":        {[]int32{0, 0, 1, 1, 2}, []int32{0, 0, 1, 1, 2}, 1},
		"Renamed":      {[]int32{0, 0, 1, 1, 2}, []int32{2, 2, 0, 0, 1}, 1},
		"AllTogether":  {[]int32{0, 0, 0}, []int32{0, 0, 0}, 1},
		"OneAgainst2":  {[]int32{0, 0, 0, 0}, []int32{0, 0, 1, 1}, 0},
		"WorseThanNil": {[]int32{0, 0, 1, 1}, []int32{0, 1, 0, 1}, -0.5},
		"ByHand":       {[]int32{0, 0, 0, 1, 1, 1}, []int32{0, 0, 1, 1, 2, 2}, 8. / 33}, // (2 - 6*3/15) / ((6+3)/2 - 6*3/15)
	} {
		if got := agreement(c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if a, b := agreement(c.a, c.b), agreement(c.b, c.a); a != b {
			t.Errorf("%s: %v one way round and %v the other", name, a, b)
		}
	}
}

func TestHalves(t *testing.T) {
	for _, rows := range []int{2, 3, 1001} {
		whole := &table{dim: 1, count: rows}
		for i := range rows {
			whole.z = append(whole.z, float64(i))
		}
		halves := whole.halves(rand.New(rand.NewPCG(1, 1)))
		seen := make([]int, rows)
		for _, h := range halves {
			for _, z := range h.z {
				seen[int(z)]++
			}
		}
		for i, n := range seen {
			if n != 1 {
				t.Fatalf("row %d of %d is there %d times", i, rows, n)
			}
		}
		if a, b := halves[0].count, halves[1].count; b-a != rows%2 {
			t.Errorf("%d rows make %d and %d", rows, a, b)
		}
	}
}

func TestPick(t *testing.T) {
	c := func(f family, k int, stability, criterion float64) Candidate {
		return Candidate{Segments: k, Family: string(f), Stability: stability, Criterion: criterion}
	}
	explains := func(c Candidate, bic float64) Candidate {
		c.BIC = bic
		return c
	}
	for name, test := range map[string]struct {
		all    []Candidate
		wanted int
		want   int
	}{
		"Nothing":             {nil, 0, -1},
		"OnlyOneComponent":    {[]Candidate{c(free, 1, 1, 0)}, 0, -1},
		"LeastCriterion":      {[]Candidate{c(free, 4, 0.97, 50), c(free, 3, 0.98, 40), c(free, 2, 0.98, 45)}, 0, 1},
		"UnstableDoesNotWin":  {[]Candidate{c(free, 4, 0.70, 10), c(free, 3, 0.98, 40)}, 0, 1},
		"JustStableEnough":    {[]Candidate{c(free, 4, 0.981, 10), c(free, 3, 1, 40)}, 0, 0},
		"JustNot":             {[]Candidate{c(free, 4, 0.979, 10), c(free, 3, 1, 40)}, 0, 1},
		"FinestFamily":        {[]Candidate{c(free, 3, 0.98, 10), c(tied, 5, 0.98, 60), c(tied, 4, 0.98, 55)}, 0, 2},
		"OtherExplainsMore":   {[]Candidate{explains(c(free, 4, 0.99, 99), 10), c(tied, 5, 0.98, 60), explains(c(tied, 4, 0.99, 55), 20)}, 0, 0},
		"OtherIsLessStable":   {[]Candidate{explains(c(free, 4, 0.98, 99), 10), c(tied, 5, 0.98, 60), explains(c(tied, 4, 0.99, 55), 20)}, 0, 2},
		"OtherExplainsLess":   {[]Candidate{explains(c(free, 4, 0.99, 99), 30), c(tied, 5, 0.98, 60), explains(c(tied, 4, 0.99, 55), 20)}, 0, 2},
		"NotPastAutoSegments": {[]Candidate{c(free, AutoSegments+1, 1, 1), c(free, AutoSegments, 0.9, 2)}, 0, 1},
		"Wanted":              {[]Candidate{c(free, 6, 0.5, 9), c(free, 5, 0.9, 9), c(tied, 6, 0.6, 99)}, 6, 2},
		"FewerThanWanted":     {[]Candidate{c(free, 8, 0.9, 1), c(free, 5, 0.1, 9), c(free, 4, 0.9, 9)}, 7, 1},
		"NoneAsFewAsWanted":   {[]Candidate{c(free, 8, 0.9, 1)}, 7, -1},
	} {
		if got := pick(test.all, test.wanted); got != test.want {
			t.Errorf("%s: candidate %d, want %d", name, got, test.want)
		}
	}
}

package clustering

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// awkward are kinds of rows that fits of normal densities are known to choke on. Each
// draws up to so many.
var awkward = []struct {
	name string
	draw func(r *rand.Rand, rows int) Input
}{
	{"Retail", retail},
	{"Lattice", func(r *rand.Rand, rows int) Input {
		width := 1 + r.IntN(5)
		return filled(r, rows, width, func(x []float32) {
			for j := range x {
				x[j] = float32(r.IntN(2 + j))
			}
		})
	}},
	{"Duplicates", func(r *rand.Rand, rows int) Input { // of a few points
		points := make([][3]float32, 1+r.IntN(9))
		for i := range points {
			points[i] = [3]float32{r.Float32(), r.Float32(), r.Float32()}
		}
		return filled(r, rows, 3, func(x []float32) { copy(x, points[r.IntN(len(points))][:]) })
	}},
	{"HeavyTails", func(r *rand.Rand, rows int) Input {
		return filled(r, rows, 1+r.IntN(6), func(x []float32) {
			for j := range x {
				x[j] = float32(max(-maxValue, min(maxValue, 1/(2*r.Float64()-1)))) // a kind of Cauchy's
			}
		})
	}},
	{"FewRows", func(r *rand.Rand, rows int) Input {
		return filled(r, 1+r.IntN(30), 1+r.IntN(12), func(x []float32) {
			for j := range x {
				x[j] = float32(r.NormFloat64())
			}
		})
	}},
	{"OneColumn", func(r *rand.Rand, rows int) Input {
		return filled(r, rows, 1, func(x []float32) { x[0] = float32(r.IntN(3)) + float32(r.NormFloat64()*0.2) })
	}},
	{"Constant", func(r *rand.Rand, rows int) Input { // columns, but for some
		return filled(r, rows, 6, func(x []float32) {
			for j := range x {
				x[j] = float32(j)
			}
			x[r.IntN(2)] += float32(r.IntN(4))
		})
	}},
	{"Copies", func(r *rand.Rand, rows int) Input { // of one column
		return filled(r, rows, 8, func(x []float32) {
			v := float32(r.ExpFloat64())
			for j := range x {
				x[j] = v * float32(j+1)
			}
		})
	}},
	{"Shares", func(r *rand.Rand, rows int) Input {
		s := Shares{Field: Category, Names: []string{"a", "b", "c", "d", "e"}}
		for range rows {
			x := make([]float32, len(s.Names))
			if r.IntN(4) > 0 { // the others have no interest
				x[r.IntN(len(x))] = 1
			}
			s.X = append(s.X, x...)
		}
		return Input{Shares: []Shares{s}}
	}},
	{"Outliers", func(r *rand.Rand, rows int) Input {
		return filled(r, rows, 4, func(x []float32) {
			far := 1.0
			if r.IntN(50) == 0 {
				far = 1e4
			}
			for j := range x {
				x[j] = float32(far * r.NormFloat64())
			}
		})
	}},
}

// filled is rows of some behaviours.
func filled(r *rand.Rand, rows, width int, fill func(x []float32)) Input {
	in := Input{X: make([]float32, rows*width)}
	for j := range width {
		in.Names = append(in.Names, fmt.Sprintf("column %d", j))
	}
	for i := range rows {
		fill(in.X[i*width : (i+1)*width])
	}
	return in
}

// retail draws rows like the recency, frequency and amount of a shop's customers, a
// third of which has one invoice.
func retail(r *rand.Rand, rows int) Input {
	in := filled(r, rows, 3, func(x []float32) {
		invoices, days := 1, r.IntN(365)
		if r.IntN(3) > 0 {
			invoices = 2 + int(3*r.ExpFloat64())
		}
		if invoices > 4 {
			days /= 6
		}
		amount := 5 + math.Log(float64(invoices)) + 0.7*r.NormFloat64()
		x[0], x[1], x[2] = float32(math.Log1p(float64(days))), float32(math.Log(float64(invoices))), float32(amount)
	})
	in.Names = []string{"recency", "frequency", "monetary"}
	return in
}

// TestFitSurvives runs 200 seeds of rows that golearn, left alone, panics on or never
// ends with.
func TestFitSurvives(t *testing.T) {
	seeds := 200
	if testing.Short() { // with the race detector
		seeds = 40
	}
	for _, method := range Methods {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			segments, longest := 0, time.Duration(0)
			for seed := range uint64(seeds) {
				r := rand.New(rand.NewPCG(seed, 96))
				kind := awkward[int(seed)%len(awkward)]
				in := kind.draw(r, 20+r.IntN(180))
				o := Options{Seed: seed, Segments: r.IntN(7), Restarts: 3, MinSize: 1 + r.IntN(8), Method: method}
				began := time.Now()
				result, err := Fit(context.Background(), in, o)
				longest = max(longest, time.Since(began))
				if err != nil {
					t.Errorf("%s, seed %d: %v", kind.name, seed, err)
					continue
				}
				k := len(result.Model.Segments())
				if k < 1 || o.Segments > 0 && k > o.Segments || len(result.Members) != in.rows() {
					t.Errorf("%s, seed %d: %d segments, %d asked for, %d members of %d", kind.name, seed, k, o.Segments, len(result.Members), in.rows())
				}
				for c, n := range count(result.Members, k) {
					if n < o.MinSize && k > 1 {
						t.Errorf("%s, seed %d: segment %d has %d members, want at least %d", kind.name, seed, c, n, o.MinSize)
					}
				}
				segments += k
			}
			t.Logf("%.1f segments on average, the longest fit took %v", float64(segments)/float64(seeds), longest.Round(time.Millisecond))
		})
	}
}

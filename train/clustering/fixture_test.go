package clustering

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// gaussians draws rows from k normal components of unequal size, each with a
// covariance of its own, whose means are apart on average by distance times the
// square root of 2d. It returns the rows and the component of each.
func gaussians(rows, d, k int, distance float64, seed uint64) (Input, []int32) {
	r := rand.New(rand.NewPCG(seed, 99))
	weights, means, roots := make([]float64, k), make([][]float64, k), make([][]float64, k)
	total := 0.0
	for c := range k {
		weights[c] = 0.3 + 1.7*r.Float64()
		total += weights[c]
		means[c], roots[c] = make([]float64, d), make([]float64, d*d)
		for j := range d {
			means[c][j] = distance * r.NormFloat64()
		}
		for j := range roots[c] {
			roots[c][j] = r.NormFloat64() / math.Sqrt(float64(d))
		}
		for j := range d {
			roots[c][j*d+j] += 0.5
		}
	}
	var in Input
	for j := range d {
		in.Names = append(in.Names, fmt.Sprintf("feature %d", j))
	}
	truth := make([]int32, rows)
	deviate := make([]float64, d)
	for i := range truth {
		u, c := r.Float64()*total, 0
		for c < k-1 && u > weights[c] {
			u -= weights[c]
			c++
		}
		truth[i] = int32(c)
		for j := range deviate {
			deviate[j] = r.NormFloat64()
		}
		for j := range d {
			v := means[c][j]
			for l, e := range deviate {
				v += roots[c][j*d+l] * e
			}
			in.X = append(in.X, float32(v))
		}
	}
	return in, truth
}

// fans draws users of k groups with two favourite categories each of 2k, met a
// few times, and a behaviour that differs a little from group to group beside
// ones that do not.
func fans(rows, k int, seed uint64) (Input, []int32) {
	r := rand.New(rand.NewPCG(seed, 98))
	in := Input{Names: []string{"activity.log_events", "learning.completion_rate", "interaction.log_likes"}}
	categories := Shares{Field: Category}
	for c := range 2 * k {
		categories.Names = append(categories.Names, fmt.Sprintf("category %c", 'A'+c))
	}
	truth := make([]int32, rows)
	for i := range truth {
		g := r.IntN(k)
		truth[i] = int32(g)
		events := 4 + int(20*r.ExpFloat64())
		counts := make([]float64, 2*k)
		for range events {
			switch u := r.Float64(); {
			case u < 0.5:
				counts[2*g]++
			case u < 0.85:
				counts[2*g+1]++
			default:
				counts[r.IntN(2*k)]++
			}
		}
		rate := 1 / (1 + math.Exp(float64(g)-1+0.7*r.NormFloat64()))
		likes := r.IntN(events)
		in.X = append(in.X, float32(math.Log1p(float64(events))), float32(rate), float32(math.Log1p(float64(likes))))
		for _, n := range counts {
			categories.X = append(categories.X, float32(n/float64(events)))
		}
	}
	in.Shares = []Shares{categories}
	return in, truth
}

func mustFit(t testing.TB, in Input, o Options) *Result {
	t.Helper()
	r, err := Fit(context.Background(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fingerprint is everything that has to repeat.
func fingerprint(t testing.TB, r *Result) string {
	t.Helper()
	model, err := json.Marshal(r.Model)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := json.Marshal(struct {
		Members            []int32
		Quality            Quality
		Candidates         []Candidate
		Attempts, Failures int
	}{r.Members, r.Quality, r.Candidates, r.Attempts, r.Failures})
	if err != nil {
		t.Fatal(err)
	}
	return string(model) + string(rest)
}

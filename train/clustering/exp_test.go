package clustering

import (
	"context"
	"encoding/gob"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

type dump struct { Names, Cats []string; X, A []float32; Y []int; Events []int64; Cnt, Flat []float32 }
func load(seed int) dump { f, err := os.Open(fmt.Sprintf("/tmp/w/seg_%d.gob", seed)); if err != nil { panic(err) }; var d dump; gob.NewDecoder(f).Decode(&d); f.Close(); return d }
func envf(k string, d float64) float64 { v := d; fmt.Sscan(os.Getenv(k), &v); return v }
func gmix(n, d, k int, seed uint64, sep float64) ([]float32, []int) {
	r := rand.New(rand.NewPCG(seed, 7))
	w := make([]float64, k); tot := 0.0
	for c := range w { w[c] = 0.3 + r.Float64()*1.7; tot += w[c] }
	means := make([][]float64, k); mix := make([][]float64, k)
	for c := range k {
		means[c] = make([]float64, d); mix[c] = make([]float64, d*d)
		for j := range d { means[c][j] = sep * r.NormFloat64() }
		for j := range mix[c] { mix[c][j] = r.NormFloat64() / math.Sqrt(float64(d)) }
		for j := range d { mix[c][j*d+j] += 0.5 }
	}
	x := make([]float32, 0, n*d); y := make([]int, n); e := make([]float64, d)
	for i := range n {
		u := r.Float64() * tot; c := 0
		for u > w[c] && c < k-1 { u -= w[c]; c++ }
		y[i] = c
		for j := range e { e[j] = r.NormFloat64() }
		for j := range d { v := means[c][j]; for l := range d { v += mix[c][j*d+l] * e[l] }; x = append(x, float32(v)) }
	}
	return x, y
}
func xari(a []int32, b []int) float64 {
	type pair struct{ a, b int }
	n := map[pair]float64{}; ra := map[int]float64{}; rb := map[int]float64{}
	for i := range a { n[pair{int(a[i]), b[i]}]++; ra[int(a[i])]++; rb[b[i]]++ }
	c2 := func(x float64) float64 { return x * (x - 1) / 2 }
	var s, sa, sb float64
	for _, v := range n { s += c2(v) }
	for _, v := range ra { sa += c2(v) }
	for _, v := range rb { sb += c2(v) }
	t := c2(float64(len(a))); e := sa * sb / t
	return (s - e) / ((sa+sb)/2 - e)
}
func TestExpSynth(t *testing.T) {
	for _, src := range []string{"a", "cnt"} {
		for seed := 1; seed <= int(envf("NS", 5)); seed++ {
			d := load(seed)
			in := Input{Names: d.Names, X: d.X, Categories: d.Cats, Affinity: d.A}
			if src == "cnt" {
				c := len(d.Cats); in.Affinity = make([]float32, len(d.Cnt))
				for i := range len(d.Y) { s := float32(0); for j := range c { s += d.Cnt[i*c+j] }; if s > 0 { for j := range c { in.Affinity[i*c+j] = d.Cnt[i*c+j] / s } } }
			}
			t0 := time.Now()
			r, err := Fit(context.Background(), in, Options{Seed: uint64(envf("SEED", 1)), Workers: 2, Segments: int(envf("K", 0))})
			if err != nil { t.Fatal(err) }
			fmt.Printf("%s seed %d k %d dim %d ari %.3f sil %.3f att %d fail %d %v\n", src, seed, len(r.Model.Segments()), r.Model.Dim(), xari(r.Members, d.Y), r.Silhouette, r.Attempts, r.Failures, time.Since(t0).Round(1e6))
			if os.Getenv("V") != "" {
				for _, s := range r.Model.Segments() { fmt.Printf("   %s %q %d %.3f %+.2v %v\n", s.ID, s.Name, s.Size, s.Share, s.Traits, s.TopCategories) }
				for _, c := range r.Candidates { fmt.Printf("   %s %d crit %.0f bic %.0f overlap %.4f\n", c.Family, c.Segments, c.Criterion, c.BIC, c.Overlap) }
			}
		}
	}
}
func TestExpGauss(t *testing.T) {
	for _, c := range []struct{ n, d, k int; sep float64 }{{4000, 12, 8, 1.2}, {4000, 12, 8, .7}, {20000, 12, 8, 1}, {4000, 12, 12, 1}, {4000, 5, 4, 1.5}, {4000, 3, 3, 2.5}, {4000, 20, 5, 1}, {1000, 6, 3, 1.5}} {
		for seed := 1; seed <= int(envf("NS", 3)); seed++ {
			x, y := gmix(c.n, c.d, c.k, uint64(seed), c.sep)
			in := Input{X: x}
			for j := range c.d { in.Names = append(in.Names, fmt.Sprintf("f%d", j)) }
			t0 := time.Now()
			r, err := Fit(context.Background(), in, Options{Seed: 1, Workers: 2, Segments: int(envf("K", 0))})
			if err != nil { t.Fatal(err) }
			fmt.Printf("%v seed %d k %d dim %d ari %.3f sil %.3f att %d fail %d %v\n", c, seed, len(r.Model.Segments()), r.Model.Dim(), xari(r.Members, y), r.Silhouette, r.Attempts, r.Failures, time.Since(t0).Round(1e6))
		}
	}
}

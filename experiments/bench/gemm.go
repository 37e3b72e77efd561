package bench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"curio/artifacts/kernel"
)

// Product is a matrix product C = op(A) op(B) + C that the program spends time on.
type Product struct {
	Use string `json:"use"`
	Op  string `json:"op"` // NN, NT or TN
	M   int    `json:"m"`
	N   int    `json:"n"`
	K   int    `json:"k"`
}

// Products are those of training with 64 dimensions, a batch of 2,048 and as many
// negatives, and the one that ranks a catalogue.
func Products() []Product {
	return []Product{
		{"loss, logits", "NT", 64, 2048, 64},
		{"loss, users' gradient", "NN", 64, 64, 2048},
		{"loss, negatives' gradient", "TN", 2048, 64, 64},
		{"dense layer", "NN", 2048, 64, 64},
		{"dense layer", "NN", 2048, 64, 128},
		{"dense layer", "NN", 2048, 64, 256},
		{"dense layer, input's gradient", "NT", 2048, 64, 64},
		{"dense layer, weights' gradient", "TN", 64, 64, 2048},
		{"dense layer, weights' gradient", "TN", 128, 64, 2048},
		{"dense layer, weights' gradient", "TN", 256, 64, 2048},
		{"scores", "NT", 120, 1056, 64},
	}
}

// Gemm says how to measure matrix products.
type Gemm struct {
	Rounds  int  `json:"rounds"`
	Workers int  `json:"workers"` // products at once, each on a thread and with operands of its own
	Peers   bool `json:"-"`       // whether to measure OpenBLAS
	// OpenBLAS is the folder of the module that runs OpenBLAS.
	OpenBLAS string `json:"-"`
}

// aRun is what a measurement lasts on a quiet machine, at quietSpeed floating-point
// operations a second: short, so that many are not interrupted.
const (
	aRun       = 3e-3 // seconds
	quietSpeed = 100e9
)

// Run measures every product, on one thread and on all workers, ours and
// OpenBLAS's in turn. An OpenBLAS that cannot be built or run is left out, and the
// result says why.
func (g Gemm) Run(ctx context.Context, clock Clock, notes io.Writer) (*GemmResult, error) {
	r := &GemmResult{Gemm: g, ISA: kernel.ISA()}
	var peer *multiplier
	if g.Peers {
		var err error
		if peer, err = openBLAS(ctx, g.OpenBLAS, notes); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			r.LeftOut = fmt.Sprintf("OpenBLAS: %v", err)
			fmt.Fprintf(notes, "left out: %s\n", r.LeftOut)
		} else {
			defer peer.stop()
			r.Peer = peer.name
		}
	}
	for _, p := range Products() {
		one, err := g.contest(ctx, task{Product: p, Workers: 1}, peer, clock)
		if err != nil {
			return nil, err
		}
		all, err := g.contest(ctx, task{Product: p, Workers: g.Workers}, peer, clock)
		if err != nil {
			return nil, err
		}
		r.Products = append(r.Products, ProductResult{Product: p, One: one, All: all})
		if r.Least == 0 || one.Ratio < r.Least {
			r.Least = one.Ratio
		}
	}
	return r, nil
}

// contest measures one product.
func (g Gemm) contest(ctx context.Context, t task, peer *multiplier, clock Clock) (d Duel, err error) {
	t.Calls = max(1, int(aRun*quietSpeed/t.flops()))
	flops := t.flops() * float64(t.Calls*t.Workers)
	var ours, theirs, ratios []float64
	for range g.Rounds {
		if err := ctx.Err(); err != nil {
			return d, err
		}
		our := t.do(clock)
		ours = append(ours, flops/our.Seconds)
		if peer == nil {
			continue
		}
		their, err := peer.do(t)
		if ctx.Err() != nil {
			return d, ctx.Err()
		}
		if err != nil {
			return d, fmt.Errorf("OpenBLAS: %w", err)
		}
		if difference := their.Sum/our.Sum - 1; !(difference < 1e-3 && difference > -1e-3) {
			return d, fmt.Errorf("OpenBLAS: %+v sums up to %v, ours to %v", t.Product, their.Sum, our.Sum)
		}
		theirs = append(theirs, flops/their.Seconds)
		ratios = append(ratios, their.Seconds/our.Seconds)
	}
	d.GFLOPs = roundTo(slices.Max(ours)/1e9, 1)
	if peer != nil {
		d.Peer = roundTo(slices.Max(theirs)/1e9, 1)
		d.Ratio = roundTo(slices.Max(ours)/slices.Max(theirs), 3)
		d.Paired = roundTo(median(ratios), 3)
	}
	return d, nil
}

// task is a product to compute calls times on each of workers threads.
type task struct {
	Product
	Workers int `json:"workers"`
	Calls   int `json:"calls"`
}

// answer is what a task took, and the sum of the absolute values of AB.
type answer struct {
	Seconds float64 `json:"seconds"`
	Sum     float64 `json:"sum"`
}

func (p Product) flops() float64 { return 2 * float64(p.M) * float64(p.N) * float64(p.K) }

// do computes the product once more than is measured, which warms up.
func (t task) do(clock Clock) (a answer) {
	operands := make([]operands, t.Workers)
	for w := range operands {
		operands[w] = t.operands()
		t.multiply(operands[w], 1)
	}
	for _, v := range operands[0].c {
		a.Sum += max(float64(v), -float64(v))
	}
	var done sync.WaitGroup
	start := clock()
	for _, o := range operands {
		done.Go(func() { t.multiply(o, t.Calls) })
	}
	done.Wait()
	a.Seconds = max(clock().Sub(start).Seconds(), 1e-9)
	return a
}

type operands struct{ a, b, c []float32 }

// operands are the numbers that OpenBLAS is given too.
func (p Product) operands() operands {
	o := operands{make([]float32, p.M*p.K), make([]float32, p.K*p.N), make([]float32, p.M*p.N)}
	for i := range o.a {
		o.a[i] = float32(i*7%101)/101 - 0.25
	}
	for i := range o.b {
		o.b[i] = float32(i*11%103)/103 - 0.25
	}
	return o
}

// multiply adds the product to C, calls times.
func (p Product) multiply(o operands, calls int) {
	gemm, lda, ldb := kernel.GemmNN, p.K, p.N
	switch p.Op {
	case "TN":
		gemm, lda = kernel.GemmTN, p.M
	case "NT":
		gemm, ldb = kernel.GemmNT, p.K
	}
	for range calls {
		gemm(p.M, p.N, p.K, 1, o.a, lda, o.b, ldb, 1, o.c, p.N)
	}
}

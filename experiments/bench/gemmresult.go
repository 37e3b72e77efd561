package bench

import (
	"fmt"
	"io"
	"strings"
)

// GemmResult is the speed of our matrix products and, if it was there, of
// OpenBLAS's.
type GemmResult struct {
	Gemm
	ISA      string          `json:"isa"`            // of the kernels
	Peer     string          `json:"peer,omitempty"` // as it calls itself
	LeftOut  string          `json:"left_out,omitempty"`
	Products []ProductResult `json:"products"`
	// Least is the least ratio on one thread. With several the machine has to be
	// quiet for as long as a run lasts.
	Least float64 `json:"least_ratio,omitempty"`
}

// ProductResult is one product on one thread and on all workers.
type ProductResult struct {
	Product
	One Duel `json:"one"`
	All Duel `json:"all"`
}

// Duel is the speed of two programs, each the fastest of its rounds: what else
// the machine does makes a run slower and never faster.
type Duel struct {
	GFLOPs float64 `json:"gflops"`
	Peer   float64 `json:"peer_gflops,omitempty"`
	Ratio  float64 `json:"ratio,omitempty"`  // ours over the peer's
	Paired float64 `json:"paired,omitempty"` // median over the rounds of the same, of two runs right after another
}

// Write prints the result for reading.
func (r *GemmResult) Write(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "float32 matrix products, %s kernels; GFLOP/s on one thread and with %d products at once, fastest of %d rounds\n", r.ISA, r.Workers, r.Rounds)
	if r.Peer != "" {
		fmt.Fprintf(&text, "peer: %s; ratio: of the fastest (median of the rounds)\n", r.Peer)
	}
	for _, p := range r.Products {
		fmt.Fprintf(&text, "%s %4d x %4d x %4d", p.Op, p.M, p.N, p.K)
		for _, d := range []Duel{p.One, p.All} {
			fmt.Fprintf(&text, "  %6.1f", d.GFLOPs)
			if r.Peer != "" {
				fmt.Fprintf(&text, " peer %6.1f ratio %.2f (%.2f)", d.Peer, d.Ratio, d.Paired)
			}
		}
		fmt.Fprintf(&text, "  %s\n", p.Use)
	}
	if r.Peer != "" {
		fmt.Fprintf(&text, "the least ratio on one thread is %.2f\n", r.Least)
	}
	if r.LeftOut != "" {
		fmt.Fprintf(&text, "left out: %s\n", r.LeftOut)
	}
	if _, err := io.WriteString(w, text.String()); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

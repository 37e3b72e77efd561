package bench

import (
	"context"
	"fmt"
	"io"
	"slices"

	"curio/artifacts/kernel"
)

// TwoTowerResult is the speed of our step and, if there was one, of a peer's.
type TwoTowerResult struct {
	Speed // median of the rounds
	Step
	ISA  string     `json:"isa"`            // of the kernels
	Peer *PeerSpeed `json:"peer,omitempty"` // median of the rounds
	// Ratio is how many times longer the peer's step takes: the median of Ratios,
	// one a round, each of two runs right after another.
	Ratio  float64   `json:"ratio,omitempty"`
	Ratios []float64 `json:"ratios,omitempty"`
}

// Paired measures our step and then the peer's, and again for every round, so
// that both see the same machine. Without a script it is our step alone. Each
// round is noted.
func Paired(ctx context.Context, s Step, script string, rounds int, clock Clock, notes io.Writer) (*TwoTowerResult, error) {
	var ours, theirs, ratios []float64
	r := &TwoTowerResult{Step: s, ISA: kernel.ISA()}
	for round := range rounds {
		our, err := TwoTower(ctx, s, clock)
		if err != nil {
			return nil, err
		}
		ours = append(ours, our.MsPerStep)
		if script == "" {
			continue
		}
		their, err := Peer(ctx, script, s)
		if err != nil {
			return nil, err
		}
		r.Peer = &PeerSpeed{Name: their.Name}
		theirs = append(theirs, their.MsPerStep)
		ratios = append(ratios, roundTo(their.MsPerStep/our.MsPerStep, 2))
		fmt.Fprintf(notes, "round %d of %d: %.2f ms, peer %.2f ms\n", round+1, rounds, our.MsPerStep, their.MsPerStep)
	}
	r.Speed = s.speedOf(median(ours) / 1e3)
	if r.Peer != nil {
		r.Peer.Speed = s.speedOf(median(theirs) / 1e3)
		r.Ratios, r.Ratio = ratios, median(ratios)
	}
	return r, nil
}

// Write prints the result for reading.
func (r *TwoTowerResult) Write(w io.Writer) error {
	text := fmt.Sprintf("batch %d, %d negatives, %d dimensions, %d users, %d items; %d workers, %s kernels; median of %d steps\n",
		r.Batch, r.Negatives, r.Dim, r.Users, r.Items, r.Workers, r.ISA, r.Steps)
	text += line("curio", r.Speed)
	if r.Peer != nil {
		text += line(r.Peer.Name, r.Peer.Speed)
		text += fmt.Sprintf("the peer takes %.2f times as long, %.2f..%.2f in %d rounds\n",
			r.Ratio, slices.Min(r.Ratios), slices.Max(r.Ratios), len(r.Ratios))
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

func line(name string, s Speed) string {
	return fmt.Sprintf("%9.2f ms a step  %9.0f samples/s  %7.2f GFLOP/s  %s\n", s.MsPerStep, s.SamplesPerS, s.GFLOPs, name)
}

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
	Ratio   float64   `json:"ratio,omitempty"`
	Ratios  []float64 `json:"ratios,omitempty"`
	Speedup *Speedup  `json:"speedup,omitempty"`
}

// Speedup is what more workers than one are good for.
type Speedup struct {
	MsPerStep float64 `json:"one_worker_ms_per_step"` // median of the rounds
	// Ratio is how many times longer a step takes one worker: the median of Ratios,
	// one a round, each of two runs right after another.
	Ratio  float64   `json:"ratio"`
	Ratios []float64 `json:"ratios"`
}

// Pairing is whom our step is measured in turn with.
type Pairing struct {
	Peer    string // script that Peer runs; none if empty
	Speedup bool   // our step with one worker
	Rounds  int
}

// Paired measures our step and then the others', and again for every round, so
// that all see the same machine. Each round with another is noted.
func Paired(ctx context.Context, s Step, p Pairing, clock Clock, notes io.Writer) (*TwoTowerResult, error) {
	var ours, theirs, alone []float64
	r := &TwoTowerResult{Step: s, ISA: kernel.ISA()}
	if p.Speedup {
		r.Speedup = &Speedup{}
	}
	for round := range p.Rounds {
		note := fmt.Sprintf("round %d of %d:", round+1, p.Rounds)
		if p.Speedup {
			single := s
			single.Workers = 1
			one, err := TwoTower(ctx, single, clock)
			if err != nil {
				return nil, err
			}
			alone = append(alone, one.MsPerStep)
			note += fmt.Sprintf(" one worker %.2f ms,", one.MsPerStep)
		}
		our, err := TwoTower(ctx, s, clock)
		if err != nil {
			return nil, err
		}
		ours = append(ours, our.MsPerStep)
		note += fmt.Sprintf(" %.2f ms", our.MsPerStep)
		if p.Speedup {
			r.Speedup.Ratios = append(r.Speedup.Ratios, roundTo(alone[round]/our.MsPerStep, 2))
		}
		if p.Peer != "" {
			their, err := Peer(ctx, p.Peer, s)
			if err != nil {
				return nil, err
			}
			r.Peer = &PeerSpeed{Name: their.Name}
			theirs = append(theirs, their.MsPerStep)
			r.Ratios = append(r.Ratios, roundTo(their.MsPerStep/our.MsPerStep, 2))
			note += fmt.Sprintf(", peer %.2f ms", their.MsPerStep)
		}
		if p.Speedup || p.Peer != "" {
			fmt.Fprintln(notes, note)
		}
	}
	r.Speed = s.speedOf(median(ours) / 1e3)
	if r.Peer != nil {
		r.Peer.Speed, r.Ratio = s.speedOf(median(theirs)/1e3), median(r.Ratios)
	}
	if p.Speedup {
		r.Speedup.MsPerStep, r.Speedup.Ratio = roundTo(median(alone), 3), median(r.Speedup.Ratios)
	}
	return r, nil
}

// Write prints the result for reading.
func (r *TwoTowerResult) Write(w io.Writer) error {
	text := fmt.Sprintf("batch %d, %d negatives, %d dimensions, %d users, %d items; %d workers, %s kernels; median of %d steps\n",
		r.Batch, r.Negatives, r.Dim, r.Users, r.Items, r.Workers, r.ISA, r.Steps)
	text += line("curio", r.Speed)
	if u := r.Speedup; u != nil {
		text += fmt.Sprintf("one worker takes %.2f ms a step, %.2f times as long, %.2f..%.2f in %d rounds\n",
			u.MsPerStep, u.Ratio, slices.Min(u.Ratios), slices.Max(u.Ratios), len(u.Ratios))
	}
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

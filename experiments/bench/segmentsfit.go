package bench

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"curio/artifacts/segment"
	"curio/datasets/synth"
	"curio/train/clustering"
)

// gaussians looks for components whose number it is not told, and has the peer look
// for as many as there are.
func (s *Segments) gaussians(ctx context.Context, p *SegmentPart, clock Clock) error {
	const rows, columns, k = 20_000, 12, 8
	in, truth := clusters(rows, columns, k, s.Seed)
	p.About = fmt.Sprintf("%d x %d, %d normal components of unequal size, all columns correlated", rows, columns, k)
	r, ours, err := s.fit(ctx, in, clustering.Options{Seed: s.Seed}, clock)
	if err != nil {
		return err
	}
	ari := clustering.AdjustedRand(r.Members, truth)
	ours.ARI = &ari
	p.Methods = []Clustering{ours}
	p.Figures = append(p.Figures, least("adjusted Rand index", ari, 0.9))
	if s.Python == "" {
		return nil
	}
	if err := s.beside(ctx, p, peerTask{x: standardised(in.X, columns), columns: columns, k: k, given: r.Members, truth: truth}); err != nil {
		return err
	}
	for _, m := range p.Methods {
		if m.Method == mixtures && m.ARI != nil {
			p.Figures = append(p.Figures,
				most("adjusted Rand index, short of "+mixtures, *m.ARI-ari, 0.02),
				most("CPU time, times that of "+mixtures, ours.CPUSeconds/m.CPUSeconds, 10))
		}
	}
	return nil
}

// assignments is how often everybody is assigned; the fastest counts.
const assignments = 5

// scale fits a million rows and assigns them again.
func (s *Segments) scale(ctx context.Context, p *SegmentPart, clock Clock) error {
	const rows, columns, k = 1_000_000, 16, 8
	in, truth := clusters(rows, columns, k, s.Seed)
	p.About = fmt.Sprintf("%d x %d, %d normal components", rows, columns, k)
	r, ours, err := s.fit(ctx, in, clustering.Options{Seed: s.Seed}, clock)
	if err != nil {
		return err
	}
	ari := clustering.AdjustedRand(r.Members, truth)
	ours.ARI = &ari
	p.Methods = []Clustering{ours}
	seconds, busy := math.Inf(1), math.Inf(1) // of the fastest pass
	for range assignments {
		cpu, began := cpuTime(), clock()
		if err := assignAll(ctx, r.Model, in.X, r.Members, s.Workers); err != nil {
			return err
		}
		seconds, busy = min(seconds, clock().Sub(began).Seconds()), min(busy, (cpuTime()-cpu).Seconds())
	}
	p.Figures = append(p.Figures,
		most("seconds to fit and assign", ours.Seconds, 60),
		least(fmt.Sprintf("users assigned a second, %d workers", s.Workers), rows/seconds, 2e6))
	if busy > 0 {
		p.Figures = append(p.Figures, plain("users assigned a second of one core", rows/busy))
	}
	if peak := peakMemory(); peak > 0 {
		p.Figures = append(p.Figures, most("peak memory of this process so far, GiB", float64(peak)/(1<<30), 2))
	}
	return nil
}

// assignAll assigns rows of raw features, and checks that they are where the fit put
// them.
func assignAll(ctx context.Context, m *segment.Model, x []float32, members []int32, workers int) error {
	const piece = 4096
	width := len(m.Features())
	var next, wrong atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			got := make([]int32, piece)
			for from := int(next.Add(piece)) - piece; from < len(members) && ctx.Err() == nil; from = int(next.Add(piece)) - piece {
				want := members[from:min(from+piece, len(members))]
				m.AssignAll(got[:len(want)], x[from*width:(from+len(want))*width])
				for i := range want {
					if got[i] != want[i] {
						wrong.Add(1)
					}
				}
			}
		})
	}
	group.Wait()
	if n := wrong.Load(); n > 0 {
		return fmt.Errorf("%d users are assigned elsewhere than when the model was fitted", n)
	}
	return ctx.Err()
}

// platform plants segments and looks for them in what their users did.
func (s *Segments) platform(ctx context.Context, p *SegmentPart, clock Clock) error {
	o := synth.Default()
	p.About = fmt.Sprintf("%d users, %d items and %d events of the synthetic platform, %d segments planted", o.Users, o.Items, o.Events, o.Segments)
	worst := 1.0
	for i := range s.Repeats {
		o.Seed = s.Seed + uint64(i)
		platform, err := synth.New(o)
		if err != nil {
			return err
		}
		rows, err := s.read(ctx, p.Part, platform, clustering.All)
		if err != nil {
			return err
		}
		found, _, err := s.fit(ctx, rows.Input, clustering.Options{Seed: o.Seed}, clock)
		if err != nil {
			return err
		}
		known := platform.Truth()
		truth := make([]int32, len(rows.Users))
		for row, id := range rows.Users {
			planted, ok := known.Segment(id)
			if !ok {
				return fmt.Errorf("user %q is not of the platform", id)
			}
			truth[row] = int32(planted)
		}
		ari := clustering.AdjustedRand(found.Members, truth)
		worst = min(worst, ari)
		p.Figures = append(p.Figures, plain(fmt.Sprintf("adjusted Rand index, seed %d (%d segments)", o.Seed, len(found.Model.Segments())), ari))
	}
	p.Figures = append(p.Figures, least(fmt.Sprintf("adjusted Rand index, the least of %d", s.Repeats), worst, 0.9))
	return nil
}

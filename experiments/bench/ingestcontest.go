package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// contest is one pass, made by several programs in turn.
type contest struct {
	pass     string
	entrants []entrant
	totals   Totals // that all of them found
}

// entrant is one program in a contest.
type entrant struct {
	name    string
	command []string
	pass    string // as the program calls it
	costs   []cost // by round
	spilled int64
}

// round has every entrant make the pass once. All must find the same.
func (c *contest) round(ctx context.Context, p Pass, clock Clock) error {
	for i := range c.entrants {
		e := &c.entrants[i]
		p.Name = e.pass
		a, took, err := measure(ctx, e.command, p, clock)
		if err != nil {
			return fmt.Errorf("%s by %s: %w", c.pass, e.name, err)
		}
		if a.Peer != "" {
			e.name = a.Peer
		}
		if i == 0 && len(e.costs) == 0 {
			c.totals = a.Totals
		}
		if a.Totals != c.totals {
			return fmt.Errorf("%s: %s found %+v and %s %+v: %w", c.pass, c.entrants[0].name, c.totals, e.name, a.Totals, ErrData)
		}
		e.costs = append(e.costs, took)
		e.spilled = max(e.spilled, a.Spilled)
	}
	return nil
}

// agree compares what two contests found in the same files.
func agree(a, b Totals) error {
	a.Pairs, b.Pairs = 0, 0 // known to one of them
	if a != b {
		return fmt.Errorf("one pass found %+v and another %+v: %w", a, b, ErrData)
	}
	return nil
}

// latest says what the latest round took.
func (c *contest) latest() string {
	var said []string
	for _, e := range c.entrants {
		said = append(said, fmt.Sprintf("%s %.2f CPU-s", e.name, e.costs[len(e.costs)-1].cpu))
	}
	return c.pass + " " + strings.Join(said, ", ")
}

// results sums up the rounds.
func (c *contest) results(events int, bytes int64) []PassResult {
	ours := c.entrants[0]
	var all []PassResult
	for i, e := range c.entrants {
		var cpu, wall, ratios []float64
		r := PassResult{Pass: c.pass, Program: e.name, SpilledBytes: e.spilled}
		for round, took := range e.costs {
			cpu, wall = append(cpu, took.cpu), append(wall, took.wall)
			ratios = append(ratios, roundTo(took.cpu/max(ours.costs[round].cpu, tick), 2))
			r.PeakBytes = max(r.PeakBytes, took.peak)
		}
		r.CPUSeconds, r.WallSeconds = roundTo(median(cpu), 3), roundTo(median(wall), 3)
		r.EventsPerCPUS = roundTo(float64(events)/max(median(cpu), tick), 0)
		r.MBPerS = roundTo(float64(bytes)/1e6/max(median(wall), tick), 1)
		if i > 0 {
			r.Ratio, r.Ratios = roundTo(median(ratios), 3), ratios
		}
		all = append(all, r)
	}
	return all
}

// tick is the least that is divided by, in seconds.
const tick = 1e-9

func (r PassResult) spread() string {
	if r.Ratios == nil {
		return ""
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", r.Ratio, slices.Min(r.Ratios), slices.Max(r.Ratios))
}

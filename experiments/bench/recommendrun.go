package bench

import (
	"context"
	"fmt"
	"io"
	"math"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/kernel"
	"curio/train/evaluate"
)

// RecommendResult is how long it takes to rank the catalogue for all users.
type RecommendResult struct {
	Recommend
	ISA    string         `json:"isa"` // of the kernels
	Passes []RecommendRun `json:"passes"`
}

// RecommendRun is one way to do it: the fastest of the rounds.
type RecommendRun struct {
	Pass    string  `json:"pass"`  // lists, or evaluate, which measures them too
	Graph   bool    `json:"graph"` // whether the model has an item graph
	Seconds float64 `json:"seconds"`
	UsersPS float64 `json:"users_per_s"`
	// CPU is the least time of all cores together, 0 where it is not known: what
	// the seconds would be on one, with nothing else on the machine.
	CPU float64 `json:"cpu_seconds,omitempty"`
}

// Run measures the passes in turn, and again for every round.
func (q Recommend) Run(ctx context.Context, clock Clock, notes io.Writer) (*RecommendResult, error) {
	r := &RecommendResult{Recommend: q, ISA: kernel.ISA()}
	for _, graph := range []bool{false, true} {
		w, err := q.model(graph)
		if err != nil {
			return nil, fmt.Errorf("bench recommend: %w", err)
		}
		passes := []RecommendRun{{Pass: "lists", Graph: graph}, {Pass: "evaluate", Graph: graph}}
		for round := range q.Rounds {
			for i := range passes {
				if err := passes[i].time(ctx, w, clock); err != nil {
					return nil, fmt.Errorf("bench recommend: %w", err)
				}
			}
			fmt.Fprintf(notes, "graph %t, round %d of %d: fastest lists %.2f s, evaluate %.2f s\n", graph, round+1, q.Rounds, passes[0].Seconds, passes[1].Seconds)
		}
		r.Passes = append(r.Passes, passes...)
	}
	return r, nil
}

// time makes one pass and keeps what it took if none was faster.
func (r *RecommendRun) time(ctx context.Context, w *recommendable, clock Clock) error {
	pass := w.evaluate
	if r.Pass == "lists" {
		pass = func(ctx context.Context) error {
			_, err := w.lists(ctx)
			return err
		}
	}
	used, start := cpuTime(), clock()
	if err := pass(ctx); err != nil {
		return err
	}
	took, cpu := max(clock().Sub(start).Seconds(), 1e-9), (cpuTime() - used).Seconds()
	if r.Seconds == 0 || took < r.Seconds {
		r.Seconds, r.UsersPS = roundTo(took, 3), roundTo(float64(w.Users)/took, 0)
	}
	if r.CPU == 0 || cpu < r.CPU {
		r.CPU = roundTo(cpu, 3)
	}
	return nil
}

// sweepUsers is how many users are scored at once.
const sweepUsers = 120

// lists recommends to all users what they have not seen.
func (w *recommendable) lists(ctx context.Context) ([][]kernel.Scored, error) {
	lists := make([][]kernel.Scored, w.Users)
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range w.Workers {
		g.Go(func() error {
			tops := make([]kernel.Top, sweepUsers)
			for ctx.Err() == nil {
				first := int(next.Add(sweepUsers)) - sweepUsers
				if first >= w.Users {
					return nil
				}
				w.block(lists[first:min(first+sweepUsers, w.Users)], int32(first), tops)
			}
			return ctx.Err()
		})
	}
	return lists, g.Wait()
}

// block recommends to the users from first on.
func (w *recommendable) block(lists [][]kernel.Scored, first int32, tops []kernel.Top) {
	users, masks := make([]int32, len(lists)), make([][]int32, len(lists))
	for i := range lists {
		users[i] = first + int32(i)
		masks[i] = w.seen[users[i]]
		tops[i].Reset(w.Length)
	}
	w.Sweep(users, func(from, width int, scores []float32) {
		for i := range users {
			row := scores[i*width : (i+1)*width]
			for len(masks[i]) > 0 && int(masks[i][0]) < from+width {
				row[int(masks[i][0])-from] = float32(math.NaN())
				masks[i] = masks[i][1:]
			}
			tops[i].Scan(row, int32(from))
		}
	})
	for i := range lists {
		lists[i] = tops[i].Sorted(nil)
	}
}

// evaluate ranks for all users and measures the lists against one unseen item of
// each, without intervals.
func (w *recommendable) evaluate(ctx context.Context) error {
	users := make([]int32, w.Users)
	for u := range users {
		users[u] = int32(u)
	}
	_, err := evaluate.Evaluate(ctx, evaluate.Task{
		Users: users, Items: w.Items,
		Seen:  func(u int32) []int32 { return w.seen[u] },
		Truth: func(u int32) []int32 { return w.truth[u : u+1] },
	}, w, evaluate.Options{Cutoffs: []int{w.Length}, Bootstrap: -1, Workers: w.Workers})
	return err
}

// Write prints the result for reading.
func (r *RecommendResult) Write(w io.Writer) error {
	text := fmt.Sprintf("the best %d of %d items for %d users with %d items each; %d dimensions, %d edges an item in the graph; %d workers, %s kernels; fastest of %d rounds\n",
		r.Length, r.Items, r.Users, r.History, r.Dim, r.Edges, r.Workers, r.ISA, r.Rounds)
	for _, p := range r.Passes {
		with := "without the graph"
		if p.Graph {
			with = "with the graph"
		}
		text += fmt.Sprintf("%8.2f s  %8.0f users/s  %8.2f s of CPU time  %s %s\n", p.Seconds, p.UsersPS, p.CPU, p.Pass, with)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

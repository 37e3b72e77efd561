package pipeline

import (
	"context"
	"fmt"

	"curio/artifacts/interest"
	"curio/train/evaluate"
	"curio/train/itemgraph"
	"curio/train/twotower"
)

// Graph says how to build the item graph and what weight it has.
type Graph struct {
	itemgraph.Options
	Gain float64 // 0 leaves the graph out; negative learns Gain and Ridge in a rehearsal
}

// DefaultGraph learns what it can.
func DefaultGraph() Graph { return Graph{Options: itemgraph.Default(), Gain: -1} }

// What a rehearsal tries. A slice of training data is closer to the rest of it
// than what is to come, and flatters the graph, which remembers more than it
// generalises: a gain is at most 1, at which graph and towers have equal say.
var (
	ridges = [...]float64{0.1, 0.5}
	gains  = [...]float64{0.25, 0.5, 1}
)

// judges is how many users at most a rehearsal ranks for.
const judges = 5000

// rehearse fits to a part of the training data and returns the graph that
// predicts the rest best beside the towers, by NDCG@20: none, unless one is
// better than none, nor where nothing could be held out.
func rehearse(ctx context.Context, l *log, c Config, o Observer) (Graph, error) {
	best := c.Graph
	best.Gain = 0
	v, err := divide(ctx, l, c, true)
	if err != nil {
		return best, err
	}
	in, err := prepare(ctx, l, v, c.Strength)
	if err != nil {
		return best, err
	}
	task := in.task(judges)
	if len(task.Users) == 0 || len(in.data.Pairs) == 0 {
		return best, nil
	}
	towers, err := twotower.Fit(ctx, in.data, c.Interest, func(done, total int, _ *twotower.Epoch) {
		o.Stage("rehearse", done, total)
	})
	if err != nil {
		return best, err
	}
	most, err := in.ndcg(ctx, task, towers, c.Workers)
	if err != nil {
		return best, err
	}
	for _, ridge := range ridges {
		o.Stage("rehearse item graph", 0, 0)
		try := c.Graph
		try.Ridge = ridge
		g, err := in.graph(ctx, try, c.Workers)
		if err != nil {
			return best, err
		}
		for _, try.Gain = range gains {
			model, err := combine(towers, g, try.Gain)
			if err != nil {
				return best, err
			}
			value, err := in.ndcg(ctx, task, model, c.Workers)
			if err != nil {
				return best, err
			}
			if value > most {
				best, most = try, value
			}
		}
	}
	return best, nil
}

// ndcg is the NDCG@20 of a model on a task.
func (in *inputs) ndcg(ctx context.Context, t evaluate.Task, m *interest.Model, workers int) (float64, error) {
	r, err := evaluate.Evaluate(ctx, t, scorer{m, in}, evaluate.Options{Cutoffs: []int{20}, Bootstrap: -1, Workers: workers})
	if err != nil {
		return 0, err
	}
	return r.Metrics["ndcg@20"].Value, nil
}

// graph fits the item graph to what everybody is interested in.
func (in *inputs) graph(ctx context.Context, g Graph, workers int) (interest.Graph, error) {
	histories := make([][]int32, in.data.Users)
	for _, p := range in.data.Pairs {
		histories[p.User] = append(histories[p.User], p.Item)
	}
	g.Workers = workers
	return itemgraph.Build(ctx, in.data.Items, histories, g.Options)
}

// combine gives a model of towers alone the item graph.
func combine(towers *interest.Model, g interest.Graph, gain float64) (*interest.Model, error) {
	g.Gain, g.Floor = float32(gain), itemgraph.Floor
	m, err := towers.With(g)
	if err != nil {
		return nil, fmt.Errorf("combine with the item graph: %w", err)
	}
	return m, nil
}

package pipeline

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/stat"

	"curio/artifacts/interest"
	"curio/experiments/run"
	"curio/train/evaluate"
	"curio/train/itemgraph"
	"curio/train/twotower"
)

// What a rehearsal tries. A slice of training data is closer to the rest of it
// than what is to come, and flatters the graph, which remembers more than it
// generalises: a gain is at most 1, at which graph and towers have equal say.
var (
	ridges = [...]float64{0.1, 0.5}
	gains  = [...]float64{0.25, 0.5, 1}
)

// judges is how many users at most a rehearsal ranks for.
const judges = 5000

// rehearsal is a fit to a part of the training data, to choose by how well it
// predicts the rest what the fit to all of them goes by.
type rehearsal struct {
	config Config
	in     *inputs
	task   evaluate.Task
	ridges []float64
	gains  []float64
	graphs []interest.Graph // by ridge; none before they are needed

	outcome run.Rehearsal
	model   *interest.Model // the best so far: towers and graph
}

// rehearse settles what c leaves to be learned: what behaviours weigh in a history,
// the number of epochs, and gain and ridge of the item graph if the gain is
// negative; with a budget, hyper-parameters too. Then it fits a head, nil where too
// little was held out. Where nothing can be it settles on every epoch and no graph.
func rehearse(ctx context.Context, l *log, c *Config, o Observer) (*run.Rehearsal, *rehearsedHead, error) {
	v, err := divide(ctx, l, *c, true)
	if err != nil {
		return nil, nil, err
	}
	in, err := prepare(ctx, l, v, *c)
	if err != nil {
		return nil, nil, err
	}
	var strength run.Evidence
	if c.LearnStrength {
		o.Stage("rehearse strengths", 0, 0)
		learned, evidence, err := learnStrength(ctx, v, in, c.Graph, c.Workers)
		if err != nil {
			return nil, nil, err
		}
		strength = evidence.Evidence
		if evidence.Holds() {
			c.learned = &learned
			if in, err = prepare(ctx, l, v, *c); err != nil {
				return nil, nil, err
			}
		}
	}
	r := &rehearsal{config: *c, in: in, task: in.task(judges), ridges: ridges[:], gains: gains[:]}
	if c.Graph.Gain >= 0 {
		r.ridges, r.gains = []float64{c.Graph.Ridge}, nil
		if c.Graph.Gain > 0 {
			r.gains = []float64{c.Graph.Gain}
		}
	}
	r.outcome.Users, r.outcome.Strength = len(r.task.Users), strength
	if len(r.task.Users) == 0 || len(in.data.Pairs) == 0 {
		c.Graph.Gain = max(c.Graph.Gain, 0)
		return &r.outcome, nil, nil
	}
	started := o.Clock()
	best, err := r.try(ctx, *c, o, o.checkpoint(l, c, "rehearsal"))
	if err != nil {
		return nil, nil, err
	}
	if c.Auto > 0 {
		if best, err = r.search(ctx, best, o.Clock().Sub(started), o); err != nil {
			return nil, nil, err
		}
	}
	best.settle(c)
	r.outcome.Epochs, r.outcome.Curve, r.outcome.NDCG = best.epochs, best.curve, best.value
	o.Stage("rehearse head", 0, 0)
	head, order, err := fitHead(ctx, in, r.model, *c)
	if err != nil {
		return nil, nil, err
	}
	r.outcome.Order = order
	return &r.outcome, head, nil
}

// trial is what one set of hyper-parameters led to.
type trial struct {
	interest twotower.Options
	graph    Graph
	epochs   int // the best
	curve    []run.Epoch
	value    float64 // NDCG@20 of towers and graph
}

// settle makes c go by the trial.
func (t *trial) settle(c *Config) {
	c.Interest, c.Graph = t.interest, t.graph
	c.Interest.Stop = t.epochs
}

// try fits towers and combines them with the graph in every way there is to try.
func (r *rehearsal) try(ctx context.Context, c Config, o Observer, checkpoint twotower.Checkpoint) (trial, error) {
	t := trial{interest: c.Interest, graph: c.Graph}
	o.Stage("rehearse", 0, 0)
	towers, err := twotower.Fit(ctx, r.in.data, c.Interest, &twotower.Watch{
		Step: func(done, total int) { o.Stage("rehearse", done, total) },
		Epoch: func(e twotower.Epoch) {
			t.curve = append(t.curve, run.Epoch{Epoch: e.Number, Loss: e.Loss, NDCG: e.Value})
			if e.Best {
				t.epochs = e.Number
			}
			o.epoch("rehearse", e)
		},
		Judge:      func(m *interest.Model) (float64, error) { return r.ndcg(ctx, m) },
		Checkpoint: checkpoint,
	})
	if err != nil {
		return t, err
	}
	t.value, t.graph.Gain = t.curve[t.epochs-1].NDCG, 0
	r.outcome.Tried = append(r.outcome.Tried, run.Trial{Settings: r.differences(c.Interest, t.graph.Ridge, 0), NDCG: t.value})
	best := towers
	graphs := r.graphs
	if graphs == nil && len(r.gains) > 0 {
		o.Stage("rehearse item graph", 0, 0)
		if graphs, err = r.build(ctx); err != nil {
			return t, err
		}
		r.graphs = graphs
	}
	forced := c.Graph.Gain > 0
	for n, graph := range graphs {
		for _, gain := range r.gains {
			model, err := combine(towers, graph, gain)
			if err != nil {
				return t, err
			}
			value, err := r.ndcg(ctx, model)
			if err != nil {
				return t, err
			}
			r.outcome.Tried = append(r.outcome.Tried, run.Trial{Settings: r.differences(c.Interest, r.ridges[n], gain), NDCG: value})
			if value > t.value || forced {
				t.value, t.graph.Gain, t.graph.Ridge, best = value, gain, r.ridges[n], model
			}
		}
	}
	if t.value > r.outcome.NDCG || r.model == nil {
		r.outcome.NDCG, r.model = t.value, best
	}
	return t, nil
}

// build fits a graph for every ridge.
func (r *rehearsal) build(ctx context.Context) (all []interest.Graph, err error) {
	for _, ridge := range r.ridges {
		options := r.config.Graph
		options.Ridge = ridge
		g, err := r.in.graph(ctx, options, r.config.Workers)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

// evidenceOf sums up what each judge gains.
func evidenceOf(gains []float64) run.Evidence {
	if len(gains) < 2 {
		return run.Evidence{}
	}
	mean, deviation := stat.MeanStdDev(gains, nil)
	return run.Evidence{Judges: len(gains), Gain: mean, Error: stat.StdErr(deviation, float64(len(gains)))}
}

// ndcg is the NDCG@20 of a model on what the rehearsal holds out.
func (r *rehearsal) ndcg(ctx context.Context, m *interest.Model) (float64, error) {
	report, err := evaluate.Evaluate(ctx, r.task, scorer{m, r.in}, evaluate.Options{Cutoffs: []int{20}, Bootstrap: -1, Workers: r.config.Workers})
	if err != nil {
		return 0, err
	}
	return report.Metrics["ndcg@20"].Value, nil
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

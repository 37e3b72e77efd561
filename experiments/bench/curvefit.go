package bench

import (
	"context"
	"time"

	"curio/artifacts/interest"
	"curio/train/evaluate"
	"curio/train/itemgraph"
	"curio/train/twotower"
)

// curveFit fits the models of a curve and judges them while the watch stands
// still.
type curveFit struct {
	Curve
	task  evaluate.Task
	train *evaluate.Histories
	data  twotower.Data // of train
	watch stopwatch

	graph        interest.Graph
	graphSeconds float64
}

// run tells of each epoch in turn.
func (f *curveFit) run(ctx context.Context, tell func(CurvePoint)) error {
	if f.Gain > 0 {
		q, err := f.graphAlone(ctx)
		if err != nil {
			return err
		}
		tell(CurvePoint{Both: q})
	}
	o := twotower.Default()
	o.Epochs, o.Patience, o.Seed, o.Workers = f.Epochs, 0, f.Seed, f.Workers
	f.watch.seconds = 0
	f.watch.start()
	epoch := 0
	_, err := twotower.Fit(ctx, f.data, o, &twotower.Watch{Judge: func(m *interest.Model) (float64, error) {
		f.watch.stop()
		defer f.watch.start()
		epoch++
		p := CurvePoint{Epoch: epoch}
		var err error
		if p.Towers, err = f.judge(ctx, m, f.watch.seconds); err != nil {
			return 0, err
		}
		if f.Gain > 0 {
			if m, err = m.With(f.graph); err != nil {
				return 0, err
			}
			if p.Both, err = f.judge(ctx, m, f.watch.seconds+f.graphSeconds); err != nil {
				return 0, err
			}
		}
		tell(p)
		return p.Towers.NDCG, nil
	}})
	return err
}

// graphAlone builds the item graph and judges it beside towers that say nothing.
func (f *curveFit) graphAlone(ctx context.Context) (*Quality, error) {
	o := itemgraph.Default()
	o.Ridge, o.Workers = f.Ridge, f.Workers
	items := make([][]int32, f.train.Users())
	for u := range items {
		items[u] = f.train.Of(int32(u))
	}
	f.watch.start()
	var err error
	if f.graph, err = itemgraph.Build(ctx, f.train.Items(), items, o); err != nil {
		return nil, err
	}
	f.watch.stop()
	f.graph.Gain, f.graph.Floor, f.graphSeconds = float32(f.Gain), itemgraph.Floor, f.watch.seconds
	n := f.train.Items()
	m, err := interest.New(interest.Parts{
		Dim: 1, Temperature: 1, Items: make([]float32, n), Pooled: make([]float32, n), Bias: make([]float32, n), Graph: f.graph,
	})
	if err != nil {
		return nil, err
	}
	return f.judge(ctx, m, f.graphSeconds)
}

func (f *curveFit) judge(ctx context.Context, m *interest.Model, seconds float64) (*Quality, error) {
	e, err := evaluate.Evaluate(ctx, f.task, historyScorer{m, f.data.History},
		evaluate.Options{Cutoffs: []int{20}, Bootstrap: -1, Workers: f.Workers})
	if err != nil {
		return nil, err
	}
	return &Quality{
		Seconds: roundTo(seconds, 2),
		Recall:  roundTo(e.Metrics["recall@20"].Value, 4), NDCG: roundTo(e.Metrics["ndcg@20"].Value, 4),
	}, nil
}

// everyPair is the data of a fit to ids alone, every pair alike.
func everyPair(train *evaluate.Histories) twotower.Data {
	d := twotower.Data{Users: train.Users(), Items: train.Items(), History: histories(train)}
	for u := range d.Users {
		for _, item := range train.Of(int32(u)) {
			d.Pairs = append(d.Pairs, twotower.Pair{User: int32(u), Item: item, Weight: 1})
		}
	}
	return d
}

// histories are the training items of each user, every one alike.
func histories(train *evaluate.Histories) [][]interest.Touch {
	all := make([][]interest.Touch, train.Users())
	for u := range all {
		items := train.Of(int32(u))
		all[u] = make([]interest.Touch, min(len(items), interest.HistoryLength))
		for i := range all[u] {
			all[u][i] = interest.Touch{Item: items[i], Weight: 1}
		}
	}
	return all
}

// historyScorer ranks for users with a history.
type historyScorer struct {
	m       *interest.Model
	history [][]interest.Touch // by user
}

// Score is Sweep for one user.
func (s historyScorer) Score(dst []float32, user int32) {
	s.Sweep([]int32{user}, func(first, width int, scores []float32) { copy(dst[first:first+width], scores) })
}

// Sweep scores as the pipeline does.
func (s historyScorer) Sweep(users []int32, yield func(first, width int, scores []float32)) {
	dim := s.m.Dim()
	v := make([]float32, len(users)*dim)
	asked := make([][]interest.Touch, len(users))
	for i, u := range users {
		asked[i] = s.history[u]
		s.m.User(v[i*dim:(i+1)*dim], interest.Query{User: u, History: asked[i]})
	}
	s.m.Sweep(v, asked, yield)
}

// stopwatch adds up the seconds between each start and stop.
type stopwatch struct {
	clock   Clock
	started time.Time
	seconds float64
}

func (s *stopwatch) start() { s.started = s.clock() }
func (s *stopwatch) stop()  { s.seconds += s.clock().Sub(s.started).Seconds() }

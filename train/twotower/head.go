package twotower

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// Shown is a list of candidates for one user, as Retrieve found them, and which of
// them the user took up later.
type Shown struct {
	Query interest.Query
	Found []kernel.Scored
	Taken []bool // len(Found)
}

// judged is the share of the lists, one in so many, that a head is not fitted to
// but stopped by.
const judged = 10

// FitHead fits a head to lists of candidates of a model, by their log-loss (binary
// cross-entropy), and keeps the epoch that does best on every tenth list, which
// it is not fitted to. progress, which may be nil, is told the epoch and the
// log-loss on these.
//
// The error wraps ErrData when nothing was taken up, or everything, on either
// side, or the order is to be kept and does not say what is taken up. It is the
// context's when ctx ends; gorgonia's panics come back as errors.
func FitHead(ctx context.Context, m *interest.Model, shown []Shown, o HeadOptions, progress func(epoch int, loss float64)) (h interest.Head, err error) {
	defer func() {
		if p := recover(); p != nil {
			h, err = interest.Head{}, fmt.Errorf("fit ranking head: gorgonia panicked: %v", p)
		}
	}()
	if err := o.Validate(); err != nil {
		return h, fmt.Errorf("fit ranking head: %w", err)
	}
	f, err := newHeadFit(m, shown, o)
	if err != nil {
		return h, fmt.Errorf("fit ranking head: %w", err)
	}
	defer f.graph.close()
	if h, err = f.run(ctx, progress); err != nil {
		return interest.Head{}, fmt.Errorf("fit ranking head: %w", err)
	}
	if o.KeepOrder && !(h.W[interest.OrderInputs(len(shown[0].Query.Behaviour))-1] > 0) {
		return interest.Head{}, fmt.Errorf("fit ranking head: what scores more is not taken up more often: %w", ErrData)
	}
	return h, nil
}

// headFit is a fit in progress.
type headFit struct {
	model    *interest.Model
	shown    []Shown
	vectors  []float32   // [shown, dim]
	fitted   []candidate // of the candidates to fit to
	judged   []int       // lists to stop by
	inputs   int
	standard standard
	graph    *headGraph
	options  HeadOptions
}

// candidate is where one stands.
type candidate struct{ list, place int32 }

func newHeadFit(m *interest.Model, shown []Shown, o HeadOptions) (*headFit, error) {
	f := &headFit{model: m, shown: shown, vectors: make([]float32, len(shown)*m.Dim()), options: o}
	if len(shown) == 0 {
		return nil, fmt.Errorf("nothing was shown: %w", ErrData)
	}
	behaviours := len(shown[0].Query.Behaviour)
	f.inputs = m.HeadInputs(behaviours)
	var taken, left [2]int // fitted, judged
	for n, s := range shown {
		if len(s.Taken) != len(s.Found) || len(s.Query.Behaviour) != behaviours {
			return nil, fmt.Errorf("list %d has %d candidates, %d outcomes and %d behaviours, want %d: %w",
				n, len(s.Found), len(s.Taken), len(s.Query.Behaviour), behaviours, ErrData)
		}
		m.User(f.vector(n), s.Query)
		side := 0
		if n%judged == judged-1 {
			side, f.judged = 1, append(f.judged, n)
		}
		for place, t := range s.Taken {
			if t {
				taken[side]++
			} else {
				left[side]++
			}
			if side == 0 {
				f.fitted = append(f.fitted, candidate{int32(n), int32(place)})
			}
		}
	}
	for side, of := range [...]string{"to fit to", "to stop by"} {
		if taken[side] == 0 || left[side] == 0 {
			return nil, fmt.Errorf("of the candidates %s %d were taken up and %d were not: %w", of, taken[side], left[side], ErrData)
		}
	}
	f.measure()
	if o.KeepOrder {
		o.HiddenSize = 0
		clear(f.standard.scale[interest.OrderInputs(behaviours):])
	}
	var err error
	f.graph, err = newHeadGraph(o, min(o.BatchSize, len(f.fitted)), f.inputs, float64(taken[0])/float64(left[0]))
	return f, err
}

func (f *headFit) vector(list int) []float32 {
	d := f.model.Dim()
	return f.vectors[list*d : (list+1)*d]
}

// input writes the inputs of a candidate as they are.
func (f *headFit) input(dst []float32, at candidate) {
	s := &f.shown[at.list]
	f.model.HeadInput(dst, f.vector(int(at.list)), s.Query, s.Found[at.place])
}

// measure finds out what the inputs are standardised by.
func (f *headFit) measure() {
	x, n := make([]float32, f.inputs), float64(len(f.fitted))
	sum, square := make([]float64, f.inputs), make([]float64, f.inputs)
	for _, at := range f.fitted {
		f.input(x, at)
		for k, v := range x {
			sum[k] += float64(v)
		}
	}
	for k := range sum {
		sum[k] /= n
	}
	for _, at := range f.fitted {
		f.input(x, at)
		for k, v := range x {
			d := float64(v) - sum[k]
			square[k] += float64(d * d)
		}
	}
	f.standard = standard{mean: sum, scale: square}
	for k, s := range square {
		// A column that does not vary says nothing, and may once it does.
		if s = math.Sqrt(s / n); s > 1e-6 {
			f.standard.scale[k] = 1 / s
		} else {
			f.standard.scale[k] = 0
		}
	}
}

func (f *headFit) run(ctx context.Context, progress func(epoch int, loss float64)) (best interest.Head, err error) {
	order := slices.Clone(f.fitted)
	least, since := math.Inf(1), 0
	for epoch := 1; epoch <= f.options.Epochs && since < f.options.Patience; epoch++ {
		r := stream(f.options.Seed, uint64(epoch)+1<<32)
		shuffle(order, r)
		for at := 0; at < len(order); at += f.graph.batch {
			if err := ctx.Err(); err != nil {
				return best, err
			}
			f.fill(order, at)
			if err := f.graph.step(); err != nil {
				return best, fmt.Errorf("epoch %d: %w", epoch, err)
			}
		}
		head := f.graph.freeze(f.standard)
		loss, err := f.loss(head)
		if err != nil {
			return best, fmt.Errorf("epoch %d: %w", epoch, err)
		}
		if progress != nil {
			progress(epoch, loss)
		}
		since++
		if loss < least {
			best, least, since = head, loss, 0
		}
	}
	if math.IsInf(least, 1) {
		return best, errors.New("loss is not a number: lower learning_rate")
	}
	return best, nil
}

func shuffle(order []candidate, r *rand.Rand) {
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
}

// fill writes a batch, made up from the start of order at its end.
func (f *headFit) fill(order []candidate, from int) {
	g := f.graph
	for b := range g.batch {
		at := order[(from+b)%len(order)]
		row := g.x[b*(f.inputs+1) : (b+1)*(f.inputs+1)]
		f.input(row, at)
		f.standard.apply(row[:f.inputs])
		row[f.inputs] = 1
		g.y[b] = 0
		if f.shown[at.list].Taken[at.place] {
			g.y[b] = 1
		}
	}
}

// loss is the log-loss of a head, as serving runs it, on the lists to stop by.
func (f *headFit) loss(h interest.Head) (float64, error) {
	m, err := f.model.WithHead(h)
	if err != nil {
		return 0, err
	}
	var sum, n float64
	for _, list := range f.judged {
		s := &f.shown[list]
		p := make([]float32, len(s.Found))
		m.Probabilities(p, f.vector(list), s.Query, s.Found)
		for i, taken := range s.Taken {
			q := 1 - float64(p[i])
			if taken {
				q = float64(p[i])
			}
			sum -= math.Log(max(q, 1e-12))
			n++
		}
	}
	return sum / n, nil
}

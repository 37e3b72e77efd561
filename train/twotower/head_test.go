package twotower

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// listed is lists of ten candidates each of a fitted model, of which the even ones
// are taken up with probability 0.8 and the odd ones with 0.1, by users of the
// first behaviour 1; others take up a quarter of that.
func listed(t *testing.T, lists int) (*interest.Model, []Shown) {
	t.Helper()
	d := planted(60, 80, 4, 8)
	o := small()
	o.Epochs = 3
	m := fitted(t, d, o)
	r := rand.New(rand.NewPCG(4, 4))
	var all []Shown
	v := make([]float32, m.Dim())
	for n := range lists {
		u := n % d.Users
		s := Shown{Query: interest.Query{User: int32(u), History: d.History[u], Features: []float32{0}, Behaviour: []float32{float32(n % 2), 5}}}
		m.User(v, s.Query)
		s.Found = m.Retrieve(v, s.Query.History, 10, nil)
		for _, f := range s.Found {
			p := 0.8
			if f.Index%2 == 1 {
				p = 0.1
			}
			if n%2 == 0 {
				p /= 4
			}
			s.Taken = append(s.Taken, r.Float64() < p)
		}
		all = append(all, s)
	}
	return m, all
}

func learning() HeadOptions {
	o := DefaultHead()
	o.HiddenSize, o.BatchSize, o.LearningRate = 8, 64, 5e-3
	return o
}

func TestFitHeadLearnsProbabilities(t *testing.T) {
	m, shown := listed(t, 1200)
	var losses []float64
	h, err := FitHead(t.Context(), m, shown, learning(), func(epoch int, loss float64) {
		if losses = append(losses, loss); len(losses) != epoch {
			t.Errorf("epoch %d is told as number %d", epoch, len(losses))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if m, err = m.WithHead(h); err != nil {
		t.Fatal(err)
	}
	var sum, count [2][2]float64 // by behaviour, by item
	v, p := make([]float32, m.Dim()), make([]float32, 10)
	for n, s := range shown {
		m.User(v, s.Query)
		m.Probabilities(p, v, s.Query, s.Found)
		for i, f := range s.Found {
			sum[n%2][f.Index%2] += float64(p[i])
			count[n%2][f.Index%2]++
		}
	}
	for b, want := range [2][2]float64{{0.2, 0.025}, {0.8, 0.1}} {
		for odd, p := range want {
			if got := sum[b][odd] / count[b][odd]; math.Abs(got-p) > 0.05 {
				t.Errorf("behaviour %d, odd %d: mean probability %.3f, want %.3f", b, odd, got, p)
			}
		}
	}
	if len(losses) < 2 || losses[len(losses)-1] > losses[0] && len(losses) <= learning().Patience {
		t.Errorf("losses %v", losses)
	}
}

// A head that keeps the order tells users apart and puts nothing before what scores
// more, and there is none where what scores more is taken up less.
func TestFitHeadKeepsTheOrder(t *testing.T) {
	m, shown := listed(t, 1200)
	r := rand.New(rand.NewPCG(6, 6))
	for sign, want := range map[float64]error{1: nil, -1: ErrData} {
		for n, s := range shown {
			for i := range s.Taken {
				s.Taken[i] = r.Float64() < (0.5+sign*(0.4-float64(i)/10))*float64(1+n%2)/2
			}
		}
		o := learning()
		o.KeepOrder = true
		h, err := FitHead(t.Context(), m, shown, o, nil)
		if !errors.Is(err, want) {
			t.Fatalf("sign %v: error %v, want %v", sign, err, want)
		}
		if err != nil {
			continue
		}
		headed, err := m.WithHead(h)
		if err != nil {
			t.Fatal(err)
		}
		var mean [2]float64
		v := make([]float32, m.Dim())
		for n, s := range shown {
			m.User(v, s.Query)
			p := make([]float32, len(s.Found))
			headed.Probabilities(p, v, s.Query, s.Found)
			for i, x := range p {
				mean[n%2] += float64(x) / 6000
				if i > 0 && x > p[i-1] {
					t.Fatalf("list %d: probability %v at %d after %v", n, x, i, p[i-1])
				}
			}
		}
		if mean[1] < 1.5*mean[0] {
			t.Errorf("mean probability %v for users who take up half, %v for those who take up all", mean[0], mean[1])
		}
	}
}

// Serving's forward pass is gorgonia's.
func TestHeadServesWhatGorgoniaComputes(t *testing.T) {
	m, shown := listed(t, 200)
	f, err := newHeadFit(m, shown, learning())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.graph.close() }()
	for range 30 {
		f.fill(f.fitted, 0)
		if err := f.graph.step(); err != nil {
			t.Fatal(err)
		}
	}
	served, err := m.WithHead(f.graph.freeze(f.standard))
	if err != nil {
		t.Fatal(err)
	}
	// A run after the last step, whose logits are of the weights that were frozen.
	if err := f.graph.machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	logits, ok := f.graph.logit.Value().Data().([]float32)
	if !ok || len(logits) != f.graph.batch {
		t.Fatalf("logits are %T", f.graph.logit.Value().Data())
	}
	var p [1]float32
	for b, logit := range logits {
		at := f.fitted[b]
		s := shown[at.list]
		served.Probabilities(p[:], f.vector(int(at.list)), s.Query, []kernel.Scored{s.Found[at.place]})
		if want := 1 / (1 + math.Exp(-float64(logit))); math.Abs(float64(p[0])-want) > 1e-5 {
			t.Errorf("candidate %d has probability %v, gorgonia says %v", b, p[0], want)
		}
	}
}

func TestFitHeadIsDeterministic(t *testing.T) {
	m, shown := listed(t, 200)
	o := learning()
	o.Epochs = 2
	fit := func() interest.Head {
		h, err := FitHead(t.Context(), m, shown, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	first := fit()
	if diff := cmp.Diff(first, fit()); diff != "" {
		t.Errorf("another head from the same lists:\n%.500s", diff)
	}
	o.Seed++
	if cmp.Equal(first, fit()) {
		t.Error("another seed gives the same head")
	}
}

func TestFitHeadKeepsTheBestEpoch(t *testing.T) {
	m, shown := listed(t, 200)
	o := learning()
	o.LearningRate, o.Epochs = 0.1, 12
	least := math.Inf(1)
	h, err := FitHead(t.Context(), m, shown, o, func(_ int, loss float64) { least = min(least, loss) })
	if err != nil {
		t.Fatal(err)
	}
	f, err := newHeadFit(m, shown, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.graph.close() }()
	if loss, err := f.loss(h); err != nil || loss != least {
		t.Errorf("the head has loss %v, the best epoch %v: %v", loss, least, err)
	}
}

func TestFitHeadNamesWhatIsWrong(t *testing.T) {
	m, shown := listed(t, 40)
	change := func(f func(s []Shown)) []Shown {
		all := append([]Shown(nil), shown...)
		f(all)
		return all
	}
	all := func(taken bool) func(s []Shown) {
		return func(s []Shown) {
			for n := range s {
				s[n].Taken = make([]bool, len(s[n].Found))
				for i := range s[n].Taken {
					s[n].Taken[i] = taken
				}
			}
		}
	}
	for name, list := range map[string][]Shown{
		"Nothing":    nil,
		"OneList":    shown[:1],
		"NoneTaken":  change(all(false)),
		"AllTaken":   change(all(true)),
		"Outcomes":   change(func(s []Shown) { s[3].Taken = s[3].Taken[1:] }),
		"Behaviours": change(func(s []Shown) { s[3].Query.Behaviour = nil }),
	} {
		if _, err := FitHead(t.Context(), m, list, learning(), nil); !errors.Is(err, ErrData) {
			t.Errorf("%s: error %v, want ErrData", name, err)
		}
	}
	for name, breakIt := range map[string]func(*HeadOptions){
		"Hidden": func(o *HeadOptions) { o.HiddenSize = 0 }, "Epochs": func(o *HeadOptions) { o.Epochs = 0 },
		"Patience": func(o *HeadOptions) { o.Patience = 0 }, "Batch": func(o *HeadOptions) { o.BatchSize = 0 },
		"Rate": func(o *HeadOptions) { o.LearningRate = math.NaN() }, "Decay": func(o *HeadOptions) { o.Decay = -1 },
	} {
		o := learning()
		breakIt(&o)
		if _, err := FitHead(t.Context(), m, shown, o, nil); err == nil || errors.Is(err, ErrData) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FitHead(ctx, m, shown, learning(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// gorgonia's panics come back as errors.
func TestFitHeadIsFenced(t *testing.T) {
	m, shown := listed(t, 40)
	if _, err := FitHead(t.Context(), m, shown, learning(), func(int, float64) { panic("no luck") }); err == nil {
		t.Error("no error")
	}
}

package interest

import (
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/kernel"
	"curio/datasets/event"
	"curio/features/profile"
)

const testItems, testUsers, testDim = 2100, 7, 12 // more items than a scan block

func parts(seed uint64) Parts {
	r := rand.New(rand.NewPCG(seed, 1))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	items := random(testItems * testDim)
	for i := range testItems {
		normalise(items[i*testDim:(i+1)*testDim], 1)
	}
	return Parts{
		Dim: testDim, Temperature: 0.5, Users: random(testUsers * testDim), Items: items,
		Pooled: random(testItems * testDim), Bias: random(testItems),
		User: Tower{random(3 * 4), random(4), random(4 * testDim)}, Alone: 0.25,
	}
}

func model(t *testing.T) *Model {
	t.Helper()
	m, err := New(parts(1))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var query = Query{User: 3, History: []Touch{{5, 1}, {9, 3}, {2000, 0.5}}, Features: []float32{1, -2, 0.5}}

// userByHand is the definition in the package comment, in float64.
func userByHand(p Parts, q Query) []float64 {
	v := make([]float64, p.Dim)
	for j := range v {
		if q.User >= 0 {
			v[j] = float64(p.Users[int(q.User)*p.Dim+j])
		}
		var total float64
		for _, t := range q.History {
			total += float64(t.Weight)
		}
		for _, t := range q.History {
			v[j] += float64(t.Weight) / total * float64(p.Pooled[int(t.Item)*p.Dim+j])
		}
		if q.Features == nil {
			continue
		}
		for h := range p.User.B1 {
			x := float64(p.User.B1[h])
			for f := range q.Features {
				x += float64(q.Features[f]) * float64(p.User.W1[f*len(p.User.B1)+h])
			}
			v[j] += max(x, 0) * float64(p.User.W2[h*p.Dim+j])
		}
	}
	var sum float64
	for _, x := range v {
		sum += x * x
	}
	for j := range v {
		v[j] /= math.Sqrt(sum) * float64(p.Temperature)
	}
	return v
}

func TestUserMatchesDefinition(t *testing.T) {
	m, p := model(t), parts(1)
	for name, q := range map[string]Query{
		"Known": query, "Unknown": {User: -1, History: query.History, Features: query.Features},
		"NoHistory": {User: 0, Features: query.Features}, "NoFeatures": {User: 6, History: query.History},
	} {
		v := make([]float32, testDim)
		m.User(v, q)
		for j, want := range userByHand(p, q) {
			if math.Abs(float64(v[j])-want) > 1e-5 {
				t.Errorf("%s: element %d is %v, want %v", name, j, v[j], want)
			}
		}
	}
}

func TestUserIgnoresWhatItCannotKnow(t *testing.T) {
	m := model(t)
	want, got := make([]float32, testDim), make([]float32, testDim)
	m.User(want, Query{User: -1, History: query.History})
	m.User(got, Query{User: testUsers, History: append([]Touch{{-1, 2}, {testItems, 2}, {4, 0}}, query.History...)})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a user and items outside the model changed the vector:\n%s", diff)
	}
	m.User(got, Query{User: -1})
	for _, x := range got {
		if x != 0 {
			t.Fatalf("a user of whom nothing is known has vector %v, want zeros", got)
		}
	}
}

func TestRetrieveIsScoreSorted(t *testing.T) {
	m := model(t)
	v, scores := make([]float32, testDim), make([]float32, testItems)
	m.User(v, query)
	m.Score(scores, v, query.History)
	skip := func(i int32) bool { return i%3 == 0 }
	top := kernel.NewTop(25)
	for i, s := range scores {
		if want := kernel.Dot(v, m.Vector(int32(i))) + m.bias[i]; math.Abs(float64(s-want)) > 1e-4 {
			t.Fatalf("item %d: score %v, want %v", i, s, want)
		}
		if !skip(int32(i)) {
			top.Push(int32(i), s)
		}
	}
	for name, c := range map[string]struct {
		got  []kernel.Scored
		want []kernel.Scored
	}{
		"Skip": {m.Retrieve(v, query.History, 25, skip), top.Sorted(nil)},
	} {
		for r := range c.want {
			if c.got[r].Index != c.want[r].Index {
				t.Errorf("%s: rank %d is %v, want %v", name, r+1, c.got[r], c.want[r])
			}
		}
	}
	if got := m.Retrieve(v, nil, testItems+5, nil); len(got) != testItems {
		t.Errorf("asked for more than there is: %d items, want %d", len(got), testItems)
	}
	if got := m.Retrieve(v, nil, 0, nil); got != nil {
		t.Errorf("asked for none: %v", got)
	}
}

func TestSimilarLeavesOutItself(t *testing.T) {
	m := model(t)
	got := m.Similar(17, 5, nil)
	if len(got) != 5 {
		t.Fatalf("%d items, want 5", len(got))
	}
	for _, s := range got {
		if want := kernel.Dot(m.Vector(17), m.Vector(s.Index)); s.Index == 17 || math.Abs(float64(s.Score-want)) > 1e-5 {
			t.Errorf("item %d has score %v, cosine %v", s.Index, s.Score, want)
		}
	}
	if m.Similar(-1, 5, nil) != nil || m.Similar(testItems, 5, nil) != nil {
		t.Error("an unknown item has similar ones")
	}
}

// The reasons of a score add up with what else is known to the score itself.
func TestExplainAddsUp(t *testing.T) {
	m := model(t)
	v := make([]float32, testDim)
	m.User(v, query)
	var raw [testDim]float32
	m.sum(raw[:], query)
	for item := range int32(200) {
		var positive float32
		for _, touch := range query.History {
			share := touch.Weight / 4.5 * kernel.Dot(m.embedding(m.pooled, touch.Item), m.Vector(item)) / (norm(raw[:]) * m.temperature)
			positive += max(share, 0)
		}
		var sum float32
		reasons := m.Explain(query, item, 10)
		for i, r := range reasons {
			sum += r.Weight
			if i > 0 && r.Weight > reasons[i-1].Weight {
				t.Errorf("item %d: reasons %v are not in order", item, reasons)
			}
		}
		if item != 5 && item != 9 && math.Abs(float64(sum-positive)) > 1e-4 {
			t.Errorf("item %d: reasons sum to %v, want %v", item, sum, positive)
		}
	}
	if r := m.Explain(Query{User: 1}, 3, 5); r != nil {
		t.Errorf("no history, yet reasons %v", r)
	}
}

func TestTensorsRoundTrip(t *testing.T) {
	m := model(t)
	again, err := FromTensors(m.Tensors())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m.Tensors(), again.Tensors()); diff != "" {
		t.Errorf("round trip changed the tensors:\n%.500s", diff)
	}
}

func TestNewNamesWhatDoesNotFit(t *testing.T) {
	for name, breakIt := range map[string]func(*Parts){
		"users":       func(p *Parts) { p.Users = p.Users[1:] },
		"items":       func(p *Parts) { p.Items = p.Items[testDim:] },
		"pooled":      func(p *Parts) { p.Pooled = nil },
		"no items":    func(p *Parts) { p.Bias = nil },
		"temperature": func(p *Parts) { p.Temperature = 0 },
		"alone":       func(p *Parts) { p.Alone = 1.5 },
		"embedding":   func(p *Parts) { p.Dim = 0 },
		"user.w1":     func(p *Parts) { p.User.W1 = p.User.W1[1:] },
		"user.w2":     func(p *Parts) { p.User.W2 = nil },
		"bias":        func(p *Parts) { p.Bias[7] = float32(math.NaN()) },
	} {
		p := parts(1)
		breakIt(&p)
		if _, err := New(p); !errors.Is(err, ErrShape) {
			t.Errorf("%s: error %v, want ErrShape", name, err)
		}
	}
	for name, breakIt := range map[string]func(map[string]Tensor){
		"Missing": func(m map[string]Tensor) { delete(m, "bias") },
		"Unknown": func(m map[string]Tensor) { m["extra"] = Tensor{} },
		"Flat":    func(m map[string]Tensor) { m["items"] = Tensor{[]int{4}, make([]float32, 4)} },
	} {
		m := model(t).Tensors()
		breakIt(m)
		if _, err := FromTensors(m); !errors.Is(err, ErrShape) {
			t.Errorf("%s: error %v, want ErrShape", name, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	m := model(t)
	var want []kernel.Scored
	ask := func() []kernel.Scored {
		v := make([]float32, testDim)
		m.User(v, query)
		return m.Retrieve(v, query.History, 10, nil)
	}
	want = ask()
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for range 50 {
				if diff := cmp.Diff(want, ask()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	done.Wait()
}

func TestHistoryKeepsTheWeightiest(t *testing.T) {
	var p profile.User
	for i := range int32(HistoryLength + 5) {
		p.Fold(i, &event.Event{Type: event.View, TS: event.Time(i+1) * event.Day})
	}
	p.Fold(2, &event.Event{Type: event.Purchase, TS: 3 * event.Day})
	p.Fold(300, &event.Event{Type: event.Dismiss, TS: 400 * event.Day})
	s := profile.DefaultStrength()
	h := History(nil, &p, &s, 500*event.Day)
	if len(h) != HistoryLength {
		t.Fatalf("%d items, want %d", len(h), HistoryLength)
	}
	for i, touch := range h {
		if touch.Weight <= 0 || touch.Item == 300 {
			t.Errorf("item %d has weight %v", touch.Item, touch.Weight)
		}
		if i > 0 && touch.Weight > h[i-1].Weight {
			t.Errorf("rank %d is heavier than the one before", i+1)
		}
	}
	if kept := History([]Touch{{1, 1}}, &profile.User{}, &s, 0); len(kept) != 1 {
		t.Errorf("appending nothing changed the slice: %v", kept)
	}
}

// graphed is a model with a graph, or without one.
func graphed(tb testing.TB, g Graph) *Model {
	tb.Helper()
	p := parts(1)
	p.Graph = g
	m, err := New(p)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func BenchmarkRetrieve(b *testing.B) {
	for name, g := range map[string]Graph{"Towers": {}, "Graph": web()} {
		b.Run(name, func(b *testing.B) {
			m := graphed(b, g)
			v := make([]float32, testDim)
			m.User(v, query)
			b.ReportAllocs()
			for b.Loop() {
				m.Retrieve(v, query.History, 20, nil)
			}
		})
	}
}

// Features alone make a short vector, anything else beside them one of full length.
func TestUserLength(t *testing.T) {
	m := model(t)
	full := 1 / float64(parts(1).Temperature)
	features := []float32{1, -2, 0.5}
	for name, tt := range map[string]struct {
		query Query
		want  float64
	}{
		"Features":     {Query{User: -1, Features: features}, 0.25 * full},
		"Unusable":     {Query{User: testUsers, History: []Touch{{-1, 1}, {testItems, 1}, {3, 0}}, Features: features}, 0.25 * full},
		"Embedding":    {Query{User: 0, Features: features}, full},
		"History":      {Query{User: -1, History: []Touch{{3, 0.01}}, Features: features}, full},
		"NoFeatures":   {Query{User: -1, History: []Touch{{3, 1}}}, full},
		"NothingKnown": {Query{User: -1}, 0},
	} {
		v := make([]float32, m.Dim())
		m.User(v, tt.query)
		if got := float64(norm(v)); math.Abs(got-tt.want) > 1e-5 {
			t.Errorf("%s: length %v, want %v", name, got, tt.want)
		}
	}
}

package interest

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/kernel"
)

const testBehaviours, testHidden = 3, 5

func head(seed uint64) Head {
	r := rand.New(rand.NewPCG(seed, 9))
	random := func(n int, size float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64() * size)
		}
		return x
	}
	inputs := testBehaviours + plainInputs + 3*testDim
	return Head{W: random(inputs*(testHidden+1), 0.2), B: random(testHidden+1, 0.2), V: random(testHidden, 0.5)}
}

func headed(t *testing.T) *Model {
	t.Helper()
	m, err := webbed(t).WithHead(head(1))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var behaving = Query{User: 3, History: []Touch{{11, 1}, {9, 3}, {10, 2}}, Features: query.Features, Behaviour: []float32{0.5, -1, 2}}

// byHand is the definition at Head, in float64, of inputs as HeadInput has them.
func byHand(h Head, x []float32) float64 {
	width := len(h.B)
	logit := 0.0
	for j := range width {
		sum := float64(h.B[j])
		for k, v := range x {
			sum += float64(v) * float64(h.W[k*width+j])
		}
		if j < width-1 {
			sum = max(0, sum) * float64(h.V[j])
		}
		logit += sum
	}
	return 1 / (1 + math.Exp(-logit))
}

func TestProbabilitiesMatchDefinition(t *testing.T) {
	m := headed(t)
	if m.BehaviourSize() != testBehaviours || !m.HasHead() || model(t).HasHead() || model(t).BehaviourSize() != 0 {
		t.Fatalf("the head reads %d behaviours, want %d", m.BehaviourSize(), testBehaviours)
	}
	for name, q := range map[string]Query{
		"All": behaving, "NoHistory": {User: 1, Behaviour: behaving.Behaviour}, "Nobody": {User: -1, Behaviour: make([]float32, testBehaviours)},
	} {
		v := make([]float32, testDim)
		m.User(v, q)
		found := m.Retrieve(v, q.History, 40, nil)
		p := make([]float32, len(found))
		m.Probabilities(p, v, q, found)
		x := make([]float32, m.HeadInputs(testBehaviours))
		for n, f := range found {
			m.HeadInput(x, v, q, f)
			if want := byHand(head(1), x); math.Abs(float64(p[n])-want) > 1e-5 {
				t.Errorf("%s: candidate %d has probability %v, want %v", name, n, p[n], want)
			}
		}
	}
}

func TestHeadInput(t *testing.T) {
	m := headed(t)
	v := make([]float32, testDim)
	m.User(v, behaving)
	f := m.Retrieve(v, behaving.History, 1, nil)[0]
	x := make([]float32, m.HeadInputs(testBehaviours))
	m.HeadInput(x, v, behaving, f)
	want := append([]float32{0.5, -1, 2, float32(math.Log(4)), f.Score, 0.5 * kernel.Dot(v, m.Vector(f.Index)), m.bias[f.Index]}, make([]float32, 3*testDim)...)
	for k, u := range v {
		i := m.Vector(f.Index)[k]
		want[testBehaviours+plainInputs+k] = u / 2
		want[testBehaviours+plainInputs+testDim+k] = i
		want[testBehaviours+plainInputs+2*testDim+k] = u / 2 * i
	}
	if diff := cmp.Diff(want, x); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownBehaviourIsNone(t *testing.T) {
	m, q := headed(t), behaving
	v := make([]float32, testDim)
	m.User(v, q)
	found := m.Retrieve(v, q.History, 5, nil)
	unknown, none := make([]float32, 5), make([]float32, 5)
	q.Behaviour = nil
	m.Probabilities(unknown, v, q, found)
	q.Behaviour = make([]float32, testBehaviours)
	m.Probabilities(none, v, q, found)
	if diff := cmp.Diff(none, unknown); diff != "" {
		t.Error(diff)
	}
}

// A list is ordered by probability, whatever its length, and every page is a part
// of the whole.
func TestRank(t *testing.T) {
	m := headed(t)
	v := make([]float32, testDim)
	m.User(v, behaving)
	skip := func(i int32) bool { return i%3 == 0 }
	byScore := m.Retrieve(v, behaving.History, 300, skip)
	whole := m.Rank(v, behaving, 300, skip)
	if len(whole) != 300 {
		t.Errorf("%d items, want 300", len(whole))
	}
	for n, f := range whole[1:] {
		if f.Score > whole[n].Score {
			t.Errorf("probability %v at rank %d after %v", f.Score, n+2, whole[n].Score)
		}
	}
	items := func(list []kernel.Scored) []int32 {
		all := make([]int32, len(list))
		for n, f := range list {
			all[n] = f.Index
		}
		return all
	}
	if diff := cmp.Diff(items(byScore)[Candidates:], items(whole)[Candidates:]); diff != "" {
		t.Errorf("items after the candidates moved:\n%s", diff)
	}
	if slices.Equal(items(byScore)[:Candidates], items(whole)[:Candidates]) {
		t.Error("the head left the candidates as they were: the test shows nothing")
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(items(byScore)[:Candidates])), slices.Sorted(slices.Values(items(whole)[:Candidates]))); diff != "" {
		t.Errorf("other candidates:\n%s", diff)
	}
	for _, k := range []int{-1, 0, 1, Candidates - 1, Candidates, Candidates + 1} {
		if diff := cmp.Diff(whole[:max(0, k)], m.Rank(v, behaving, k, skip), cmp.Transformer("", func(s []kernel.Scored) []kernel.Scored { return append([]kernel.Scored{}, s...) })); diff != "" {
			t.Errorf("the first %d are others:\n%s", k, diff)
		}
	}
	if diff := cmp.Diff(byScore, webbed(t).Rank(v, behaving, 300, skip)); diff != "" {
		t.Errorf("without a head the order is another:\n%s", diff)
	}
	if few := m.Rank(v, behaving, 10, func(i int32) bool { return i > 3 }); len(few) != 4 {
		t.Errorf("%d items, want 4", len(few))
	}
}

func TestHeadRoundTrip(t *testing.T) {
	m := headed(t)
	again, err := FromTensors(m.Tensors())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m.Tensors(), again.Tensors()); diff != "" {
		t.Errorf("round trip changed the tensors:\n%.500s", diff)
	}
	bare, err := m.WithHead(Head{})
	if err != nil || bare.HasHead() {
		t.Fatalf("the head stays: %v", err)
	}
	if diff := cmp.Diff(webbed(t).Tensors(), bare.Tensors()); diff != "" {
		t.Errorf("a model that lost its head is not what it was:\n%.500s", diff)
	}
}

func TestHeadNamesWhatDoesNotFit(t *testing.T) {
	for name, breakIt := range map[string]func(*Head){
		"Weights":    func(h *Head) { h.W = h.W[1:] },
		"Few":        func(h *Head) { h.W = h.W[(testBehaviours+1)*(testHidden+1):] },
		"Biases":     func(h *Head) { h.B = h.B[1:] },
		"NoBiases":   func(h *Head) { h.B = nil },
		"Hidden":     func(h *Head) { h.V = h.V[1:] },
		"NotANumber": func(h *Head) { h.W[7] = float32(math.NaN()) },
		"Infinite":   func(h *Head) { h.V[0] = float32(math.Inf(-1)) },
	} {
		h := head(1)
		breakIt(&h)
		if _, err := model(t).WithHead(h); !errors.Is(err, ErrShape) {
			t.Errorf("%s: error %v, want ErrShape", name, err)
		}
	}
	h := head(1)
	h.W = h.W[testBehaviours*(testHidden+1):]
	if m, err := model(t).WithHead(h); err != nil || m.BehaviourSize() != 0 {
		t.Errorf("a head without behaviours: %v", err)
	}
}

// BenchmarkProbabilities tells those of 100 candidates at 64 dimensions, as
// serving does for every answer.
func BenchmarkProbabilities(b *testing.B) {
	const dim, items, hidden = 64, 1000, 16
	m, err := New(Parts{Dim: dim, Temperature: 0.15, Items: make([]float32, items*dim), Pooled: make([]float32, items*dim), Bias: make([]float32, items)})
	if err != nil {
		b.Fatal(err)
	}
	for i := range m.items {
		m.items[i] = float32(i%7) / 50
	}
	if m, err = m.WithHead(Head{W: make([]float32, m.HeadInputs(0)*(hidden+1)), B: make([]float32, hidden+1), V: make([]float32, hidden)}); err != nil {
		b.Fatal(err)
	}
	user := slices.Clone(m.Vector(3))
	found := m.Retrieve(user, nil, Candidates, nil)
	p := make([]float32, Candidates)
	b.ReportAllocs()
	for b.Loop() {
		m.Probabilities(p, user, Query{User: -1}, found)
	}
	b.ReportMetric(float64(b.N)*Candidates/b.Elapsed().Seconds(), "items/s")
}

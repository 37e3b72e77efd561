package interest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"curio/artifacts/kernel"
)

// Candidates is how many of the best items a head orders and is calibrated for.
const Candidates = 100

// Head turns a score into the probability that the user takes the item up within
// the period that was held out when it was fitted, given that the item is among
// the user's Candidates best. It is a logistic regression and a small network
// side by side ("wide and deep", Cheng et al., DLRS 2016, section 3):
//
//	logit = w x + c + relu(x W1 + b1) v
//	x     = behaviours, log(1 + n), score, cos, b_i, u, i, u * i
//
// where n is the length of the history, u and i are the unit vectors of user and
// item, and u * i is their product by element. The zero value is no head.
type Head struct {
	W []float32 // [inputs, hidden+1]: W1 and, as the last column, w
	B []float32 // [hidden+1]: b1 and c
	V []float32 // [hidden]
}

// The inputs between the behaviours and the vectors.
const (
	inputHistory = iota
	inputScore
	inputCosine
	inputBias
	plainInputs
)

// HeadInputs is how many inputs a head of this model has that reads so many
// behaviours.
func (m *Model) HeadInputs(behaviours int) int { return behaviours + plainInputs + 3*m.dim }

// OrderInputs is how many of the first inputs leave items in the order of their
// score: the behaviours, the history and the score, which is the last of them.
func OrderInputs(behaviours int) int { return behaviours + inputScore + 1 }

// HeadInput writes what a head reads of a user and one of the items that Retrieve
// found for them to dst, len HeadInputs(len(q.Behaviour)). user is what User wrote
// for q.
func (m *Model) HeadInput(dst, user []float32, q Query, found kernel.Scored) {
	plain := dst[copy(dst, q.Behaviour):]
	u, i, product := plain[plainInputs:], plain[plainInputs+m.dim:], plain[plainInputs+2*m.dim:]
	item := m.Vector(found.Index)
	for k, x := range user {
		u[k] = x * m.temperature
		i[k] = item[k]
		product[k] = u[k] * item[k]
	}
	plain[inputHistory] = historyInput(q)
	plain[inputScore] = found.Score
	plain[inputCosine] = m.temperature * kernel.Dot(user, item)
	plain[inputBias] = m.bias[found.Index]
}

func historyInput(q Query) float32 { return float32(math.Log1p(float64(len(q.History)))) }

// HasHead reports whether the model tells probabilities.
func (m *Model) HasHead() bool { return len(m.head.B) > 0 }

// BehaviourSize is the length of Query.Behaviour; 0 when the model uses none.
func (m *Model) BehaviourSize() int {
	if !m.HasHead() {
		return 0
	}
	return len(m.head.W)/len(m.head.B) - m.HeadInputs(0)
}

// maxWeight keeps a logit from becoming infinite, and so a probability from being
// none.
const maxWeight = 1e12

// WithHead returns the model with another head, or without one if h is the zero
// value. It takes ownership of h's slices. The error wraps ErrShape.
func (m *Model) WithHead(h Head) (*Model, error) {
	if len(h.W) > 0 || len(h.B) > 0 || len(h.V) > 0 {
		width := len(h.V) + 1
		inputs := len(h.W) / width
		switch {
		case len(h.B) != width:
			return nil, fmt.Errorf("head has %d biases for %d hidden units: %w", len(h.B), len(h.V), ErrShape)
		case len(h.W) != inputs*width || inputs < m.HeadInputs(0):
			return nil, fmt.Errorf("head has %d weights, want a multiple of %d, at least %d x %d: %w", len(h.W), width, m.HeadInputs(0), width, ErrShape)
		}
		for _, data := range [][]float32{h.W, h.B, h.V} {
			for i, x := range data {
				if !(x >= -maxWeight && x <= maxWeight) {
					return nil, fmt.Errorf("head holds %v at %d of %d, want at most %v: %w", x, i, len(data), float32(maxWeight), ErrShape)
				}
			}
		}
	}
	out := *m
	out.head = h
	return &out, nil
}

// Probabilities writes the probability of each item that Retrieve found for a
// user to dst, len(found): 0..1. user is what User wrote for q. A user of unknown
// behaviour has done nothing. Without a head it writes nothing.
func (m *Model) Probabilities(dst, user []float32, q Query, found []kernel.Scored) {
	if !m.HasHead() {
		return
	}
	width, behaviours := len(m.head.B), m.BehaviourSize()
	hidden := width - 1
	row := func(input int) []float32 { return m.head.W[input*width : (input+1)*width] }
	plain := behaviours
	ofUser, ofItem, ofProduct := plain+plainInputs, plain+plainInputs+m.dim, plain+plainInputs+2*m.dim

	// What is the same for all items is added up once, and u * i is linear in i.
	d := desks.Get().(*desk)
	defer desks.Put(d)
	d.base, d.byItem = grown(d.base, width), grown(d.byItem, m.dim*width)
	d.vectors, d.hidden = grown(d.vectors, len(found)*m.dim), grown(d.hidden, len(found)*width)
	base, byItem, vectors, h := d.base, d.byItem, d.vectors, d.hidden
	copy(base, m.head.B)
	if len(q.Behaviour) == behaviours {
		for k, x := range q.Behaviour {
			kernel.Axpy(x, row(k), base)
		}
	}
	kernel.Axpy(historyInput(q), row(plain+inputHistory), base)
	copy(byItem, m.head.W[ofItem*width:ofProduct*width])
	for k, x := range user {
		x *= m.temperature
		kernel.Axpy(x, row(ofUser+k), base)
		kernel.Axpy(x, row(ofProduct+k), byItem[k*width:(k+1)*width])
	}
	for n, f := range found {
		item, h := m.Vector(f.Index), h[n*width:(n+1)*width]
		copy(vectors[n*m.dim:], item)
		copy(h, base)
		kernel.Axpy(f.Score, row(plain+inputScore), h)
		kernel.Axpy(m.temperature*kernel.Dot(user, item), row(plain+inputCosine), h)
		kernel.Axpy(m.bias[f.Index], row(plain+inputBias), h)
	}
	kernel.GemmNN(len(found), width, m.dim, 1, vectors, m.dim, byItem, width, 1, h, width)
	for n := range found {
		h := h[n*width : (n+1)*width]
		logit := h[hidden]
		for j, x := range h[:hidden] {
			logit += max(x, 0) * m.head.V[j]
		}
		dst[n] = float32(1 / (1 + math.Exp(-float64(logit))))
	}
}

// desk is what telling the probabilities of some items needs. Its memory is used again.
type desk struct {
	base    []float32 // [hidden+1]: the part of all items
	byItem  []float32 // [dim, hidden+1]: what an item's vector is multiplied by
	vectors []float32 // [items, dim]
	hidden  []float32 // [items, hidden+1]
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// Rank returns the k best items as they are shown, best first, without those that
// skip names, which may be nil: those of Retrieve, put in order by Rerank. user is
// what User wrote for q.
func (m *Model) Rank(user []float32, q Query, k int, skip func(int32) bool) []kernel.Scored {
	if !m.HasHead() || k <= 0 {
		return m.Retrieve(user, q.History, k, skip)
	}
	found := m.Retrieve(user, q.History, max(k, Candidates), skip)
	m.Rerank(user, q, found)
	return found[:min(k, len(found))]
}

// Rerank makes the scores of items that Retrieve found probabilities and puts the
// first Candidates, which must be there if there are as many, in their order.
// Those after them stay where they are and are no likelier than the one before.
// Without a head nothing changes.
func (m *Model) Rerank(user []float32, q Query, found []kernel.Scored) {
	if !m.HasHead() {
		return
	}
	var room [2 * Candidates]float32
	p := room[:0]
	if len(found) > len(room) {
		p = make([]float32, 0, len(found))
	}
	p = p[:len(found)]
	m.Probabilities(p, user, q, found)
	for n := range found {
		found[n].Score = p[n]
	}
	slices.SortStableFunc(found[:min(len(found), Candidates)], func(a, b kernel.Scored) int {
		return cmp.Compare(b.Score, a.Score)
	})
	for n := Candidates; n < len(found); n++ {
		found[n].Score = min(found[n].Score, found[n-1].Score)
	}
}

// tensors adds the head to the arrays of the model, if there is one.
func (h *Head) tensors(t map[string]Tensor) {
	if width := len(h.B); width > 0 {
		t["head.w"] = Tensor{[]int{len(h.W) / width, width}, h.W}
		t["head.b"] = Tensor{[]int{width}, h.B}
		t["head.v"] = Tensor{[]int{width - 1}, h.V}
	}
}

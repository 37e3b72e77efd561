// Package interest is the frozen interest model: it turns a user's id, history
// and features into a vector, and vectors into scores, candidates and reasons.
//
// The model is a two-tower network (Covington et al., "Deep Neural Networks for
// YouTube Recommendations", RecSys 2016, section 3; Yi et al.,
// "Sampling-Bias-Corrected Neural Modeling", RecSys 2019). With D the embedding
// size,
//
//	pool(u)  = sum_j w_j Q_j / sum_j w_j         over the first PoolLength items j of u's history
//	user(u)  = E_u + pool(u) + tower(features(u))
//	item(i)  = E_i + tower(attributes(i))
//	score    = cos(user(u), item(i)) / temperature + b_i + boost(history(u), i)
//
// of which the first part is shorter for users known by their features alone, see
// Parts.Alone; boost, of the item graph if the model has one, is described at Graph; and
// tower(x) = relu(x W1 + b1) W2. A user never seen in training has E_u = 0
// and still has a history and features; an item never seen has E_i = 0 and still
// has attributes. Item vectors are computed once, when the model is frozen; of
// the item side only they remain. A model with a Head also tells how likely the
// best items are to be taken up.
//
// A Model is immutable and safe for concurrent use.
package interest

import (
	"math"

	"curio/artifacts/kernel"
)

// Model scores every item of a catalogue for a user.
type Model struct {
	dim         int
	temperature float32
	alone       float32
	users       []float32 // [users, dim]: E_u
	items       []float32 // [items, dim]: unit item vectors
	pooled      []float32 // [items, dim]: Q_j, what a touch of j adds to a history
	bias        []float32 // [items]: b_i
	user        Tower
	graph       graph
	head        Head
}

// Touch is one item of a history and how much it weighs, > 0.
type Touch struct {
	Item   int32
	Weight float32
}

// Query is what is known of a user when a vector is asked for.
type Query struct {
	User     int32     // dense index, or -1 for a user never seen in training
	History  []Touch   // as History has it; items outside the catalogue are ignored
	Features []float32 // encoded profile, len FeatureSize, or nil when unknown

	Behaviour []float32 // what the user does, len BehaviourSize, or nil when unknown
}

// Items is the size of the catalogue.
func (m *Model) Items() int { return len(m.bias) }

// Users is the number of users with an embedding of their own.
func (m *Model) Users() int { return len(m.users) / m.dim }

// Dim is the length of user and item vectors.
func (m *Model) Dim() int { return m.dim }

// FeatureSize is the length of Query.Features; 0 when the model uses none.
func (m *Model) FeatureSize() int { return m.user.In() }

func (m *Model) embedding(table []float32, i int32) []float32 {
	o := int(i) * m.dim
	return table[o : o+m.dim : o+m.dim]
}

// User writes the vector of q to dst, len Dim. Its length is 1/temperature, so
// that its dot product with an item's unit vector is the score without the bias,
// and Parts.Alone times that for a user with neither embedding nor history. With nothing
// known of the user it is zero, and items rank by their bias.
func (m *Model) User(dst []float32, q Query) {
	length := 1 / m.temperature
	if !m.sum(dst, q) {
		length *= m.alone
	}
	normalise(dst, length)
}

// sum writes the user vector before it is scaled, and reports whether anything but
// features is part of it.
func (m *Model) sum(dst []float32, q Query) bool {
	clear(dst)
	if q.User >= 0 && int(q.User) < m.Users() {
		copy(dst, m.embedding(m.users, q.User))
	}
	history := Pool(q.History)
	if total := m.weight(history); total > 0 {
		for _, t := range history {
			if m.usable(t) {
				kernel.Axpy(t.Weight/total, m.embedding(m.pooled, t.Item), dst)
			}
		}
	}
	met := norm(dst) > 0
	m.user.Add(dst, q.Features)
	return met
}

// Pool returns the part of a history that the user vector is made of.
func Pool(history []Touch) []Touch { return history[:min(len(history), PoolLength)] }

// weight is the sum of the weights that count.
func (m *Model) weight(history []Touch) (total float32) {
	for _, t := range history {
		if m.usable(t) {
			total += t.Weight
		}
	}
	return total
}

// usable reports whether a touch takes part in the pool.
func (m *Model) usable(t Touch) bool {
	return m.known(t.Item) && t.Weight > 0 && t.Weight <= math.MaxFloat32
}

func (m *Model) known(item int32) bool { return item >= 0 && int(item) < len(m.bias) }

// Score writes the score of every item for a user vector, and the history it was
// made of, to dst, len Items.
func (m *Model) Score(dst, user []float32, history []Touch) {
	m.ScoreBlock(dst, user, [][]Touch{history})
}

// ScoreBlock writes the scores of n users at once: users is [n, Dim], histories
// has n of them, dst is [n, Items].
func (m *Model) ScoreBlock(dst, users []float32, histories [][]Touch) {
	s := m.sweep(users, histories)
	defer s.done()
	for first := 0; first < m.Items(); first += piece {
		s.score(dst[first:], m.Items(), first, min(piece, m.Items()-first))
	}
}

// Vector returns the unit vector of an item. The caller must not change it.
func (m *Model) Vector(item int32) []float32 { return m.embedding(m.items, item) }

// normalise scales x to the given length; a vector shorter than 1e-12, or
// without a finite length, becomes zero.
func normalise(x []float32, length float32) {
	n := norm(x)
	if !(n >= 1e-12 && n <= math.MaxFloat32) {
		clear(x)
		return
	}
	kernel.Scale(length/n, x)
}

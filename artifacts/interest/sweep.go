package interest

import (
	"math/bits"
	"sync"

	"curio/artifacts/kernel"
)

// piece is how many items are scored at a time: their vectors and the scores of
// a hundred users stay in the second cache. It is no power of two, so that the
// rows of the scores are not all in the same few sets of the first.
const piece = 1056

// sweep scores the catalogue for some users, a piece at a time.
type sweep struct {
	m      *Model
	bias   []float32 // of the items; nil for none
	users  []float32 // [users, dim]
	boosts []boost   // by user
	items  []int32   // what boosts are of, ascending for each user
	lifts  []float32 // the boosts themselves
	scores []float32 // [users, piece], for those who do not bring their own
	top    kernel.Top

	// While the boosts of a user are made, by item; zero before and after.
	sums  []float32
	marks []uint64 // a bit for each item with a sum
}

// boost is what the graph has for a user and was not added yet: at .. end-1.
type boost struct{ at, end int }

var sweeps = sync.Pool{New: func() any { return new(sweep) }}

// sweep prepares for users [n, Dim] with n histories. done gives the memory back.
func (m *Model) sweep(users []float32, histories [][]Touch) *sweep {
	s := sweeps.Get().(*sweep)
	s.begin(m, users)
	for _, history := range histories {
		s.add(history)
	}
	return s
}

func (s *sweep) begin(m *Model, users []float32) {
	s.m, s.bias, s.users = m, m.bias, users
	s.boosts, s.items, s.lifts = s.boosts[:0], s.items[:0], s.lifts[:0]
}

// add makes the boosts of one more user.
func (s *sweep) add(history []Touch) {
	at := len(s.items)
	s.boost(history)
	s.boosts = append(s.boosts, boost{at, len(s.items)})
}

func (s *sweep) done() {
	s.m, s.bias, s.users = nil, nil, nil
	sweeps.Put(s)
}

// boost appends what the graph makes of a history.
func (s *sweep) boost(history []Touch) {
	g := &s.m.graph
	if len(g.to) == 0 {
		return
	}
	if items := s.m.Items(); len(s.sums) < items {
		s.sums, s.marks = make([]float32, items), make([]uint64, (items+63)/64)
	}
	scale, sums, marks := s.m.scale(history), s.sums, s.marks
	for _, t := range history {
		if !s.m.usable(t) {
			continue
		}
		w := t.Weight * scale
		from, to := g.start[t.Item], g.start[t.Item+1]
		weight := g.weight[from:to]
		for e, item := range g.to[from:to] {
			sums[item] += float32(w * weight[e])
			marks[item>>6] |= 1 << (item & 63)
		}
	}
	at := len(s.items)
	for q, word := range marks {
		for ; word != 0; word &= word - 1 {
			item := int32(q<<6 + bits.TrailingZeros64(word))
			s.items = append(s.items, item)
			s.lifts = append(s.lifts, sums[item])
			sums[item] = 0
		}
		marks[q] = 0
	}
	g.lift(s.lifts[at:])
}

// lift is the greatest size of the boosts of a user.
func (s *sweep) lift(user int) (lift float32) {
	b := s.boosts[user]
	for _, l := range s.lifts[b.at:b.end] {
		lift = max(lift, l, -l)
	}
	return lift
}

// score writes the scores of items first .. first+n-1, n at most piece, to dst, a
// row of stride ld for each user. Pieces come in order, and none is left out.
func (s *sweep) score(dst []float32, ld, first, n int) {
	m := s.m
	for u, b := range s.boosts {
		row := dst[u*ld : u*ld+n]
		if s.bias == nil {
			clear(row)
		} else {
			copy(row, s.bias[first:first+n])
		}
		at := b.at
		for ; at < b.end && int(s.items[at]) < first+n; at++ {
			row[int(s.items[at])-first] += s.lifts[at]
		}
		s.boosts[u].at = at
	}
	kernel.GemmNT(len(s.boosts), n, m.dim, 1, s.users, m.dim, m.items[first*m.dim:], m.dim, 1, dst, ld)
}

// each scores the whole catalogue; see Sweep.
func (s *sweep) each(yield func(first, width int, scores []float32)) {
	users, items := len(s.boosts), s.m.Items()
	if need := users * min(piece, items); len(s.scores) < need {
		s.scores = make([]float32, need)
	}
	for first := 0; first < items; first += piece {
		n := min(piece, items-first)
		scores := s.scores[:users*n]
		s.score(scores, n, first, n)
		yield(first, n, scores)
	}
}

// Sweep scores n users at once, a piece of the catalogue at a time: users is [n,
// Dim], histories has n of them. yield is given the scores of the width items
// from first on, [n, width]; it may change them, and not keep them. Pieces come in
// order and are the whole catalogue. A user's scores do not depend on n; a hundred
// users are enough to make the most of preparing a piece, and need 8 bytes for
// each item that the graph leads one of them to.
func (m *Model) Sweep(users []float32, histories [][]Touch, yield func(first, width int, scores []float32)) {
	s := m.sweep(users, histories)
	defer s.done()
	s.each(yield)
}

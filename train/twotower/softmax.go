package twotower

import (
	"math"

	"curio/artifacts/kernel"
)

const (
	// lanes is how many parts a batch's work is cut into. It does not depend on
	// the number of workers, so neither does any sum.
	lanes = 16
	// tileRows is how many users' logits are held at a time: 64 x 2,048 negatives
	// are 512 KiB, half of a second-level cache.
	tileRows = 64
)

// softmax is the sampled softmax loss over cosines and all its gradients in one
// pass, tile by tile: the batch x negatives matrix never exists as a whole. With
// u the rows of user and x the rows of item, of which row r < batch is the
// positive of user r and the rest are negatives shared by the batch,
//
//	s(r, c) = cos(u_r, x_c) / temperature + bias_c
//	loss    = sum_r weight_r (log(exp s(r, r) + sum_c exp s(r, batch+c)) - s(r, r))
//
// A negative that is the positive's own item takes no part in its row.
// Source: Jean et al., "On Using Very Large Target Vocabulary", ACL 2015, section 3,
// with uniform proposals, whose correction is the same for every item.
type softmax struct {
	dim, batch, negatives int
	temperature           float32
	workers               int

	weight   []float32 // [batch], set before each run
	positive []int32   // [batch]: item of each positive
	where    *places   // where an item stands among the negatives

	loss                   float64
	gradUser               []float32 // [batch, dim]
	gradItem               []float32 // [batch+negatives, dim]
	gradBias               []float32 // [batch+negatives]
	unitUser, unitItem     []float32
	lengthUser, lengthItem []float32
	lane                   [lanes]lane
}

// lane is the scratch of one part of the batch.
type lane struct {
	loss     float64
	logits   []float32 // [tileRows, negatives]
	negative []float32 // [negatives, dim]: gradient by the unit negatives
	bias     []float32 // [negatives]
}

func newSoftmax(dim, batch, negatives int, temperature float32, workers int) *softmax {
	rows := batch + negatives
	s := &softmax{
		dim: dim, batch: batch, negatives: negatives, temperature: temperature, workers: workers,
		gradUser: make([]float32, batch*dim), gradItem: make([]float32, rows*dim), gradBias: make([]float32, rows),
		unitUser: make([]float32, batch*dim), unitItem: make([]float32, rows*dim),
		lengthUser: make([]float32, batch), lengthItem: make([]float32, rows),
	}
	for i := range s.lane {
		s.lane[i] = lane{
			logits:   make([]float32, tileRows*negatives),
			negative: make([]float32, negatives*dim),
			bias:     make([]float32, negatives),
		}
	}
	return s
}

// run computes the loss and the gradients. user is [batch, dim], item
// [batch+negatives, dim] and bias [batch+negatives]; none is changed.
func (s *softmax) run(user, item, bias []float32) {
	parallel(s.workers, lanes, func(l int) {
		from, to := chunk(s.batch, lanes, l)
		unit(s.unitUser, s.lengthUser, user, s.dim, from, to)
		from, to = chunk(s.batch+s.negatives, lanes, l)
		unit(s.unitItem, s.lengthItem, item, s.dim, from, to)
	})
	parallel(s.workers, lanes, func(l int) { s.forwardLane(l, bias) })
	parallel(s.workers, lanes, func(l int) {
		from, to := chunk(s.negatives, lanes, l)
		s.reduce(from, to)
	})
	parallel(s.workers, lanes, func(l int) {
		from, to := chunk(s.batch, lanes, l)
		project(s.gradUser, s.unitUser, s.lengthUser, s.dim, from, to)
		from, to = chunk(s.batch+s.negatives, lanes, l)
		project(s.gradItem, s.unitItem, s.lengthItem, s.dim, from, to)
	})
	s.loss = 0
	for i := range s.lane {
		s.loss += s.lane[i].loss
	}
}

func (s *softmax) forwardLane(l int, bias []float32) {
	w := &s.lane[l]
	w.loss = 0
	clear(w.negative)
	clear(w.bias)
	from, to := chunk(s.batch, lanes, l)
	for first := from; first < to; first += tileRows {
		s.tile(w, bias, first, min(tileRows, to-first))
	}
}

// tile handles the users first .. first+rows-1: after it their gradients by unit
// vectors are complete and those of the negatives are added up in w.
func (s *softmax) tile(w *lane, bias []float32, first, rows int) {
	d, m := s.dim, s.negatives
	users := s.unitUser[first*d : (first+rows)*d]
	negatives := s.unitItem[s.batch*d:]
	logits := w.logits[:rows*m]
	for r := range rows {
		copy(logits[r*m:(r+1)*m], bias[s.batch:])
	}
	inverse := 1 / s.temperature
	kernel.GemmNT(rows, m, d, inverse, users, d, negatives, d, 1, logits, m)
	for r := range rows {
		w.loss += s.row(w, logits[r*m:(r+1)*m], bias[first+r], first+r)
	}
	kernel.GemmNN(rows, d, m, inverse, logits, m, negatives, d, 1, s.gradUser[first*d:], d)
	kernel.GemmTN(m, d, rows, inverse, logits, m, users, d, 1, w.negative, d)
	for r := range rows {
		kernel.Axpy(1, logits[r*m:(r+1)*m], w.bias)
	}
}

// row turns the logits of user r into their gradients, sets the gradients that
// the positive takes part in, and returns the user's share of the loss.
func (s *softmax) row(w *lane, logits []float32, bias float32, r int) float64 {
	d := s.dim
	user, positive := s.unitUser[r*d:(r+1)*d], s.unitItem[r*d:(r+1)*d]
	score := kernel.Dot(user, positive)/s.temperature + bias
	s.where.each(s.positive[r], func(c int32) { logits[c] = negativeInfinity })
	shift := max(score, kernel.Max(logits))
	own := float32(math.Exp(float64(score - shift)))
	total := own + kernel.ExpSum(logits, logits, shift)
	weight := s.weight[r]
	kernel.Scale(weight/total, logits)
	g := weight * (own/total - 1)
	gradUser, gradItem := s.gradUser[r*d:(r+1)*d], s.gradItem[r*d:(r+1)*d]
	clear(gradUser)
	clear(gradItem)
	kernel.Axpy(g/s.temperature, positive, gradUser)
	kernel.Axpy(g/s.temperature, user, gradItem)
	s.gradBias[r] = g
	return float64(weight) * (math.Log(float64(total)) - float64(score-shift))
}

var negativeInfinity = float32(math.Inf(-1))

// reduce adds up the lanes' gradients of the negatives from .. to-1, in order.
func (s *softmax) reduce(from, to int) {
	d := s.dim
	grad := s.gradItem[(s.batch+from)*d : (s.batch+to)*d]
	bias := s.gradBias[s.batch+from : s.batch+to]
	copy(grad, s.lane[0].negative[from*d:to*d])
	copy(bias, s.lane[0].bias[from:to])
	for l := 1; l < lanes; l++ {
		kernel.Axpy(1, s.lane[l].negative[from*d:to*d], grad)
		kernel.Axpy(1, s.lane[l].bias[from:to], bias)
	}
}

// unit writes rows from .. to-1 of x, scaled to length one, and their lengths.
// A row shorter than 1e-12 becomes zero.
func unit(dst, length, x []float32, dim, from, to int) {
	for r := from; r < to; r++ {
		row, out := x[r*dim:(r+1)*dim], dst[r*dim:(r+1)*dim]
		n := float32(math.Sqrt(float64(kernel.Dot(row, row))))
		length[r] = n
		clear(out)
		if n >= 1e-12 {
			kernel.Axpy(1/n, row, out)
		}
	}
}

// project turns gradients by unit vectors into gradients by the vectors
// themselves: (g - u (u . g)) / |x|.
func project(grad, unit, length []float32, dim, from, to int) {
	for r := from; r < to; r++ {
		g, u := grad[r*dim:(r+1)*dim], unit[r*dim:(r+1)*dim]
		if length[r] < 1e-12 {
			clear(g)
			continue
		}
		kernel.Axpy(-kernel.Dot(u, g), u, g)
		kernel.Scale(1/length[r], g)
	}
}

// places finds the positions of an item in a short list, in constant time.
type places struct {
	head []int32 // [items]: first position + 1
	next []int32 // [positions]: following position + 1
	list []int32
}

func newPlaces(items, positions int) *places {
	return &places{head: make([]int32, items), next: make([]int32, positions)}
}

// set replaces the list. It is copied: the caller may reuse its memory.
func (p *places) set(list []int32) {
	for _, item := range p.list {
		p.head[item] = 0
	}
	p.list = append(p.list[:0], list...)
	for c, item := range list {
		p.next[c] = p.head[item]
		p.head[item] = int32(c) + 1
	}
}

func (p *places) each(item int32, f func(position int32)) {
	for c := p.head[item]; c > 0; c = p.next[c-1] {
		f(c - 1)
	}
}

package twotower

import (
	"math"
	"math/rand/v2"

	"curio/artifacts/kernel"
)

// Adam's usual decay rates (Kingma and Ba, ICLR 2015, section 2).
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// table is an embedding table with Adam moments. Only rows with a gradient are
// touched in a step ("lazy" Adam), so a step costs the rows it reads.
type table struct {
	dim          int
	rows, m, v   []float32 // [n, dim]
	learningRate float64
}

func newTable(n, dim int, learningRate, std float64, r *rand.Rand) *table {
	t := newTableOf(make([]float32, n*dim), dim, learningRate)
	if std > 0 {
		normal(t.rows, std, r)
	}
	return &t
}

func newTableOf(rows []float32, dim int, learningRate float64) table {
	return table{dim: dim, learningRate: learningRate, rows: rows, m: make([]float32, len(rows)), v: make([]float32, len(rows))}
}

func (t *table) row(i int32) []float32 {
	o := int(i) * t.dim
	return t.rows[o : o+t.dim : o+t.dim]
}

// corrections are the bias corrections of Adam's two moments after some updates.
type corrections struct{ first, second float32 }

func correction(updates int) corrections {
	n := float64(updates)
	return corrections{float32(1 / (1 - math.Pow(beta1, n))), float32(1 / (1 - math.Pow(beta2, n)))}
}

// adam moves the numbers from..to-1 against their gradient; rate scales the
// learning rate.
func (t *table) adam(gradient []float32, from, to int, rate float64, c corrections) {
	lr := float32(t.learningRate * rate)
	kernel.Adam(t.rows[from:to], gradient, t.m[from:to], t.v[from:to], lr, beta1, beta2, epsilon, c.first, c.second)
}

// update applies the gradients that s collected: one Adam step a touched row.
func (t *table) update(s *scatter, rate float64, c corrections, workers int) {
	s.sort()
	parallel(workers, parts, func(p int) {
		g := s.sums[p*t.dim : (p+1)*t.dim]
		from, to := chunk(len(s.touched), parts, p)
		for _, row := range s.touched[from:to] {
			clear(g)
			s.sum(g, row)
			o := int(row) * t.dim
			t.adam(g, o, o+t.dim, rate, c)
		}
	})
}

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
	steps        int
}

func newTable(n, dim int, learningRate, std float64, r *rand.Rand) *table {
	t := &table{
		dim: dim, learningRate: learningRate,
		rows: make([]float32, n*dim), m: make([]float32, n*dim), v: make([]float32, n*dim),
	}
	if std > 0 {
		normal(t.rows, std, r)
	}
	return t
}

func (t *table) row(i int32) []float32 {
	o := int(i) * t.dim
	return t.rows[o : o+t.dim : o+t.dim]
}

// begin starts a step; rate scales the learning rate.
func (t *table) begin(rate float64) (lr, correct1, correct2 float32) {
	t.steps++
	n := float64(t.steps)
	return float32(t.learningRate * rate),
		float32(1 / (1 - math.Pow(beta1, n))), float32(1 / (1 - math.Pow(beta2, n)))
}

// update applies the gradients that s collected: one Adam step a touched row.
func (t *table) update(s *scatter, rate float64, workers int) {
	lr, c1, c2 := t.begin(rate)
	s.sort()
	const parts = 64
	parallel(workers, parts, func(p int) {
		g := make([]float32, t.dim)
		from, to := chunk(len(s.touched), parts, p)
		for _, row := range s.touched[from:to] {
			clear(g)
			s.sum(g, row)
			o := int(row) * t.dim
			end := o + t.dim
			kernel.Adam(t.rows[o:end], g, t.m[o:end], t.v[o:end], lr, beta1, beta2, epsilon, c1, c2)
		}
	})
}

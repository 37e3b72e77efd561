package interest

import (
	"fmt"
	"math"

	"curio/artifacts/kernel"
)

// Turn returns the model with every vector x turned to x R, for an orthogonal
// rotation R [Dim, Dim]. Scores stay what they were but for rounding. The error
// wraps ErrShape if R is of another size or not orthogonal to 1e-4.
func (m *Model) Turn(rotation []float32) (*Model, error) {
	d := m.dim
	if len(rotation) != d*d {
		return nil, fmt.Errorf("rotation has %d numbers, want %d x %d: %w", len(rotation), d, d, ErrShape)
	}
	for i := range d {
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			if dot := kernel.Dot(rotation[i*d:(i+1)*d], rotation[j*d:(j+1)*d]); !(math.Abs(float64(dot)-want) <= 1e-4) {
				return nil, fmt.Errorf("rows %d and %d of the rotation have product %v: %w", i, j, dot, ErrShape)
			}
		}
	}
	turned := func(x []float32) []float32 {
		out := make([]float32, len(x))
		kernel.GemmNN(len(x)/d, d, d, 1, x, d, rotation, d, 0, out, d)
		return out
	}
	out := *m
	out.users, out.items, out.pooled = turned(m.users), turned(m.items), turned(m.pooled)
	out.user.W2 = turned(m.user.W2)
	return &out, nil
}

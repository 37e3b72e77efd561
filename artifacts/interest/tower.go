package interest

import (
	"math"

	"curio/artifacts/kernel"
)

// Tower is a feature network with one hidden layer: relu(x W1 + B1) W2.
// A Tower without weights adds nothing.
type Tower struct {
	W1 []float32 // [in, hidden]
	B1 []float32 // [hidden]
	W2 []float32 // [hidden, dim]
}

// In is the number of features the tower reads; 0 for none.
func (t *Tower) In() int {
	if len(t.B1) == 0 {
		return 0
	}
	return len(t.W1) / len(t.B1)
}

// Add adds the tower's output for x to dst. It allocates only for hidden layers
// wider than 256.
func (t *Tower) Add(dst, x []float32) {
	in, hidden := t.In(), len(t.B1)
	if in == 0 || len(x) != in {
		return
	}
	var room [256]float32
	h := room[:]
	if hidden > len(room) {
		h = make([]float32, hidden)
	}
	h = h[:hidden]
	copy(h, t.B1)
	for i, v := range x {
		if v != 0 {
			kernel.Axpy(v, t.W1[i*hidden:(i+1)*hidden], h)
		}
	}
	dim := len(dst)
	for j, v := range h {
		if v > 0 {
			kernel.Axpy(v, t.W2[j*dim:(j+1)*dim], dst)
		}
	}
}

func norm(x []float32) float32 {
	return float32(math.Sqrt(float64(kernel.Dot(x, x))))
}

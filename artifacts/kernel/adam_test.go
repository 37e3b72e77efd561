package kernel

import (
	"math"
	"slices"
	"testing"
)

func TestAdam(t *testing.T) {
	const lr, beta1, beta2, eps, c1, c2 = 0.05, 0.9, 0.999, 1e-8, 10, 1000
	onEachPath(t, func(t *testing.T) {
		s := newSource(40)
		for _, n := range lengths() {
			off := s.IntN(16)
			g := s.vector(n, s.IntN(16))
			w, wBacking := place(s.vector(n, 0), off)
			m, mBacking := place(s.vector(n, 0), off+1)
			v, vBacking := place(s.vector(n, 0), off+2)
			for i := range v {
				v[i] = float32(math.Abs(float64(v[i])))
			}
			if n > 3 {
				g[0], g[1], g[n-1] = float32(math.NaN()), 1e-30, float32(math.Inf(1))
			}
			w2, m2, v2 := slices.Clone(w), slices.Clone(m), slices.Clone(v)
			adamGo(w2, g, m2, v2, lr, beta1, beta2, eps, c1, c2)
			Adam(w, g, m, v, lr, beta1, beta2, eps, c1, c2)
			diffBits(t, "w", w, w2)
			diffBits(t, "m", m, m2)
			diffBits(t, "v", v, v2)
			checkGuards(t, "w", w, wBacking, off)
			checkGuards(t, "m", m, mBacking, off+1)
			checkGuards(t, "v", v, vBacking, off+2)
		}
	})
}

// The first step of Adam moves every weight by the learning rate against the
// sign of its gradient.
func TestAdamFirstStep(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		g := []float32{3, -0.01, 250, -1}
		w, m, v := make([]float32, 4), make([]float32, 4), make([]float32, 4)
		Adam(w, g, m, v, 0.1, 0.9, 0.999, 1e-8, 1/(1-float32(0.9)), 1/(1-float32(0.999)))
		for i, want := range []float64{-0.1, 0.1, -0.1, 0.1} {
			if math.Abs(float64(w[i])-want) > 1e-6 {
				t.Errorf("w[%d] = %v, want %v", i, w[i], want)
			}
		}
	})
}

package synth

// alias draws from a fixed discrete distribution in constant time (Walker 1977,
// built as Vose 1991 does).
type alias struct {
	keep  []float32
	other []int32
}

func newAlias(weights []float64) alias {
	n := len(weights)
	var total float64
	for _, w := range weights {
		total += w
	}
	a := alias{keep: make([]float32, n), other: make([]int32, n)}
	scaled := make([]float64, n)
	var small, large []int32
	for i, w := range weights {
		scaled[i] = w * float64(n) / total
		if scaled[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.keep[s], a.other[s] = float32(scaled[s]), l
		if scaled[l] -= 1 - scaled[s]; scaled[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		a.keep[i], a.other[i] = 1, i
	}
	return a
}

// draw returns an index; the distribution must not be empty.
func (a alias) draw(s *stream) int32 {
	i := int32(s.IntN(len(a.keep)))
	if s.Float32() < a.keep[i] {
		return i
	}
	return a.other[i]
}

package kernel

// Mark writes which elements of x are at least the limit: bit i%32 of dst[i/32] is
// that of x[i], and the bits after the last are zero. NaN is not.
func Mark(dst []uint32, x []float32, limit float32) {
	if len(x) > 0 {
		_ = dst[(len(x)-1)/32]
		markBits(dst, x, limit)
	}
}

func markGo(dst []uint32, x []float32, limit float32) {
	for i, v := range x {
		if i%32 == 0 {
			dst[i/32] = 0
		}
		if v >= limit {
			dst[i/32] |= 1 << (i % 32)
		}
	}
}

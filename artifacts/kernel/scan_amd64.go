//go:build amd64 && !purego

package kernel

// block is the number of scores that the assembly compares at a time.
const block = 32

func above(x []float32, limit float32) int {
	i, n := 0, len(x)&^(block-1)
	if n > 0 {
		switch active {
		case avx512:
			i = aboveAVX512(&x[0], n, limit)
		case avx2:
			i = aboveAVX2(&x[0], n, limit)
		}
	}
	return i + aboveGo(x[i:], limit)
}

func atLeast(x []float32, limit float32) int {
	i, n := 0, len(x)&^(block-1)
	if n > 0 {
		switch active {
		case avx512:
			i = atLeastAVX512(&x[0], n, limit)
		case avx2:
			i = atLeastAVX2(&x[0], n, limit)
		}
	}
	return i + atLeastGo(x[i:], limit)
}

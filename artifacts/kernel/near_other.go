//go:build !amd64 || purego

package kernel

// CodesPay reports whether products of codes take less time than others here.
func CodesPay() bool { return false }

func near(dst []float32, ld, blocks, pairs int, l *Coded, data []int16, scale, base []float32) {
	nearGo(dst, ld, blocks, pairs, l, data, scale, base)
}

func markBits(dst []uint32, x []float32, limit float32) { markGo(dst, x, limit) }

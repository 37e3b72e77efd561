//go:build amd64 && !purego

package kernel

// packPanels copies panels whole panels of a transposed left operand, each
// width columns of k rows; panel q starts at dst[q*k*width].
func packPanels(dst []float32, width int, src []float32, ld, k, panels int) {
	_, _ = dst[panels*k*width-1], src[lastIndex(k, panels*width, ld)]
	switch active {
	case avx512:
		packColumnsAVX512(&dst[0], &src[0], ld, k, panels)
	case avx2:
		packColumnsAVX2(&dst[0], &src[0], ld, k, panels)
	default:
		packPanelsGo(dst, width, src, ld, k, panels)
	}
}

// packRows copies n rows of k values to the columns of dst, width to a row, the
// rest zero.
func packRows(dst []float32, width int, src []float32, ld, k, n int) {
	done := 0
	if n == width && active != generic {
		if done = k &^ 7; done > 0 {
			_, _ = dst[done*width-1], src[lastIndex(n, done, ld)]
			if active == avx512 {
				packRowsAVX512(&dst[0], &src[0], ld, done)
			} else {
				packRowsAVX2(&dst[0], &src[0], ld, done)
			}
		}
		if done == k {
			return
		}
	}
	packRowsGo(dst[done*width:], width, src[done:], ld, k-done, n)
}

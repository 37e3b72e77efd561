//go:build (!amd64 && !arm64) || purego

package kernel

// active is the only path there is.
var active = generic

func tileSize() (rows, cols int) { return goRows, goCols }

func tile(rows, k int, a []float32, rowStep, colStep int, b []float32, ldb int, alpha, beta float32, c []float32, ldc int) {
	tileGo(rows, k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
}

func packPanels(dst []float32, width int, src []float32, ld, k, panels int) {
	packPanelsGo(dst, width, src, ld, k, panels)
}

func packRows(dst []float32, width int, src []float32, ld, k, n int) {
	packRowsGo(dst, width, src, ld, k, n)
}

func dot(a, b []float32) float32 { return dotGo(a, b) }

func axpy(alpha float32, x, y []float32) { axpyGo(alpha, x, y) }

func scale(alpha float32, x []float32) { scaleGo(alpha, x) }

func maximum(x []float32) float32 { return maxGo(x) }

func expSum(dst, src []float32, shift float32) float32 { return expSumGo(dst, src, shift) }

func adam(w, g, m, v []float32, lr, beta1, beta2, eps, c1, c2 float32) {
	adamGo(w, g, m, v, lr, beta1, beta2, eps, c1, c2)
}

func above(x []float32, limit float32) int { return aboveGo(x, limit) }

func atLeast(x []float32, limit float32) int { return atLeastGo(x, limit) }

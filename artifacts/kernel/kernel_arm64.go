//go:build !purego

package kernel

//go:noescape
func tileNEON(rows, k int, a *float32, rowStep, colStep int, b *float32, ldb int, alpha, beta float32, c *float32, ldc int)

//go:noescape
func packColumnsNEON(dst, src *float32, ld, k, panels int)

//go:noescape
func packRowsNEON(dst, src *float32, ld, k int)

//go:noescape
func dotNEON(a, b *float32, n int) float32

//go:noescape
func axpyNEON(alpha float32, x, y *float32, n int)

//go:noescape
func scaleNEON(alpha float32, x *float32, n int)

//go:noescape
func maximumNEON(x *float32, n int) float32

//go:noescape
func aboveNEON(x *float32, n int, limit float32) int

//go:noescape
func atLeastNEON(x *float32, n int, limit float32) int

//go:noescape
func expSumNEON(dst, src *float32, n int, shift float32) float32

//go:noescape
func log1pNEON(x *float32, n int)

//go:noescape
func adamNEON(w, grad, m, v *float32, n int, lr, beta1, keep1, beta2, keep2, eps, c1, c2 float32)

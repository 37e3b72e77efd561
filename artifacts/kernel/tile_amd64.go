//go:build amd64 && !purego

package kernel

// tile computes a tile of C as tileGo does, of the height and width that
// tileSize gives. The caller has checked that the operands are long enough.
func tile(rows, k int, a []float32, rowStep, colStep int, b []float32, ldb int, alpha, beta float32, c []float32, ldc int) {
	if active == generic {
		tileGo(rows, k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return
	}
	for i := 0; i < rows; {
		x, y := &a[i*rowStep], &c[i*ldc]
		if active == avx512 {
			i += tileAVX512(rows-i, k, x, rowStep, colStep, &b[0], ldb, alpha, beta, y, ldc)
		} else {
			i += tileAVX2(rows-i, k, x, rowStep, colStep, &b[0], ldb, alpha, beta, y, ldc)
		}
	}
}

// tileAVX512 computes the first rows of a tile, and returns how many.
func tileAVX512(rows, k int, a *float32, rowStep, colStep int, b *float32, ldb int, alpha, beta float32, c *float32, ldc int) int {
	switch {
	case rows >= 12:
		tile12AVX512(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return 12
	case rows >= 8:
		tile8AVX512(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return 8
	case rows >= 4:
		tile4AVX512(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return 4
	case rows >= 2:
		tile2AVX512(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return 2
	}
	tile1AVX512(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
	return 1
}

// tileAVX2 computes the first rows of a tile, and returns how many.
func tileAVX2(rows, k int, a *float32, rowStep, colStep int, b *float32, ldb int, alpha, beta float32, c *float32, ldc int) int {
	switch {
	case rows >= 6:
		tile6AVX2(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return 6
	case rows >= 4:
		tile4AVX2(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return 4
	case rows >= 2:
		tile2AVX2(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return 2
	}
	tile1AVX2(k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
	return 1
}

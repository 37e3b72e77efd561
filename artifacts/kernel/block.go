package kernel

import "sync"

// Blocking of the matrix product. C is computed in tiles of up to maxRows x
// maxCols that stay in registers over depth values of k. A panel of B, one tile
// wide and depth deep, stays in the first cache while the rows of a block of A
// pass over it. depth is part of the order of summation and so the same on
// every path; the others are not.
const (
	depth     = 256 // values of k summed in registers
	blockRows = 240 // rows of A held packed; a multiple of every tile height
	maxRows   = 12
	maxCols   = 32
)

// scratch is what one product needs beside its operands. The first two arrays
// are multiples of a cache line, so that all are aligned as the first is.
type scratch struct {
	left  [blockRows * depth]float32
	right [depth * maxCols]float32
	tile  [maxRows * maxCols]float32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// blocked computes C = alpha*A*B + beta*C for operands that are in range, with
// m, n and k positive. Each element of C is the sum over consecutive runs of k,
// added up in order; each run is summed in order too.
func blocked(m, n, k int, alpha float32, a left, b right, beta float32, c []float32, ldc int) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	rows, cols := tileSize()
	runs := (k + depth - 1) / depth
	run := (k + runs - 1) / runs
	for p := 0; p < k; p += run {
		kb := min(run, k-p)
		for i := 0; i < m; i += blockRows {
			mb := min(blockRows, m-i)
			x := a.block(s, i, p, mb, kb, rows)
			for j := 0; j < n; j += cols {
				nb := min(cols, n-j)
				y, ldy := b.panel(s, p, j, kb, nb, cols)
				for t := 0; t < mb; t += rows {
					r := min(rows, mb-t)
					out := c[(i+t)*ldc+j:]
					if nb == cols {
						tile(r, kb, x.rows(t), x.rowStep, x.colStep, y, ldy, alpha, beta, out, ldc)
						continue
					}
					tile(r, kb, x.rows(t), x.rowStep, x.colStep, y, ldy, alpha, 0, s.tile[:], cols)
					merge(r, nb, s.tile[:], cols, beta, out, ldc)
				}
			}
		}
		beta = 1
	}
}

// merge adds the first n columns of a tile to those of C: C = T + beta*C.
func merge(m, n int, t []float32, ldt int, beta float32, c []float32, ldc int) {
	for i := range m {
		row, add := c[i*ldc:i*ldc+n], t[i*ldt:i*ldt+n]
		for j := range row {
			if beta == 0 {
				row[j] = add[j]
			} else {
				row[j] = add[j] + float32(beta*row[j])
			}
		}
	}
}

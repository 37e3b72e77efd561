package kernel

// left is the operand whose elements the tile broadcasts, one a row of C.
type left struct {
	data       []float32
	ld         int
	transposed bool // data holds k rows of m
}

// leftBlock is some rows of left over one run of k: row i at depth p is
// data[i*rowStep+p*colStep] within a tile, and tiles are tileStep rows' worth
// of data apart.
type leftBlock struct {
	data             []float32
	rowStep, colStep int
	tileStep         int // data from one row that starts a tile to the next row
}

// rows returns the data of the tile that starts at row t.
func (x *leftBlock) rows(t int) []float32 { return x.data[t*x.tileStep:] }

// block returns m rows from i over k values from p. Rows close together are
// used where they are. Others are copied: far rows whose distance is a power of
// two share one set of the first cache, and a transposed operand has the values
// of a row on as many pages as k.
func (a left) block(s *scratch, i, p, m, k, rows int) leftBlock {
	if !a.transposed {
		if a.ld < 512 {
			return leftBlock{data: a.data[i*a.ld+p:], rowStep: a.ld, colStep: 1, tileStep: a.ld}
		}
		for r := range m {
			copy(s.left[r*k:(r+1)*k], a.data[(i+r)*a.ld+p:])
		}
		return leftBlock{data: s.left[:m*k], rowStep: k, colStep: 1, tileStep: k}
	}
	t := 0
	for panels := m / rows; panels > 0; {
		q := min(panels, panelsAtOnce)
		packPanels(s.left[t*k:], rows, a.data[p*a.ld+i+t:], a.ld, k, q)
		t += q * rows
		panels -= q
	}
	if t < m {
		packColumns(s.left[t*k:], rows, a.data[p*a.ld+i+t:], a.ld, k, m-t)
	}
	return leftBlock{data: s.left[:], rowStep: 1, colStep: rows, tileStep: k}
}

// panelsAtOnce is how many panels of a transposed left operand are packed
// together: enough to read whole cache lines, few enough that what is written
// stays in the first cache when the panels are a power of two apart.
const panelsAtOnce = 4

// right is the operand whose rows the tile reads as vectors.
type right struct {
	data       []float32
	ld         int
	transposed bool // data holds n rows of k
}

// panel returns k rows from p of the n columns from j, as rows of cols at the
// returned stride; columns past n are zero.
func (b right) panel(s *scratch, p, j, k, n, cols int) ([]float32, int) {
	switch {
	case b.transposed:
		packRows(s.right[:], cols, b.data[j*b.ld+p:], b.ld, k, n)
	case n == cols:
		return b.data[p*b.ld+j:], b.ld
	default:
		packColumns(s.right[:], cols, b.data[p*b.ld+j:], b.ld, k, n)
	}
	return s.right[:], cols
}

// packColumns copies n columns of k rows to dst, width to a row, the rest zero.
func packColumns(dst []float32, width int, src []float32, ld, k, n int) {
	for p := range k {
		row := dst[p*width : (p+1)*width]
		clear(row[copy(row, src[p*ld:p*ld+n]):])
	}
}

// packPanelsGo copies panels whole panels, each width columns of k rows.
func packPanelsGo(dst []float32, width int, src []float32, ld, k, panels int) {
	for q := range panels {
		packColumns(dst[q*k*width:], width, src[q*width:], ld, k, width)
	}
}

// packRowsGo copies n rows of k values to the columns of dst, width to a row,
// the rest zero.
func packRowsGo(dst []float32, width int, src []float32, ld, k, n int) {
	for j := range width {
		if j >= n {
			for p := range k {
				dst[p*width+j] = 0
			}
			continue
		}
		for p, v := range src[j*ld : j*ld+k] {
			dst[p*width+j] = v
		}
	}
}

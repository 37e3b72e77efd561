package kernel

import (
	"errors"
	"math"
)

// Blocks of the product of whole numbers: codeRows rows of the right operand side by
// side, two values of each together.
const (
	codeRows = 32
	codePair = 2
)

// maxCodes is how long the rows of coded matrices may be.
const maxCodes = 1 << 14

// ErrCodes is returned for a matrix that cannot be coded.
var ErrCodes = errors.New("rows are too long or not finite")

// Codes is a matrix [n, k] in sixteen bits an element, with a scale for each row, as
// the right operand of products that are near the true ones and cheaper. Row i is its
// scale times whole numbers but for a rest, and
//
//	|rest of row i| <= Rest, |row i - rest| <= Norm    for all i
//
// so that, by Cauchy and Schwarz, the product of a row with a coded vector u (see
// Coded) differs from the true one by |u| Rest + |rest of u| Norm at most, and by
// what rounding adds.
type Codes struct {
	k          int       // of a row
	data       []int16   // [blocks, pairs, codeRows, codePair]
	scale      []float32 // [blocks * codeRows]
	Rest, Norm float32
}

// Encode codes the n rows of x, k long and next to each other.
func Encode(x []float32, n, k int) (*Codes, error) {
	checkSpan(x, n, k, k)
	if k > maxCodes {
		return nil, ErrCodes
	}
	blocks := (n + codeRows - 1) / codeRows
	c := &Codes{
		k: k, data: make([]int16, blocks*codeRows*pairs(k)*codePair), scale: make([]float32, blocks*codeRows),
	}
	row, limit := make([]int16, pairs(k)*codePair), codeLimit(k)
	var rest, norm float64
	for i := range n {
		scale, r, s := code(row, x[i*k:(i+1)*k], limit)
		c.scale[i] = scale
		rest, norm = max(rest, r), max(norm, s) // NaN stays
		at := c.data[i/codeRows*codeRows*len(row)+i%codeRows*codePair:]
		for p := 0; p < len(row); p += codePair {
			*(*[codePair]int16)(at[p*codeRows:]) = [codePair]int16(row[p:])
		}
	}
	// Up, so that the bounds hold in float32 too.
	c.Rest, c.Norm = float32(rest*(1+1e-6)), float32(norm*(1+1e-6))
	if !(c.Rest <= math.MaxFloat32 && c.Norm <= math.MaxFloat32) {
		return nil, ErrCodes
	}
	return c, nil
}

func pairs(k int) int { return (k + codePair - 1) / codePair }

// codeLimit is the greatest number in a code: sums of k products fit an int32.
func codeLimit(k int) float32 {
	return float32(min(math.MaxInt16, math.Floor(math.Sqrt(math.MaxInt32/float64(max(k, 1))))))
}

// code writes x as scale times whole numbers -limit .. limit, and returns bounds of the
// lengths of what is left over and of what was written; they are not finite when that
// of x is not.
func code(dst []int16, x []float32, limit float32) (scale float32, rest, norm float64) {
	var most uint32
	for _, v := range x {
		most = max(most, math.Float32bits(v)&^(1<<31))
	}
	// A length is a little more, so that nothing that rounding or underflow took is missing.
	length := math.Sqrt(float64(Dot(x, x)))*(1+1e-3) + 1e-18
	clear(dst[len(x):])
	if scale = math.Float32frombits(most) / limit; !(scale >= 1e-30 && length <= math.MaxFloat32) {
		clear(dst)
		return 0, length, 0
	}
	// |v| / scale rounds to limit at most: it is larger by rounding alone.
	const half = 3 << 22 // adding it rounds to a whole number
	inverse := 1 / scale
	for i, v := range x {
		dst[i] = int16(int32(float32(float32(v*inverse)+half) - half))
	}
	// A number is half a step off, and what rounding adds for a large one.
	rest = 0.51 * float64(scale) * math.Sqrt(float64(len(x)))
	return scale, rest, length + rest
}

// Coded is a left operand [m, k] in sixteen bits an element. Its memory serves any
// number of matrices in turn.
type Coded struct {
	rows  int
	data  []int16   // [m, pairs * codePair]
	scale []float32 // [m]
	rest  []float32 // [m]
	norm  []float32 // [m]
}

// Set codes the m rows of x, k long and next to each other.
func (l *Coded) Set(x []float32, m, k int) {
	checkSpan(x, m, k, k)
	step, limit := pairs(k)*codePair, codeLimit(k)
	l.rows, l.data, l.scale = m, room(l.data, m*step), room(l.scale, m)
	l.rest, l.norm = room(l.rest, m), room(l.norm, m)
	for i := range m {
		row := l.data[i*step : (i+1)*step]
		scale, rest, norm := code(row, x[i*k:(i+1)*k], limit)
		l.scale[i], l.rest[i], l.norm[i] = scale, float32(rest*(1+1e-6)), float32(norm*(1+1e-6))
	}
}

// Rest is the length of what the codes of row i leave over, NaN or infinite for a row
// that has no finite length.
func (l *Coded) Rest(i int) float32 { return l.rest[i] }

// Norm is the length of what the codes of row i stand for.
func (l *Coded) Norm(i int) float32 { return l.norm[i] }

func room[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

// Near writes the products of the rows of l with blocks blocks of 32 rows from block
// first on, each with its element of base added, to dst, of stride ld:
//
//	dst[i, j] = (l_i . row_(32 first + j)) + base[j]    for j < 32 blocks
//
// Rows after the last count as zero. The result does not depend on what other rows
// there are, and is the same on every path.
func (c *Codes) Near(dst []float32, ld, first, blocks int, l *Coded, base []float32) {
	step := pairs(c.k) * codePair
	if l.rows == 0 || blocks == 0 {
		return
	}
	checkSpan(dst, l.rows, blocks*codeRows, ld)
	_, _ = base[blocks*codeRows-1], l.data[l.rows*step-1]
	data, scale := c.data[first*codeRows*step:], c.scale[first*codeRows:]
	_, _ = data[blocks*codeRows*step-1], scale[blocks*codeRows-1]
	near(dst, ld, blocks, pairs(c.k), l, data, scale, base)
}

// nearGo is the definition of near, which has checked operands: data, scale and base are
// of the blocks asked for.
func nearGo(dst []float32, ld, blocks, pairs int, l *Coded, data []int16, scale, base []float32) {
	step := pairs * codePair
	for i := range l.rows {
		codes := l.data[i*step : (i+1)*step]
		for b := range blocks {
			var sums [codeRows]int32
			for p := 0; p < step; p += codePair {
				x := (*[codePair]int16)(codes[p:])
				for j := range sums {
					y := (*[codePair]int16)(data[(b*step+p)*codeRows+j*codePair:])
					sums[j] += int32(x[0])*int32(y[0]) + int32(x[1])*int32(y[1])
				}
			}
			at := b * codeRows
			out := dst[i*ld+at : i*ld+at+codeRows]
			for j, sum := range sums {
				out[j] = float32(float32(float32(sum)*l.scale[i])*scale[at+j]) + base[at+j]
			}
		}
	}
}

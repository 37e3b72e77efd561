package kernel

import "math"

// checkSpan panics, as indexing does, unless x holds rows rows of width at the
// given stride.
func checkSpan(x []float32, rows, width, stride int) {
	if rows == 0 || width == 0 {
		if rows < 0 || width < 0 {
			_ = x[min(rows, width)]
		}
		return
	}
	_ = x[lastIndex(rows, width, stride)]
}

// lastIndex returns the index of the last element of rows rows of width at the
// given stride: negative when there is no such layout, math.MaxInt when it is
// beyond any slice.
func lastIndex(rows, width, stride int) int {
	switch {
	case rows < 0 || width < 0 || rows > 1 && stride < width:
		return -1
	case rows > 1 && rows-1 > (math.MaxInt-width)/stride:
		return math.MaxInt
	}
	return (rows-1)*stride + width - 1
}

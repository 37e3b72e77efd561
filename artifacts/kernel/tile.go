package kernel

// Height and width of the portable tile.
const (
	goRows = 4
	goCols = 4
)

// tileGo computes one tile of C, goCols wide and up to goRows high:
//
//	C[i,j] = alpha * sum over p of a[i*rowStep+p*colStep] * b[p*ldb+j] + beta*C[i,j]
//
// and does not read C when beta is 0. Each sum starts from zero and runs over p
// in order.
func tileGo(rows, k int, a []float32, rowStep, colStep int, b []float32, ldb int, alpha, beta float32, c []float32, ldc int) {
	for i := 0; i < rows; i += 2 {
		lower := i
		if i+1 < rows {
			lower = i + 1
		}
		var u, v [goCols]float32
		u, v = pairGo(k, a[i*rowStep:], a[lower*rowStep:], colStep, b, ldb)
		finishGo(&v, alpha, beta, c[lower*ldc:], lower != i)
		finishGo(&u, alpha, beta, c[i*ldc:], true)
	}
}

// pairGo sums two rows of a tile.
func pairGo(k int, x, y []float32, step int, b []float32, ldb int) (u, v [goCols]float32) {
	var u0, u1, u2, u3, v0, v1, v2, v3 float32
	for p := range k {
		r := (*[goCols]float32)(b[p*ldb:])
		s, t := x[p*step], y[p*step]
		u0 += float32(s * r[0])
		u1 += float32(s * r[1])
		u2 += float32(s * r[2])
		u3 += float32(s * r[3])
		v0 += float32(t * r[0])
		v1 += float32(t * r[1])
		v2 += float32(t * r[2])
		v3 += float32(t * r[3])
	}
	return [goCols]float32{u0, u1, u2, u3}, [goCols]float32{v0, v1, v2, v3}
}

// finishGo stores one row of a tile when it is wanted.
func finishGo(sums *[goCols]float32, alpha, beta float32, c []float32, wanted bool) {
	if !wanted {
		return
	}
	row := (*[goCols]float32)(c)
	for j, s := range sums {
		if beta == 0 {
			row[j] = alpha * s
		} else {
			row[j] = float32(alpha*s) + float32(beta*row[j])
		}
	}
}

// Command asm writes the assembly of package kernel for amd64: every kernel
// once with AVX2 and FMA, once with AVX-512F (and, for products of codes, VNNI), the
// same operations on the same lanes. Run it with go generate in the package's folder.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!purego")
	for _, v := range []isa{avx2, avx512} {
		for _, rows := range v.heights {
			tile(v, rows)
		}
		packColumns(v)
		packRows(v)
		dot(v)
		axpy(v)
		scale(v)
		maximum(v)
		reach(v, "above", greater)
		reach(v, "atLeast", greaterEqual)
		expSum(v)
		log1p(v)
		adam(v)
		for _, rows := range nearRows[v.name] {
			near(v, rows)
		}
		mark(v)
	}
	Generate()
}

package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The constants of log1pOf, in the order in which log1p uses them; the bits of
// the square root of a half follow them.
var logConstants = []float32{
	0, math.MaxFloat32, 1, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3, 2, -2.12194440e-4, 0.693359375,
}

const logRoot = 0x3f3504f3

// log1p writes log(1+x) for a positive multiple of 16 elements; see log1pOf. No
// product is fused with a sum. VMAXPS returns its second operand, here the
// first, when one is NaN.
func log1p(v isa) {
	v.text("log1p", "(x *float32, n int)")
	p, n := pointer("x"), pointer("n")
	r := v.regs
	x, u, lost, s, z, y := r[0], r[1], r[2], r[3], r[4], r[5]
	c := v.constants("log", 6, logConstants, logRoot)
	Label("group")
	for i := range v.parts {
		at := Mem{Base: p, Disp: i * v.bytes()}
		VMOVUPS(at, x)
		VMAXPS(c[0], x, x)
		VMINPS(c[1], x, x)
		VADDPS(c[2], x, u)
		VSUBPS(c[2], u, lost)
		VSUBPS(lost, x, lost)
		VDIVPS(u, lost, lost)
		VPSUBD(c[10], u, y)
		VPSRLD(Imm(23), y, y)
		VPSLLD(Imm(23), y, z)
		VPSUBD(z, u, u)
		VCVTDQ2PS(y, y)
		VSUBPS(c[2], u, s)
		VADDPS(c[2], u, u)
		VDIVPS(u, s, s)
		VMULPS(s, s, z)
		VMULPS(c[3], z, x)
		VADDPS(c[4], x, x)
		for q := range 3 {
			VMULPS(z, x, x)
			VADDPS(c[5+q], x, x)
		}
		VMULPS(s, x, x)
		VMULPS(c[8], y, z)
		VADDPS(lost, z, z)
		VADDPS(x, z, z)
		VMULPS(c[9], y, y)
		VADDPS(y, z, z)
		VMOVUPS(z, at)
	}
	ADDQ(Imm(4*group), p)
	SUBQ(Imm(group), n)
	JNZ(LabelRef("group"))
	end()
}

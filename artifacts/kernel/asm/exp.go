package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// notLess is the predicate of a comparison that is true for NaN.
const notLess = 0x15

// The constants of expGo, in the order in which exp uses them; positive infinity
// follows them.
var expConstants = []float32{
	-87.33654, 88.72283, 1.44269504, 0.693359375, -2.12194440e-4,
	1.392617612e-3, 8.363173075e-3, 4.166655466e-2, 0.1666657703, 0.5, 1,
}

// expSum writes exp(src-shift) and its sum; see expGo, whose products are fused
// with their sums here.
func expSum(v isa) {
	v.text("expSum", "(dst, src *float32, n int, shift float32) float32")
	dst, src, n := pointer("dst"), pointer("src"), pointer("n")
	r := v.regs
	sum, shift := r[:v.parts], r[v.parts]
	v.broadcast("shift", shift)
	c := v.constants("exp", v.parts+6, expConstants, 0x7f800000)
	x, k, f, y := r[v.parts+1], r[v.parts+2], r[v.parts+3], r[v.parts+4]
	for _, s := range sum {
		v.zero(s)
	}
	exp := func() {
		VSUBPS(shift, x, x)
		VMULPS(c[2], x, k)
		VCVTPS2DQ(k, k)
		VCVTDQ2PS(k, y)
		VMOVAPS(x, f)
		VFNMADD231PS(c[3], y, f)
		VFNMADD231PS(c[4], y, f)
		VMOVUPS(c[5], y)
		for i := range 4 {
			VFMADD213PS(c[6+i], f, y)
		}
		VFMADD213PS(c[10], f, y)
		VFMADD213PS(c[10], f, y)
		VPSLLD(Imm(23), k, k)
		VPADDD(k, y, y)
		v.limit(x, y, k, c)
	}
	turns("group", n, group, func() {
		for i := range v.parts {
			VMOVUPS(Mem{Base: src, Disp: i * v.bytes()}, x)
			exp()
			VMOVUPS(y, Mem{Base: dst, Disp: i * v.bytes()})
			VADDPS(y, sum[i], sum[i])
		}
		ADDQ(Imm(4*group), src)
		ADDQ(Imm(4*group), dst)
	})
	TESTQ(n, n)
	JZ(LabelRef("sum"))
	tail := v.tail(n)
	for i := range v.parts {
		tail.load(src, i, x)
		exp()
		tail.store(y, dst, i)
		tail.clear(y, i)
		VADDPS(y, sum[i], sum[i])
	}
	Label("sum")
	v.sumLanes(sum, x)
	VMOVSS(sum[0].AsX(), address(ReturnIndex(0)))
	end()
}

// limit makes y zero where x is below the range of exp and infinite above it.
func (v isa) limit(x, y, t reg.VecPhysical, c []Op) {
	if v.lanes == 16 {
		low, high := reg.K2, reg.K3
		VCMPPS(Imm(notLess), c[0], x, low)
		VCMPPS(Imm(greater), c[1], x, high)
		VMOVAPS_Z(y, low, y)
		VMOVAPS(c[11], high, y)
		return
	}
	VCMPPS(Imm(notLess), c[0], x, t)
	VANDPS(t, y, y)
	VCMPPS(Imm(greater), c[1], x, t)
	VBLENDVPS(t, c[11], y, y)
}

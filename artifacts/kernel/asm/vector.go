package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// turns runs body while at least size of the n elements are left; body moves
// the pointers on.
func turns(label string, n reg.GPVirtual, size int, body func()) {
	SUBQ(Imm(uint64(size)), n)
	JL(LabelRef(label + "End"))
	Label(label)
	body()
	SUBQ(Imm(uint64(size)), n)
	JGE(LabelRef(label))
	Label(label + "End")
	ADDQ(Imm(uint64(size)), n)
}

// dot writes the sum of products: four groups of lanes over the bulk, then the
// first of them over what is left, the last group filled up with zeros.
func dot(v isa) {
	v.text("dot", "(a, b *float32, n int) float32")
	a, b, n := pointer("a"), pointer("b"), pointer("n")
	acc := v.regs[:4*v.parts]
	load := v.regs[4*v.parts : 5*v.parts]
	for _, r := range acc {
		v.zero(r)
	}
	fuse := func(first, count int) {
		for i := range count {
			r := load[i%v.parts]
			VMOVUPS(Mem{Base: a, Disp: i * v.bytes()}, r)
			VFMADD231PS(Mem{Base: b, Disp: i * v.bytes()}, r, acc[first+i])
		}
		ADDQ(U32(count*v.bytes()), a)
		ADDQ(U32(count*v.bytes()), b)
	}
	turns("bulk", n, 4*group, func() { fuse(0, 4*v.parts) })
	turns("group", n, group, func() { fuse(0, v.parts) })
	TESTQ(n, n)
	JZ(LabelRef("sum"))
	tail := v.tail(n)
	for i := range v.parts {
		tail.load(a, i, load[0])
		tail.load(b, i, v.regs[5*v.parts])
		VFMADD231PS(v.regs[5*v.parts], load[0], acc[i])
	}
	Label("sum")
	for i := range v.parts {
		x := func(q int) reg.VecPhysical { return acc[q*v.parts+i] }
		VADDPS(x(2), x(0), x(0))
		VADDPS(x(3), x(1), x(1))
		VADDPS(x(1), x(0), x(0))
	}
	v.sumLanes(acc[:v.parts], load[0])
	VMOVSS(acc[0].AsX(), address(ReturnIndex(0)))
	end()
}

// axpy writes y += alpha*x for a positive multiple of 16 elements. The product
// is rounded on its own.
func axpy(v isa) {
	v.text("axpy", "(alpha float32, x, y *float32, n int)")
	x, y, n := pointer("x"), pointer("y"), pointer("n")
	alpha := v.regs[0]
	v.broadcast("alpha", alpha)
	Label("group")
	for i := range v.parts {
		VMULPS(Mem{Base: x, Disp: i * v.bytes()}, alpha, v.regs[1+i])
		VADDPS(Mem{Base: y, Disp: i * v.bytes()}, v.regs[1+i], v.regs[1+i])
		VMOVUPS(v.regs[1+i], Mem{Base: y, Disp: i * v.bytes()})
	}
	ADDQ(Imm(4*group), x)
	ADDQ(Imm(4*group), y)
	SUBQ(Imm(group), n)
	JNZ(LabelRef("group"))
	end()
}

// scale writes x *= alpha for a positive multiple of 16 elements.
func scale(v isa) {
	v.text("scale", "(alpha float32, x *float32, n int)")
	x, n := pointer("x"), pointer("n")
	alpha := v.regs[0]
	v.broadcast("alpha", alpha)
	Label("group")
	for i := range v.parts {
		VMULPS(Mem{Base: x, Disp: i * v.bytes()}, alpha, v.regs[1+i])
		VMOVUPS(v.regs[1+i], Mem{Base: x, Disp: i * v.bytes()})
	}
	ADDQ(Imm(4*group), x)
	SUBQ(Imm(group), n)
	JNZ(LabelRef("group"))
	end()
}

// maximum writes the largest of a positive multiple of 16 elements, NaN left
// out: of two operands the instruction returns the second when one is NaN, and
// the second is what was found so far.
func maximum(v isa) {
	v.text("maximum", "(x *float32, n int) float32")
	x, n := pointer("x"), pointer("n")
	acc, load := v.regs[:v.parts], v.regs[v.parts]
	data := GLOBL("lowest"+v.name, attr.RODATA|attr.NOPTR)
	DATA(0, U32(0xff800000))
	for _, r := range acc {
		VBROADCASTSS(data, r)
	}
	Label("group")
	for i, r := range acc {
		VMOVUPS(Mem{Base: x, Disp: i * v.bytes()}, load)
		VMAXPS(r, load, r)
	}
	ADDQ(Imm(4*group), x)
	SUBQ(Imm(group), n)
	JNZ(LabelRef("group"))
	y, t, lo, hi := acc[0].AsY(), load.AsY(), acc[0].AsX(), load.AsX()
	if v.lanes == 16 {
		VEXTRACTF64X4(Imm(1), acc[0], t)
		VMAXPS(t, y, y)
	} else {
		VMAXPS(acc[1], y, y)
	}
	VEXTRACTF128(Imm(1), y, hi)
	VMAXPS(hi, lo, lo)
	VPERMILPD(Imm(1), lo, hi)
	VMAXPS(hi, lo, lo)
	VMOVSHDUP(lo, hi)
	VMAXSS(hi, lo, lo)
	VMOVSS(lo, address(ReturnIndex(0)))
	end()
}

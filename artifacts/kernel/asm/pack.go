package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packColumns writes the packing of a transposed left operand: panels side by
// side, each as wide as the tallest tile is high, are copied from k rows of src
// to rows of their own; panel q starts at dst + q*k*width.
func packColumns(v isa) {
	v.text("packColumns", "(dst, src *float32, ld, k, panels int)")
	dst, src, ld, k, panels := pointer("dst"), pointer("src"), stride("ld"), pointer("k"), pointer("panels")
	width := 4 * v.heights[0]
	next := GP64() // from one panel to the next
	IMUL3Q(U32(width), k, next)
	from, to, left := GP64(), GP64(), GP64()
	Label("row")
	MOVQ(src, from)
	MOVQ(dst, to)
	MOVQ(panels, left)
	Label("panel")
	if v.lanes == 16 {
		VMOVUPS(Mem{Base: from}, reg.Y0)
		VMOVUPS(Mem{Base: from, Disp: 32}, reg.X1)
		VMOVUPS(reg.Y0, Mem{Base: to})
		VMOVUPS(reg.X1, Mem{Base: to, Disp: 32})
	} else {
		VMOVUPS(Mem{Base: from}, reg.X0)
		VMOVSD(Mem{Base: from, Disp: 16}, reg.X1)
		VMOVUPS(reg.X0, Mem{Base: to})
		VMOVSD(reg.X1, Mem{Base: to, Disp: 16})
	}
	ADDQ(Imm(uint64(width)), from)
	ADDQ(next, to)
	DECQ(left)
	JNZ(LabelRef("panel"))
	ADDQ(ld, src)
	ADDQ(Imm(uint64(width)), dst)
	DECQ(k)
	JNZ(LabelRef("row"))
	end()
}

// packRows writes the packing of a transposed right operand: as many rows as
// the tile is wide, of k values, become columns. k is a multiple of 8. Blocks of
// 8 x 8 are transposed in registers: each half register takes four values of
// one row, rows four apart share a register, and two rounds of interleaving put
// the rows side by side.
func packRows(v isa) {
	v.text("packRows", "(dst, src *float32, ld, k int)")
	dst, src, ld, k := pointer("dst"), pointer("src"), stride("ld"), pointer("k")
	width := 2 * v.lanes
	groups := GP64()
	MOVQ(U32(width/8), groups)
	Label("group")
	// Eight rows from three pointers.
	from := []reg.GPVirtual{GP64(), GP64(), GP64()}
	MOVQ(src, from[0])
	LEAQ(Mem{Base: from[0], Index: ld, Scale: 2}, from[1])
	ADDQ(ld, from[1])
	LEAQ(Mem{Base: from[1], Index: ld, Scale: 2}, from[2])
	ADDQ(ld, from[2])
	row := func(i, column int) Mem {
		m := Mem{Base: from[i/3], Disp: 4 * column}
		if i%3 > 0 {
			m.Index, m.Scale = ld, uint8(i%3)
		}
		return m
	}
	to, left := GP64(), GP64()
	MOVQ(dst, to)
	MOVQ(k, left)
	Label("block")
	for half := range 2 {
		y := avx2.regs[8*half : 8*half+8]
		for i := range 4 {
			VMOVUPS(row(i, 4*half), y[i].AsX())
			VINSERTF128(Imm(1), row(i+4, 4*half), y[i], y[i])
		}
		VUNPCKLPS(y[1], y[0], y[4])
		VUNPCKHPS(y[1], y[0], y[5])
		VUNPCKLPS(y[3], y[2], y[6])
		VUNPCKHPS(y[3], y[2], y[7])
		VUNPCKLPD(y[6], y[4], y[0])
		VUNPCKHPD(y[6], y[4], y[1])
		VUNPCKLPD(y[7], y[5], y[2])
		VUNPCKHPD(y[7], y[5], y[3])
		for i := range 4 {
			VMOVUPS(y[i], Mem{Base: to, Disp: 4 * width * (4*half + i)})
		}
	}
	for _, p := range from {
		ADDQ(Imm(32), p)
	}
	ADDQ(U32(4*width*8), to)
	SUBQ(Imm(8), left)
	JNZ(LabelRef("block"))
	LEAQ(Mem{Base: src, Index: ld, Scale: 8}, src)
	ADDQ(Imm(32), dst)
	DECQ(groups)
	JNZ(LabelRef("group"))
	end()
}

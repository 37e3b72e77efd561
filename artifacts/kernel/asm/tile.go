package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// unroll is how many values of k one turn of the tile's loop takes.
const unroll = 2

// tile writes the product of rows rows of A and two registers' width of B,
// summed in registers.
func tile(v isa, rows int) {
	TEXT(fmt.Sprintf("tile%d%s", rows, v.name), attr.NOSPLIT,
		"func(k int, a *float32, rowStep, colStep int, b *float32, ldb int, alpha, beta float32, c *float32, ldc int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("tile%d%s computes %d rows of a tile of C; see tileGo.", rows, v.name, rows))

	acc := func(i, j int) reg.VecPhysical { return v.regs[2*i+j] }
	right := v.regs[2*rows : 2*rows+2]
	spread := v.regs[2*rows+2:]

	k, a, rowStep, colStep := pointer("k"), pointer("a"), stride("rowStep"), stride("colStep")
	b, ldb := pointer("b"), stride("ldb")
	c, ldc := pointer("c"), stride("ldc")

	// Three rows share a pointer: the row itself, one and two steps on.
	left := []reg.GPVirtual{a}
	for i := 3; i < rows; i += 3 {
		p := GP64()
		LEAQ(Mem{Base: left[len(left)-1], Index: rowStep, Scale: 2}, p)
		ADDQ(rowStep, p)
		left = append(left, p)
	}
	row := func(i int) Mem {
		m := Mem{Base: left[i/3]}
		if i%3 > 0 {
			m.Index, m.Scale = rowStep, uint8(i%3)
		}
		return m
	}

	// C is wanted when the sums are done.
	ahead := GP64()
	MOVQ(c, ahead)
	for i := range rows {
		PREFETCHT0(Mem{Base: ahead})
		PREFETCHT0(Mem{Base: ahead, Disp: 2*v.bytes() - 4})
		if i+1 < rows {
			ADDQ(ldc, ahead)
		}
	}
	for i := range rows {
		v.zero(acc(i, 0))
		v.zero(acc(i, 1))
	}

	step := func() {
		for j := range 2 {
			VMOVUPS(Mem{Base: b, Disp: j * v.bytes()}, right[j])
		}
		ADDQ(ldb, b)
		for i := range rows {
			s := spread[i%min(len(spread), 4)]
			VBROADCASTSS(row(i), s)
			VFMADD231PS(right[0], s, acc(i, 0))
			VFMADD231PS(right[1], s, acc(i, 1))
		}
		for _, p := range left {
			ADDQ(colStep, p)
		}
	}
	SUBQ(Imm(unroll), k)
	JL(LabelRef("rest"))
	Label("many")
	for range unroll {
		step()
	}
	SUBQ(Imm(unroll), k)
	JGE(LabelRef("many"))
	Label("rest")
	ADDQ(Imm(unroll), k)
	JZ(LabelRef("done"))
	Label("one")
	step()
	DECQ(k)
	JNZ(LabelRef("one"))
	Label("done")

	alpha := spread[0]
	v.broadcast("alpha", alpha)
	for i := range rows {
		for j := range 2 {
			VMULPS(alpha, acc(i, j), acc(i, j))
		}
	}
	bits := GP32()
	MOVL(address(Param("beta")), bits)
	ADDL(bits, bits) // zero for both zeros
	JZ(LabelRef("store"))
	beta := alpha
	v.broadcast("beta", beta)
	MOVQ(c, ahead)
	for i := range rows {
		for j := range 2 {
			VMULPS(Mem{Base: ahead, Disp: j * v.bytes()}, beta, right[j])
			VADDPS(right[j], acc(i, j), acc(i, j))
		}
		if i+1 < rows {
			ADDQ(ldc, ahead)
		}
	}
	Label("store")
	for i := range rows {
		for j := range 2 {
			VMOVUPS(acc(i, j), Mem{Base: c, Disp: j * v.bytes()})
		}
		if i+1 < rows {
			ADDQ(ldc, c)
		}
	}
	end()
}

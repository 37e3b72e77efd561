package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// nearRows are the heights of the products of codes.
var nearRows = map[string][]int{avx2.name: {2, 1}, avx512.name: {12, 8, 4, 2, 1}}

// near writes the product of codes of rows rows and blocks of 32 others; see
// nearGo. With AVX-512 it takes VNNI.
func near(v isa, rows int) {
	TEXT(fmt.Sprintf("near%d%s", rows, v.name), attr.NOSPLIT,
		"func(blocks, pairs int, codes *int16, step int, unit *float32, data *int16, scale, base, dst *float32, ld int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("near%d%s computes %d rows of blocks of products of codes; see nearGo.", rows, v.name, rows))

	parts := 32 / v.lanes
	acc := func(i, j int) reg.VecPhysical { return v.regs[parts*i+j] }
	free := v.regs[parts*rows:]

	blocks, codes, step := pointer("blocks"), pointer("codes"), pointer("step")
	ADDQ(step, step) // bytes
	unit, data := pointer("unit"), pointer("data")
	scale, base, dst, ld := pointer("scale"), pointer("base"), pointer("dst"), stride("ld")
	left := []reg.GPVirtual{codes}
	for i := 3; i < rows; i += 3 {
		p := GP64()
		LEAQ(Mem{Base: left[len(left)-1], Index: step, Scale: 2}, p)
		ADDQ(step, p)
		left = append(left, p)
	}
	row := func(i int) Mem {
		m := Mem{Base: left[i/3]}
		if i%3 > 0 {
			m.Index, m.Scale = step, uint8(i%3)
		}
		return m
	}
	k, out := GP64(), GP64()

	Label("block")
	for i := range rows {
		for j := range parts {
			v.zero(acc(i, j))
		}
	}
	Load(Param("pairs"), k)
	Label("pair")
	if v.lanes == 16 {
		right, spread := free[:2], free[2:min(len(free), 6)]
		for j := range parts {
			VMOVDQU32(Mem{Base: data, Disp: j * v.bytes()}, right[j])
		}
		for i := range rows {
			s := spread[i%len(spread)]
			VPBROADCASTD(row(i), s)
			dotPairs(s, right[0], acc(i, 0))
			dotPairs(s, right[1], acc(i, 1))
		}
	} else {
		right, sum, spread := free[0], free[1:3], free[3:3+rows]
		for i := range rows {
			VPBROADCASTD(row(i), spread[i])
		}
		for j := range parts {
			VMOVDQU(Mem{Base: data, Disp: j * v.bytes()}, right)
			for i := range rows {
				s := sum[i%2]
				VPMADDWD(spread[i], right, s)
				VPADDD(s, acc(i, j), acc(i, j))
			}
		}
	}
	ADDQ(U32(128), data)
	for _, p := range left {
		ADDQ(Imm(4), p)
	}
	DECQ(k)
	JNZ(LabelRef("pair"))
	Load(Param("pairs"), k)
	SHLQ(Imm(2), k)
	for _, p := range left {
		SUBQ(k, p)
	}

	MOVQ(dst, out)
	for i := range rows {
		s := free[0]
		VBROADCASTSS(Mem{Base: unit, Disp: 4 * i}, s)
		for j := range parts {
			at := j * v.bytes()
			VCVTDQ2PS(acc(i, j), acc(i, j))
			VMULPS(s, acc(i, j), acc(i, j))
			VMULPS(Mem{Base: scale, Disp: at}, acc(i, j), acc(i, j))
			VADDPS(Mem{Base: base, Disp: at}, acc(i, j), acc(i, j))
			VMOVUPS(acc(i, j), Mem{Base: out, Disp: at})
		}
		if i+1 < rows {
			ADDQ(ld, out)
		}
	}
	for _, p := range []reg.GPVirtual{scale, base, dst} {
		ADDQ(U32(128), p)
	}
	DECQ(blocks)
	JNZ(LabelRef("block"))
	end()
}

// dotPairs adds to each int32 of sum the product of two int16 of x and two of y.
func dotPairs(x, y, sum reg.VecPhysical) {
	Instruction(&ir.Instruction{
		Opcode: "VPDPWSSD", Operands: []Op{x, y, sum},
		Inputs: []Op{x, y, sum}, Outputs: []Op{sum}, ISA: []string{"AVX512VNNI"},
	})
}

// mark writes which elements are at least the limit: a bit each, the first the
// lowest. n is a positive multiple of 32.
func mark(v isa) {
	v.text("mark", "(dst *uint32, x *float32, n int, limit float32)")
	dst, x, n := pointer("dst"), pointer("x"), pointer("n")
	limit := v.regs[0]
	v.broadcast("limit", limit)
	Label("block")
	if v.lanes == 16 {
		for q, k := range []reg.OpmaskPhysical{reg.K1, reg.K2} {
			VMOVUPS(Mem{Base: x, Disp: 64 * q}, v.regs[1+q])
			VCMPPS(Imm(greaterEqual), limit, v.regs[1+q], k)
			KMOVW(k, Mem{Base: dst, Disp: 2 * q})
		}
	} else {
		bits := GP32()
		for q := range 4 {
			VMOVUPS(Mem{Base: x, Disp: 32 * q}, v.regs[1+q])
			VCMPPS(Imm(greaterEqual), limit, v.regs[1+q], v.regs[1+q])
			VMOVMSKPS(v.regs[1+q], bits)
			MOVB(bits.As8(), Mem{Base: dst, Disp: q})
		}
	}
	ADDQ(Imm(4), dst)
	ADDQ(U32(128), x)
	SUBQ(Imm(32), n)
	JNZ(LabelRef("block"))
	end()
}

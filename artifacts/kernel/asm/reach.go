package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Predicates of the comparisons, false for NaN.
const (
	greater      = 0x1e
	greaterEqual = 0x1d
)

// reach writes the search for a block of 32 elements in which one compares as
// asked with the limit. It returns where the first such block starts, n if there
// is none; n is a positive multiple of 32.
func reach(v isa, name string, predicate uint8) {
	v.text(name, "(x *float32, n int, limit float32) int")
	x, n := pointer("x"), pointer("n")
	limit := v.regs[0]
	v.broadcast("limit", limit)
	i, hit := GP64(), GP32()
	XORQ(i, i)
	Label("block")
	at := func(q int) Mem { return Mem{Base: x, Index: i, Scale: 4, Disp: q * v.bytes()} }
	if v.lanes == 16 {
		VMOVUPS(at(0), v.regs[1])
		VMOVUPS(at(1), v.regs[2])
		k1, k2 := reg.K1, reg.K2
		VCMPPS(Imm(uint64(predicate)), limit, v.regs[1], k1)
		VCMPPS(Imm(uint64(predicate)), limit, v.regs[2], k2)
		KORTESTW(k1, k2)
	} else {
		for q := range 4 {
			VMOVUPS(at(q), v.regs[1+q])
			VCMPPS(Imm(uint64(predicate)), limit, v.regs[1+q], v.regs[1+q])
		}
		VORPS(v.regs[1], v.regs[2], v.regs[1])
		VORPS(v.regs[3], v.regs[4], v.regs[3])
		VORPS(v.regs[1], v.regs[3], v.regs[1])
		VMOVMSKPS(v.regs[1], hit)
		TESTL(hit, hit)
	}
	JNZ(LabelRef("found"))
	ADDQ(Imm(32), i)
	CMPQ(i, n)
	JL(LabelRef("block"))
	Label("found")
	Store(i, ReturnIndex(0))
	end()
}

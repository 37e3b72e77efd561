package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is one instruction set. A kernel that sums works on 16 lanes whatever the
// register: v.parts registers of v.lanes.
type isa struct {
	name    string // suffix of the functions
	lanes   int    // float32 in a register
	parts   int    // registers in 16 lanes
	heights []int  // rows of the tiles
	regs    []reg.VecPhysical
}

// group is how many lanes a summing kernel works on at a time.
const group = 16

var avx2 = isa{"AVX2", 8, 2, []int{6, 4, 2, 1}, []reg.VecPhysical{
	reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
	reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
}}

var avx512 = isa{"AVX512", 16, 1, []int{12, 8, 4, 2, 1}, []reg.VecPhysical{
	reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
	reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
	reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
	reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
}}

// bytes is the size of a register.
func (v isa) bytes() int { return 4 * v.lanes }

// zero clears a register.
func (v isa) zero(r reg.VecPhysical) {
	if v.lanes == 16 {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
}

// broadcast loads a float32 argument into every lane of r.
func (v isa) broadcast(param string, r reg.VecPhysical) { VBROADCASTSS(address(Param(param)), r) }

// address returns where an argument or a result is.
func address(c gotypes.Component) Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// constants makes numbers available to every lane: in the registers from first
// on where there are 32 of them, else in memory. The last one is given as bits.
func (v isa) constants(name string, first int, values []float32, last uint32) []Op {
	data := GLOBL(name+v.name, attr.RODATA|attr.NOPTR)
	copies := 1
	if v.lanes < 16 {
		copies = v.lanes
	}
	list := make([]Op, len(values)+1)
	for i := range list {
		at := data.Offset(4 * i * copies)
		for q := range copies {
			bits := last
			if i < len(values) {
				bits = math.Float32bits(values[i])
			}
			DATA(4*(i*copies+q), U32(bits))
		}
		list[i] = at
		if copies == 1 {
			VBROADCASTSS(at, v.regs[first+i])
			list[i] = v.regs[first+i]
		}
	}
	return list
}

// text starts a function.
func (v isa) text(name, signature string) {
	TEXT(name+v.name, attr.NOSPLIT, "func"+signature)
	Pragma("noescape")
}

// end leaves a function that used the wide registers.
func end() {
	VZEROUPPER()
	RET()
}

// pointer loads a pointer or integer argument.
func pointer(param string) reg.GPVirtual {
	r := GP64()
	Load(Param(param), r)
	return r
}

// stride loads an argument counted in float32 and makes it a count of bytes.
func stride(param string) reg.GPVirtual {
	r := pointer(param)
	SHLQ(Imm(2), r)
	return r
}

// sumLanes adds up the 16 lanes in parts, halving them each time, and leaves
// the sum in the low lane of the first. It uses parts and t.
func (v isa) sumLanes(parts []reg.VecPhysical, t reg.VecPhysical) {
	y, s := parts[0].AsY(), t.AsY()
	if v.lanes == 16 {
		VEXTRACTF64X4(Imm(1), parts[0], s)
		VADDPS(s, y, y)
	} else {
		VADDPS(parts[1], y, y)
	}
	x, u := parts[0].AsX(), t.AsX()
	VEXTRACTF128(Imm(1), y, u)
	VADDPS(u, x, x)
	VPERMILPD(Imm(1), x, u)
	VADDPS(u, x, x)
	VMOVSHDUP(x, u)
	VADDSS(u, x, x)
}

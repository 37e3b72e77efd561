package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tail reads and writes the first n < 16 lanes of a group.
type tail struct {
	v     isa
	k     reg.Register  // AVX-512
	masks reg.GPVirtual // AVX2: address of the mask of the first register
	mask  reg.VecPhysical
}

// tail prepares the mask of the n lanes that are left. On AVX2 it keeps the
// highest register to itself.
func (v isa) tail(n reg.GPVirtual) tail {
	if v.lanes == 16 {
		bits, k := GP32(), reg.K1
		MOVL(U32(1), bits)
		SHLXL(n.As32(), bits, bits)
		DECL(bits)
		KMOVW(bits, k)
		return tail{v: v, k: k}
	}
	if !masksWritten {
		masksWritten = true
		masks = GLOBL("laneMasks", attr.RODATA|attr.NOPTR)
		for i := range 2 * group {
			ones := uint32(0)
			if i < group {
				ones = 1<<32 - 1
			}
			DATA(4*i, U32(ones))
		}
	}
	p := GP64()
	LEAQ(masks, p)
	back := GP64()
	MOVQ(n, back)
	NEGQ(back)
	LEAQ(Mem{Base: p, Index: back, Scale: 4, Disp: 4 * group}, p)
	return tail{v: v, masks: p, mask: v.regs[len(v.regs)-1]}
}

var (
	masks        Mem
	masksWritten bool
)

// load reads register i of the group at p; lanes past the end are zero.
func (t tail) load(p reg.GPVirtual, i int, r reg.VecPhysical) {
	at := Mem{Base: p, Disp: i * t.v.bytes()}
	if t.v.lanes == 16 {
		VMOVUPS_Z(at, t.k, r)
		return
	}
	t.use(i)
	VMASKMOVPS(at, t.mask, r)
}

// store writes register i of the group at p; lanes past the end stay.
func (t tail) store(r reg.VecPhysical, p reg.GPVirtual, i int) {
	at := Mem{Base: p, Disp: i * t.v.bytes()}
	if t.v.lanes == 16 {
		VMOVUPS(r, t.k, at)
		return
	}
	t.use(i)
	VMASKMOVPS(r, t.mask, at)
}

// clear zeroes the lanes of register i of the group that are past the end.
func (t tail) clear(r reg.VecPhysical, i int) {
	if t.v.lanes == 16 {
		VMOVAPS_Z(r, t.k, r)
		return
	}
	t.use(i)
	VANDPS(t.mask, r, r)
}

func (t tail) use(i int) { VMOVUPS(Mem{Base: t.masks, Disp: i * t.v.bytes()}, t.mask) }

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// adam writes one step for a positive multiple of 16 elements; keep1 and keep2
// are 1-beta1 and 1-beta2. Nothing is fused, so adamGo gives the same bits.
func adam(v isa) {
	// g is the name of a register to the assembler.
	v.text("adam", "(w, grad, m, v *float32, n int, lr, beta1, keep1, beta2, keep2, eps, c1, c2 float32)")
	w, g, m, s, n := pointer("w"), pointer("grad"), pointer("m"), pointer("v"), pointer("n")
	r := v.regs
	for i, name := range []string{"lr", "beta1", "keep1", "beta2", "keep2", "eps", "c1", "c2"} {
		v.broadcast(name, r[i])
	}
	lr, beta1, keep1, beta2, keep2, eps, c1, c2 := r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]
	x, mean, square, t := r[8], r[9], r[10], r[11]
	Label("group")
	for i := range v.parts {
		at := i * v.bytes()
		VMOVUPS(Mem{Base: g, Disp: at}, x)
		VMULPS(Mem{Base: m, Disp: at}, beta1, mean)
		VMULPS(x, keep1, t)
		VADDPS(t, mean, mean)
		VMOVUPS(mean, Mem{Base: m, Disp: at})
		VMULPS(Mem{Base: s, Disp: at}, beta2, square)
		VMULPS(x, keep2, t)
		VMULPS(x, t, t)
		VADDPS(t, square, square)
		VMOVUPS(square, Mem{Base: s, Disp: at})
		VMULPS(c2, square, square)
		VSQRTPS(square, square)
		VADDPS(eps, square, square)
		VMULPS(c1, mean, mean)
		VMULPS(lr, mean, mean)
		VDIVPS(square, mean, mean)
		VMOVUPS(Mem{Base: w, Disp: at}, t)
		VSUBPS(mean, t, t)
		VMOVUPS(t, Mem{Base: w, Disp: at})
	}
	for _, p := range []Op{w, g, m, s} {
		ADDQ(Imm(4*group), p)
	}
	SUBQ(Imm(group), n)
	JNZ(LabelRef("group"))
	end()
}

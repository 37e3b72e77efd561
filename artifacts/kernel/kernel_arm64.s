//go:build !purego

#include "textflag.h"

// The kernels for NEON, which every arm64 processor has. Each works on the same
// lanes in the same order as its AVX2 twin.
//
// The assembler has no names for most vector instructions on floats. These
// macros do: operands are register numbers, in the assembler's order (the
// destination last, d = n op m), all on four lanes. ...S takes lane 0 of m for
// every lane. The codes are from the Arm Architecture Reference Manual, C7.2.
#define VEC(code, m, n, d) WORD $(code | (m)<<16 | (n)<<5 | (d))
#define FADD(m, n, d)  VEC(0x4e20d400, m, n, d)
#define FSUB(m, n, d)  VEC(0x4ea0d400, m, n, d)
#define FMUL(m, n, d)  VEC(0x6e20dc00, m, n, d)
#define FDIV(m, n, d)  VEC(0x6e20fc00, m, n, d)
#define FMAX(m, n, d)  VEC(0x4e20f400, m, n, d)
#define FMIN(m, n, d)  VEC(0x4ea0f400, m, n, d)
#define FCMGT(m, n, d) VEC(0x6ea0e400, m, n, d)
#define FMULS(m, n, d) VEC(0x4f809000, m, n, d)
#define FMLAS(m, n, d) VEC(0x4f801000, m, n, d)
#define FSQRT(n, d)    VEC(0x6ea1f800, 0, n, d)
#define FCVTNS(n, d)   VEC(0x4e21a800, 0, n, d)
#define SCVTF(n, d)    VEC(0x4e21d800, 0, n, d)
#define FMAXV(n, d)    VEC(0x6e30f800, 0, n, d) // the largest lane, to lane 0
#define FADDP2(n, d)   VEC(0x7e30d800, 0, n, d) // lane 0 + lane 1, to lane 0

// FADDQ adds the 16 lanes from register m to those from n.
#define FADDQ(m, n) \
	FADD(m, n, n);       \
	FADD(m+1, n+1, n+1); \
	FADD(m+2, n+2, n+2); \
	FADD(m+3, n+3, n+3)

// FMULSQ multiplies the 16 lanes from register n by lane 0 of m.
#define FMULSQ(m, n) \
	FMULS(m, n, n);       \
	FMULS(m, n+1, n+1);   \
	FMULS(m, n+2, n+2);   \
	FMULS(m, n+3, n+3)

// ZEROQ clears four registers.
#define ZEROQ(a, b, c, d) \
	VEOR a.B16, a.B16, a.B16; \
	VEOR b.B16, b.B16, b.B16; \
	VEOR c.B16, c.B16, c.B16; \
	VEOR d.B16, d.B16, d.B16

// SUMLANES adds up the 16 lanes of V0..V3, halving them each time, into F0.
#define SUMLANES \
	FADD(2, 0, 0);                       \
	FADD(3, 1, 1);                       \
	FADD(1, 0, 0);                       \
	VEXT $8, V0.B16, V0.B16, V1.B16;     \
	FADD(1, 0, 0);                       \
	FADDP2(0, 0)

// ADDROW adds lane 0 of s times the row of B in V24..V27 to the row of sums from
// register c.
#define ADDROW(s, c) \
	FMLAS(s, 24, c);   \
	FMLAS(s, 25, c+1); \
	FMLAS(s, 26, c+2); \
	FMLAS(s, 27, c+3)

// ADDOLD adds beta, in F29, times the next row of C to the row of sums from
// register c.
#define ADDOLD(c) \
	VLD1.P (R13)(R14), [V24.S4, V25.S4, V26.S4, V27.S4]; \
	FMULSQ(29, 24); \
	FADDQ(24, c)

// func tileNEON(rows, k int, a *float32, rowStep, colStep int, b *float32, ldb int, alpha, beta float32, c *float32, ldc int)
//
// Computes 1 to 6 rows of a tile of C, 16 wide; see tileGo. Row i is summed in
// V(4*i)..V(4*i+3). An odd number of rows is made even by a second last row that
// is not stored.
TEXT ·tileNEON(SB), NOSPLIT, $0-80
	MOVD rows+0(FP), R15
	MOVD k+8(FP), R0
	MOVD a+16(FP), R6
	MOVD rowStep+24(FP), R2
	MOVD colStep+32(FP), R3
	MOVD b+40(FP), R4
	MOVD ldb+48(FP), R5
	MOVD c+64(FP), R13
	MOVD ldc+72(FP), R14
	LSL  $2, R2
	LSL  $2, R3
	LSL  $2, R5
	LSL  $2, R14

	// The rows of A, from R6 to R11; those past the last are the last.
	CMP  $2, R15
	CSEL GE, R2, ZR, R2
	ADD  R2, R6, R7
	CMP  $3, R15
	CSEL GE, R2, ZR, R2
	ADD  R2, R7, R8
	CMP  $4, R15
	CSEL GE, R2, ZR, R2
	ADD  R2, R8, R9
	CMP  $5, R15
	CSEL GE, R2, ZR, R2
	ADD  R2, R9, R10
	CMP  $6, R15
	CSEL GE, R2, ZR, R2
	ADD  R2, R10, R11
	MOVD ZR, R12

	ZEROQ(V0, V1, V2, V3)
	ZEROQ(V4, V5, V6, V7)
	ZEROQ(V8, V9, V10, V11)
	ZEROQ(V12, V13, V14, V15)
	ZEROQ(V16, V17, V18, V19)
	ZEROQ(V20, V21, V22, V23)
	CMP $2, R15
	BLE two
	CMP $4, R15
	BLE four

six:
	VLD1.P (R4)(R5), [V24.S4, V25.S4, V26.S4, V27.S4]
	FMOVS  (R6)(R12), F28
	FMOVS  (R7)(R12), F29
	FMOVS  (R8)(R12), F30
	FMOVS  (R9)(R12), F31
	ADDROW(28, 0)
	FMOVS  (R10)(R12), F28
	ADDROW(29, 4)
	FMOVS  (R11)(R12), F29
	ADDROW(30, 8)
	ADDROW(31, 12)
	ADDROW(28, 16)
	ADDROW(29, 20)
	ADD    R3, R12
	SUBS   $1, R0
	BNE    six
	B      summed

four:
	VLD1.P (R4)(R5), [V24.S4, V25.S4, V26.S4, V27.S4]
	FMOVS  (R6)(R12), F28
	FMOVS  (R7)(R12), F29
	FMOVS  (R8)(R12), F30
	FMOVS  (R9)(R12), F31
	ADDROW(28, 0)
	ADDROW(29, 4)
	ADDROW(30, 8)
	ADDROW(31, 12)
	ADD    R3, R12
	SUBS   $1, R0
	BNE    four
	B      summed

two:
	VLD1.P (R4)(R5), [V24.S4, V25.S4, V26.S4, V27.S4]
	FMOVS  (R6)(R12), F28
	FMOVS  (R7)(R12), F29
	ADDROW(28, 0)
	ADDROW(29, 4)
	ADD    R3, R12
	SUBS   $1, R0
	BNE    two

summed:
	FMOVS alpha+56(FP), F28
	FMULSQ(28, 0)
	FMULSQ(28, 4)
	FMULSQ(28, 8)
	FMULSQ(28, 12)
	FMULSQ(28, 16)
	FMULSQ(28, 20)
	FMOVS beta+60(FP), F29
	FCMPS $(0.0), F29
	BEQ   store
	ADDOLD(0)
	CMP   $2, R15
	BLT   added
	ADDOLD(4)
	BEQ   added
	ADDOLD(8)
	CMP   $4, R15
	BLT   added
	ADDOLD(12)
	BEQ   added
	ADDOLD(16)
	CMP   $6, R15
	BLT   added
	ADDOLD(20)

added:
	MOVD c+64(FP), R13

store:
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], (R13)(R14)
	CMP    $2, R15
	BLT    done
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], (R13)(R14)
	BEQ    done
	VST1.P [V8.S4, V9.S4, V10.S4, V11.S4], (R13)(R14)
	CMP    $4, R15
	BLT    done
	VST1.P [V12.S4, V13.S4, V14.S4, V15.S4], (R13)(R14)
	BEQ    done
	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], (R13)(R14)
	CMP    $6, R15
	BLT    done
	VST1   [V20.S4, V21.S4, V22.S4, V23.S4], (R13)

done:
	RET

// func packColumnsNEON(dst, src *float32, ld, k, panels int)
//
// Copies k rows of panels side by side, each 6 wide, to rows of their own; panel
// q starts at dst + q*k*6.
TEXT ·packColumnsNEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD ld+16(FP), R2
	MOVD k+24(FP), R3
	MOVD panels+32(FP), R4
	LSL  $2, R2
	MOVD $24, R5
	MUL  R3, R5, R6

row:
	MOVD R1, R7
	MOVD R0, R8
	MOVD R4, R9

panel:
	FMOVQ (R7), F0
	FMOVD 16(R7), F1
	FMOVQ F0, (R8)
	FMOVD F1, 16(R8)
	ADD   R5, R7
	ADD   R6, R8
	SUBS  $1, R9
	BNE   panel
	ADD   R2, R1
	ADD   R5, R0
	SUBS  $1, R3
	BNE   row
	RET

// func packRowsNEON(dst, src *float32, ld, k int)
//
// Makes columns of 16 rows of k values, k a positive multiple of 4, by
// transposing blocks of 4 x 4.
TEXT ·packRowsNEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD ld+16(FP), R2
	MOVD k+24(FP), R3
	LSL  $2, R2
	MOVD $4, R4

rows:
	ADD  R2, R1, R6
	ADD  R2, R6, R7
	ADD  R2, R7, R8
	ADD  R2, R8, R9 // the next four rows
	MOVD R0, R10
	MOVD R3, R11

block:
	VLD1.P 16(R1), [V0.S4]
	VLD1.P 16(R6), [V1.S4]
	VLD1.P 16(R7), [V2.S4]
	VLD1.P 16(R8), [V3.S4]
	VTRN1  V1.S4, V0.S4, V4.S4
	VTRN2  V1.S4, V0.S4, V5.S4
	VTRN1  V3.S4, V2.S4, V6.S4
	VTRN2  V3.S4, V2.S4, V7.S4
	VTRN1  V6.D2, V4.D2, V0.D2
	VTRN1  V7.D2, V5.D2, V1.D2
	VTRN2  V6.D2, V4.D2, V2.D2
	VTRN2  V7.D2, V5.D2, V3.D2
	FMOVQ  F0, (R10)
	FMOVQ  F1, 64(R10)
	FMOVQ  F2, 128(R10)
	FMOVQ  F3, 192(R10)
	ADD    $256, R10
	SUBS   $4, R11
	BNE    block
	MOVD   R9, R1
	ADD    $16, R0
	SUBS   $1, R4
	BNE    rows
	RET

// func dotNEON(a, b *float32, n int) float32
//
// Sums in four groups of 16 lanes over the bulk, then in the first of them over
// what is left, the last 16 filled up with zeros.
TEXT ·dotNEON(SB), NOSPLIT, $128-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	ZEROQ(V0, V1, V2, V3)
	ZEROQ(V4, V5, V6, V7)
	ZEROQ(V8, V9, V10, V11)
	ZEROQ(V12, V13, V14, V15)
	SUBS $64, R2
	BLT  bulkEnd

bulk:
	VLD1.P 64(R0), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R1), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA  V16.S4, V20.S4, V0.S4
	VFMLA  V17.S4, V21.S4, V1.S4
	VFMLA  V18.S4, V22.S4, V2.S4
	VFMLA  V19.S4, V23.S4, V3.S4
	VLD1.P 64(R0), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R1), [V28.S4, V29.S4, V30.S4, V31.S4]
	VFMLA  V24.S4, V28.S4, V4.S4
	VFMLA  V25.S4, V29.S4, V5.S4
	VFMLA  V26.S4, V30.S4, V6.S4
	VFMLA  V27.S4, V31.S4, V7.S4
	VLD1.P 64(R0), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R1), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA  V16.S4, V20.S4, V8.S4
	VFMLA  V17.S4, V21.S4, V9.S4
	VFMLA  V18.S4, V22.S4, V10.S4
	VFMLA  V19.S4, V23.S4, V11.S4
	VLD1.P 64(R0), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R1), [V28.S4, V29.S4, V30.S4, V31.S4]
	VFMLA  V24.S4, V28.S4, V12.S4
	VFMLA  V25.S4, V29.S4, V13.S4
	VFMLA  V26.S4, V30.S4, V14.S4
	VFMLA  V27.S4, V31.S4, V15.S4
	SUBS   $64, R2
	BGE    bulk

bulkEnd:
	ADD  $64, R2
	SUBS $16, R2
	BLT  groupEnd

group:
	VLD1.P 64(R0), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R1), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA  V16.S4, V20.S4, V0.S4
	VFMLA  V17.S4, V21.S4, V1.S4
	VFMLA  V18.S4, V22.S4, V2.S4
	VFMLA  V19.S4, V23.S4, V3.S4
	SUBS   $16, R2
	BGE    group

groupEnd:
	ADDS $16, R2
	BEQ  sum
	ZEROQ(V16, V17, V18, V19)
	MOVD $rest-128(SP), R4
	ADD  $64, R4, R5
	VST1 [V16.S4, V17.S4, V18.S4, V19.S4], (R4)
	VST1 [V16.S4, V17.S4, V18.S4, V19.S4], (R5)

copy:
	SUB   $1, R2
	MOVWU (R0)(R2<<2), R6
	MOVW  R6, (R4)(R2<<2)
	MOVWU (R1)(R2<<2), R6
	MOVW  R6, (R5)(R2<<2)
	CBNZ  R2, copy
	VLD1  (R4), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1  (R5), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA V16.S4, V20.S4, V0.S4
	VFMLA V17.S4, V21.S4, V1.S4
	VFMLA V18.S4, V22.S4, V2.S4
	VFMLA V19.S4, V23.S4, V3.S4

sum:
	FADDQ(8, 0)
	FADDQ(12, 4)
	FADDQ(4, 0)
	SUMLANES
	FMOVS F0, ret+24(FP)
	RET

// func axpyNEON(alpha float32, x, y *float32, n int)
//
// y += alpha*x for a positive multiple of 16 elements, the product rounded on
// its own.
TEXT ·axpyNEON(SB), NOSPLIT, $0-32
	FMOVS alpha+0(FP), F16
	MOVD  x+8(FP), R0
	MOVD  y+16(FP), R1
	MOVD  n+24(FP), R2

group:
	VLD1.P 64(R0), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1   (R1), [V4.S4, V5.S4, V6.S4, V7.S4]
	FMULSQ(16, 0)
	FADDQ(0, 4)
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R1)
	SUBS   $16, R2
	BNE    group
	RET

// func scaleNEON(alpha float32, x *float32, n int)
//
// x *= alpha for a positive multiple of 16 elements.
TEXT ·scaleNEON(SB), NOSPLIT, $0-24
	FMOVS alpha+0(FP), F16
	MOVD  x+8(FP), R0
	MOVD  n+16(FP), R2

group:
	VLD1   (R0), [V0.S4, V1.S4, V2.S4, V3.S4]
	FMULSQ(16, 0)
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R0)
	SUBS   $16, R2
	BNE    group
	RET

// func maximumNEON(x *float32, n int) float32
//
// The largest of a positive multiple of 16 elements. NaN is greater than nothing
// and so left out.
TEXT ·maximumNEON(SB), NOSPLIT, $0-20
	MOVD x+0(FP), R0
	MOVD n+8(FP), R2
	MOVW $0xff800000, R3 // -Inf
	VDUP R3, V0.S4
	VDUP R3, V1.S4
	VDUP R3, V2.S4
	VDUP R3, V3.S4

group:
	VLD1.P 64(R0), [V4.S4, V5.S4, V6.S4, V7.S4]
	FCMGT(0, 4, 16)
	FCMGT(1, 5, 17)
	FCMGT(2, 6, 18)
	FCMGT(3, 7, 19)
	VBIT   V16.B16, V4.B16, V0.B16
	VBIT   V17.B16, V5.B16, V1.B16
	VBIT   V18.B16, V6.B16, V2.B16
	VBIT   V19.B16, V7.B16, V3.B16
	SUBS   $16, R2
	BNE    group
	FMAX(1, 0, 0)
	FMAX(3, 2, 2)
	FMAX(2, 0, 0)
	FMAXV(0, 0)
	FMOVS  F0, ret+16(FP)
	RET

// REACH searches R1 elements at R0 for a block of 32 in which one compares as
// asked with the limit in V31. It leaves where the first such block starts in
// R2, R1 if there is none.
#define REACH(compare) \
	MOVD   ZR, R2;                                            \
block:                                                     \
	VLD1.P 64(R0), [V0.S4, V1.S4, V2.S4, V3.S4];              \
	VLD1.P 64(R0), [V4.S4, V5.S4, V6.S4, V7.S4];              \
	VEC(compare, 31, 0, 0);                                   \
	VEC(compare, 31, 1, 1);                                   \
	VEC(compare, 31, 2, 2);                                   \
	VEC(compare, 31, 3, 3);                                   \
	VEC(compare, 31, 4, 4);                                   \
	VEC(compare, 31, 5, 5);                                   \
	VEC(compare, 31, 6, 6);                                   \
	VEC(compare, 31, 7, 7);                                   \
	VORR   V1.B16, V0.B16, V0.B16;                            \
	VORR   V3.B16, V2.B16, V2.B16;                            \
	VORR   V5.B16, V4.B16, V4.B16;                            \
	VORR   V7.B16, V6.B16, V6.B16;                            \
	VORR   V2.B16, V0.B16, V0.B16;                            \
	VORR   V6.B16, V4.B16, V4.B16;                            \
	VORR   V4.B16, V0.B16, V0.B16;                            \
	VMOV   V0.D[0], R3;                                       \
	VMOV   V0.D[1], R4;                                       \
	ORR    R4, R3;                                            \
	CBNZ   R3, found;                                         \
	ADD    $32, R2;                                           \
	CMP    R1, R2;                                            \
	BLT    block;                                             \
found:

// func aboveNEON(x *float32, n int, limit float32) int
//
// Where the first block of 32 with an element over the limit starts, n if there
// is none; n is a positive multiple of 32.
TEXT ·aboveNEON(SB), NOSPLIT, $0-32
	MOVD  x+0(FP), R0
	MOVD  n+8(FP), R1
	FMOVS limit+16(FP), F31
	VDUP  V31.S[0], V31.S4
	REACH(0x6ea0e400) // FCMGT
	MOVD  R2, ret+24(FP)
	RET

// func atLeastNEON(x *float32, n int, limit float32) int
//
// aboveNEON with the limit itself included.
TEXT ·atLeastNEON(SB), NOSPLIT, $0-32
	MOVD  x+0(FP), R0
	MOVD  n+8(FP), R1
	FMOVS limit+16(FP), F31
	VDUP  V31.S[0], V31.S4
	REACH(0x6e20e400) // FCMGE
	MOVD  R2, ret+24(FP)
	RET

// The constants of expGo, in the order in which they go to V16..V26, and
// infinity, to V27.
DATA expNEON<>+0(SB)/4, $(-87.33654)
DATA expNEON<>+4(SB)/4, $(88.72283)
DATA expNEON<>+8(SB)/4, $(1.44269504)
DATA expNEON<>+12(SB)/4, $(0.693359375)
DATA expNEON<>+16(SB)/4, $(-2.12194440e-4)
DATA expNEON<>+20(SB)/4, $(1.392617612e-3)
DATA expNEON<>+24(SB)/4, $(8.363173075e-3)
DATA expNEON<>+28(SB)/4, $(4.166655466e-2)
DATA expNEON<>+32(SB)/4, $(0.1666657703)
DATA expNEON<>+36(SB)/4, $(0.5)
DATA expNEON<>+40(SB)/4, $(1.0)
DATA expNEON<>+44(SB)/4, $0x7f800000
GLOBL expNEON<>(SB), RODATA|NOPTR, $48

// EXP sets V30 to exp(V5 - V4); see expGo, whose products are fused with their
// sums here. It uses V5..V7, V28 and V29, and wants V31 zero.
#define EXP \
	FSUB(4, 5, 5);                        \
	FMUL(18, 5, 6);                       \
	FCVTNS(6, 6);                         \
	SCVTF(6, 7);                          \
	VMOV  V5.B16, V28.B16;                \
	VFMLS V7.S4, V19.S4, V28.S4;          \
	VFMLS V7.S4, V20.S4, V28.S4;          \
	VMOV  V22.B16, V29.B16;               \
	VFMLA V28.S4, V21.S4, V29.S4;         \
	VMOV  V23.B16, V30.B16;               \
	VFMLA V28.S4, V29.S4, V30.S4;         \
	VMOV  V24.B16, V29.B16;               \
	VFMLA V28.S4, V30.S4, V29.S4;         \
	VMOV  V25.B16, V30.B16;               \
	VFMLA V28.S4, V29.S4, V30.S4;         \
	VMOV  V26.B16, V29.B16;               \
	VFMLA V28.S4, V30.S4, V29.S4;         \
	VMOV  V26.B16, V30.B16;               \
	VFMLA V28.S4, V29.S4, V30.S4;         \
	VSHL  $23, V6.S4, V6.S4;              \
	VADD  V6.S4, V30.S4, V30.S4;          \
	FCMGT(5, 16, 6);                      \
	VBIT  V6.B16, V31.B16, V30.B16;       \
	FCMGT(17, 5, 6);                      \
	VBIT  V6.B16, V27.B16, V30.B16

// EXPSUM takes EXP of four elements at R1 to R0, moves both on and adds to sum.
#define EXPSUM(sum) \
	VLD1.P 16(R1), [V5.S4];   \
	EXP;                      \
	VST1.P [V30.S4], 16(R0);  \
	FADD(30, sum, sum)

// EXPREST takes EXP of four elements at R5 where they are and moves on.
#define EXPREST \
	VLD1   (R5), [V5.S4];     \
	EXP;                      \
	VST1.P [V30.S4], 16(R5)

// func expSumNEON(dst, src *float32, n int, shift float32) float32
//
// Stores exp(src-shift) and sums it in 16 lanes.
TEXT ·expSumNEON(SB), NOSPLIT, $64-36
	MOVD    dst+0(FP), R0
	MOVD    src+8(FP), R1
	MOVD    n+16(FP), R2
	FMOVS   shift+24(FP), F4
	VDUP    V4.S[0], V4.S4
	MOVD    $expNEON<>(SB), R3
	VLD1R.P 4(R3), [V16.S4]
	VLD1R.P 4(R3), [V17.S4]
	VLD1R.P 4(R3), [V18.S4]
	VLD1R.P 4(R3), [V19.S4]
	VLD1R.P 4(R3), [V20.S4]
	VLD1R.P 4(R3), [V21.S4]
	VLD1R.P 4(R3), [V22.S4]
	VLD1R.P 4(R3), [V23.S4]
	VLD1R.P 4(R3), [V24.S4]
	VLD1R.P 4(R3), [V25.S4]
	VLD1R.P 4(R3), [V26.S4]
	VLD1R   (R3), [V27.S4]
	VEOR    V31.B16, V31.B16, V31.B16
	ZEROQ(V0, V1, V2, V3)
	SUBS    $16, R2
	BLT     groupEnd

group:
	EXPSUM(0)
	EXPSUM(1)
	EXPSUM(2)
	EXPSUM(3)
	SUBS $16, R2
	BGE  group

groupEnd:
	ADDS  $16, R2
	BEQ   sum
	MOVD  $rest-64(SP), R4
	MOVD  R2, R6

in:
	SUB   $1, R6
	MOVWU (R1)(R6<<2), R7
	MOVW  R7, (R4)(R6<<2)
	CBNZ  R6, in
	MOVD  R4, R5
	EXPREST
	EXPREST
	EXPREST
	EXPREST
	MOVD  R2, R6

out:
	SUB   $1, R6
	MOVWU (R4)(R6<<2), R7
	MOVW  R7, (R0)(R6<<2)
	CBNZ  R6, out

	// The lanes past the end add nothing.
clear:
	MOVW ZR, (R4)(R2<<2)
	ADD  $1, R2
	CMP  $16, R2
	BLT  clear
	VLD1 (R4), [V16.S4, V17.S4, V18.S4, V19.S4]
	FADDQ(16, 0)

sum:
	SUMLANES
	FMOVS F0, ret+32(FP)
	RET

// The constants of log1pOf: the largest number, to V16, then in the order in
// which log1pNEON uses them, to V17..V24, and the bits of the square root of a
// half, to V25.
DATA logNEON<>+0(SB)/4, $0x7f7fffff
DATA logNEON<>+4(SB)/4, $(1.0)
DATA logNEON<>+8(SB)/4, $(0.2222222222222222)
DATA logNEON<>+12(SB)/4, $(0.2857142857142857)
DATA logNEON<>+16(SB)/4, $(0.4)
DATA logNEON<>+20(SB)/4, $(0.6666666666666666)
DATA logNEON<>+24(SB)/4, $(2.0)
DATA logNEON<>+28(SB)/4, $(-2.12194440e-4)
DATA logNEON<>+32(SB)/4, $(0.693359375)
DATA logNEON<>+36(SB)/4, $0x3f3504f3
GLOBL logNEON<>(SB), RODATA|NOPTR, $40

// func log1pNEON(x *float32, n int)
//
// log(1+x) for a positive multiple of 16 elements; see log1pOf. No product is
// fused with a sum.
TEXT ·log1pNEON(SB), NOSPLIT, $0-16
	MOVD    x+0(FP), R0
	MOVD    n+8(FP), R1
	MOVD    $logNEON<>(SB), R2
	VLD1R.P 4(R2), [V16.S4]
	VLD1R.P 4(R2), [V17.S4]
	VLD1R.P 4(R2), [V18.S4]
	VLD1R.P 4(R2), [V19.S4]
	VLD1R.P 4(R2), [V20.S4]
	VLD1R.P 4(R2), [V21.S4]
	VLD1R.P 4(R2), [V22.S4]
	VLD1R.P 4(R2), [V23.S4]
	VLD1R.P 4(R2), [V24.S4]
	VLD1R   (R2), [V25.S4]
	VEOR    V31.B16, V31.B16, V31.B16

four:
	VLD1  (R0), [V0.S4]
	FCMGT(31, 0, 1)
	VAND  V1.B16, V0.B16, V0.B16 // 0 for NaN and what is below
	FMIN(16, 0, 0)
	FADD(17, 0, 1) // u = 1+x
	FSUB(17, 1, 2)
	FSUB(2, 0, 2)
	FDIV(1, 2, 2)  // lost
	VSUB  V25.S4, V1.S4, V3.S4
	VUSHR $23, V3.S4, V3.S4
	VSHL  $23, V3.S4, V4.S4
	VSUB  V4.S4, V1.S4, V1.S4 // m
	SCVTF(3, 3)    // n
	FSUB(17, 1, 5)
	FADD(17, 1, 1)
	FDIV(1, 5, 5)  // s
	FMUL(5, 5, 4)  // z
	FMUL(18, 4, 0)
	FADD(19, 0, 0)
	FMUL(4, 0, 0)
	FADD(20, 0, 0)
	FMUL(4, 0, 0)
	FADD(21, 0, 0)
	FMUL(4, 0, 0)
	FADD(22, 0, 0)
	FMUL(5, 0, 0)
	FMUL(23, 3, 4)
	FADD(2, 4, 4)
	FADD(0, 4, 4)
	FMUL(24, 3, 3)
	FADD(3, 4, 4)
	VST1.P [V4.S4], 16(R0)
	SUBS  $4, R1
	BNE   four
	RET

// func adamNEON(w, grad, m, v *float32, n int, lr, beta1, keep1, beta2, keep2, eps, c1, c2 float32)
//
// One step for a positive multiple of 16 elements; keep1 and keep2 are 1-beta1
// and 1-beta2. Nothing is fused, so adamGo gives the same bits.
TEXT ·adamNEON(SB), NOSPLIT, $0-72
	MOVD  w+0(FP), R0
	MOVD  grad+8(FP), R1
	MOVD  m+16(FP), R2
	MOVD  v+24(FP), R3
	MOVD  n+32(FP), R4
	FMOVS lr+40(FP), F16
	FMOVS beta1+44(FP), F17
	FMOVS keep1+48(FP), F18
	FMOVS beta2+52(FP), F19
	FMOVS keep2+56(FP), F20
	FMOVS eps+60(FP), F21
	FMOVS c1+64(FP), F22
	FMOVS c2+68(FP), F23
	VDUP  V21.S[0], V21.S4

four:
	VLD1.P 16(R1), [V0.S4]
	VLD1   (R2), [V1.S4]
	VLD1   (R3), [V2.S4]
	FMULS(17, 1, 1)
	FMULS(18, 0, 3)
	FADD(3, 1, 1)
	VST1.P [V1.S4], 16(R2)
	FMULS(19, 2, 2)
	FMULS(20, 0, 3)
	FMUL(0, 3, 3)
	FADD(3, 2, 2)
	VST1.P [V2.S4], 16(R3)
	FMULS(23, 2, 2)
	FSQRT(2, 2)
	FADD(21, 2, 2)
	FMULS(22, 1, 1)
	FMULS(16, 1, 1)
	FDIV(2, 1, 1)
	VLD1   (R0), [V3.S4]
	FSUB(1, 3, 3)
	VST1.P [V3.S4], 16(R0)
	SUBS   $4, R4
	BNE    four
	RET

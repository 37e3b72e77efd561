//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// vnni says that AVX-512 has sums of products of whole numbers. Only tests set it again.
var vnni = active == avx512 && cpu.X86.HasAVX512VNNI

// CodesPay reports whether products of codes take less time than others here.
func CodesPay() bool { return active != generic }

func near(dst []float32, ld, blocks, pairs int, l *Coded, data []int16, scale, base []float32) {
	if active == generic {
		nearGo(dst, ld, blocks, pairs, l, data, scale, base)
		return
	}
	step, narrow := pairs*codePair, active == avx2 || !vnni
	for i := 0; i < l.rows; {
		left, x, unit, out := l.rows-i, &l.data[i*step], &l.scale[i], &dst[i*ld]
		switch {
		case narrow && left >= 2:
			near2AVX2(blocks, pairs, x, step, unit, &data[0], &scale[0], &base[0], out, ld)
			i += 2
		case narrow:
			near1AVX2(blocks, pairs, x, step, unit, &data[0], &scale[0], &base[0], out, ld)
			i++
		case left >= 12:
			near12AVX512(blocks, pairs, x, step, unit, &data[0], &scale[0], &base[0], out, ld)
			i += 12
		case left >= 8:
			near8AVX512(blocks, pairs, x, step, unit, &data[0], &scale[0], &base[0], out, ld)
			i += 8
		case left >= 4:
			near4AVX512(blocks, pairs, x, step, unit, &data[0], &scale[0], &base[0], out, ld)
			i += 4
		case left >= 2:
			near2AVX512(blocks, pairs, x, step, unit, &data[0], &scale[0], &base[0], out, ld)
			i += 2
		default:
			near1AVX512(blocks, pairs, x, step, unit, &data[0], &scale[0], &base[0], out, ld)
			i++
		}
	}
}

func markBits(dst []uint32, x []float32, limit float32) {
	n := len(x) &^ (block - 1)
	if n > 0 {
		switch active {
		case avx512:
			markAVX512(&dst[0], &x[0], n, limit)
		case avx2:
			markAVX2(&dst[0], &x[0], n, limit)
		default:
			n = 0
		}
	}
	markGo(dst[n/block:], x[n:], limit)
}

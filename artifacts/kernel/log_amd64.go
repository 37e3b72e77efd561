//go:build amd64 && !purego

package kernel

func log1p(x []float32) {
	if n := len(x) &^ (group - 1); n > 0 && active != generic {
		if active == avx512 {
			log1pAVX512(&x[0], n)
		} else {
			log1pAVX2(&x[0], n)
		}
		x = x[n:]
	}
	log1pGo(x)
}

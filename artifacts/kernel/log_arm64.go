//go:build !purego

package kernel

func log1p(x []float32) {
	if n := len(x) &^ (group - 1); n > 0 && active != generic {
		log1pNEON(&x[0], n)
		x = x[n:]
	}
	log1pGo(x)
}

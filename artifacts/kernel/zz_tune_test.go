package kernel

import (
	"fmt"
	"os"
	"sort"
	"testing"
	"runtime"

	"golang.org/x/sys/unix"
)

func TestTune(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.Skip()
	}
	runtime.LockOSThread()
	for _, p := range available()[1:] {
		active = p
		for _, z := range shapes {
			s := newSource(1)
			x, y, c := s.vector(z.m*z.k, 0), s.vector(z.k*z.n, 0), make([]float32, z.m*z.n)
			lda, ldb := z.k, z.n
			if z.tA {
				lda = z.m
			}
			if z.tB {
				ldb = z.k
			}
			fl := 2 * float64(z.m) * float64(z.n) * float64(z.k)
			n := int(3e10 / fl)
			n = min(n, 1500)
			var d []float64
			for range n {
				t0 := cpuNow()
				gemm(z.tA, z.tB, z.m, z.n, z.k, 1, x, lda, y, ldb, 0, c, z.n)
				d = append(d, float64(cpuNow()-t0))
			}
			sort.Float64s(d)
			fmt.Printf("%-8s %-28s best %6.1f  p25 %6.1f  median %6.1f GFLOP/s  (best %.0f us)\n", p, z, fl/d[0], fl/d[len(d)/4], fl/d[len(d)/2], d[0]/1e3)
		}
	}
}

func cpuNow() int64 {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return ts.Nano()
}

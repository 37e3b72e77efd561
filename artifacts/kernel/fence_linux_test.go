package kernel

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fence hands out memory between two pages that fault when touched.
type fence struct {
	inside []float32
}

func newFence(t *testing.T, elements int) fence {
	t.Helper()
	page := unix.Getpagesize()
	size := (4*elements + page - 1) / page * page
	all, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Skipf("map memory: %v", err)
	}
	t.Cleanup(func() { _ = unix.Munmap(all) })
	for _, edge := range [][]byte{all[:page], all[page+size:]} {
		if err := unix.Mprotect(edge, unix.PROT_NONE); err != nil {
			t.Skipf("protect memory: %v", err)
		}
	}
	return fence{unsafe.Slice((*float32)(unsafe.Pointer(&all[page])), size/4)}
}

// put copies x against the upper fence, or the lower one.
func (f fence) put(x []float32, upper bool) []float32 {
	at := 0
	if upper {
		at = len(f.inside) - len(x)
	}
	y := f.inside[at : at+len(x) : at+len(x)]
	copy(y, x)
	return y
}

// codesIn copies whole numbers against a fence.
func codesIn(f fence, x []int16, upper bool) []int16 {
	room := f.put(make([]float32, (len(x)+1)/2), upper)
	y := unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(room))), len(x))
	copy(y, x)
	return y
}

// A load or store beyond its slice ends the test process with a fault.
func TestKernelsStayInsideTheirSlices(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(80)
		var f [4]fence
		for i := range f {
			f[i] = newFence(t, 1<<15)
		}
		for _, upper := range []bool{false, true} {
			for _, n := range lengths() {
				var x [4][]float32
				for i := range x {
					x[i] = f[i].put(s.vector(n, 0), upper)
				}
				Dot(x[0], x[1])
				Axpy(0.5, x[0], x[1])
				Scale(0.5, x[0])
				Max(x[0])
				Log1p(x[0])
				ExpSum(x[1], x[0], 0)
				Adam(x[0], x[1], x[2], x[3], 0.1, 0.9, 0.99, 1e-8, 1, 1)
				if n > 0 {
					marks := unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(f[1].put(make([]float32, (n+31)/32), upper)))), (n+31)/32)
					Mark(marks, x[0], 0)
				}
				top := NewTop(2)
				top.Push(40, 0.9)
				top.Scan(x[0], 0)
			}
			for range 100 {
				n, k, m := 1+s.IntN(200), 1+s.IntN(100), 1+s.IntN(30)
				blocks := (n + codeRows - 1) / codeRows
				c, err := Encode(f[0].put(s.vector(n*k, 0), upper), n, k)
				if err != nil {
					t.Fatal(err)
				}
				var l Coded
				l.Set(f[1].put(s.vector(m*k, 0), upper), m, k)
				c.data, c.scale = codesIn(f[2], c.data, upper), f[3].put(c.scale, upper)
				base := f[0].put(s.vector(blocks*codeRows, 0), upper)
				c.Near(f[1].put(s.vector(m*blocks*codeRows, 0), upper), blocks*codeRows, 0, blocks, &l, base)
			}
			transposes(func(tA, tB bool) {
				for range 150 {
					p := newProduct(s, tA, tB, 1+s.IntN(70), 1+s.IntN(70), 1+s.IntN(300))
					p.a.data, p.b.data, p.c.data = f[0].put(p.a.data, upper), f[1].put(p.b.data, upper), f[2].put(p.c.data, upper)
					p.beta = float32(s.IntN(2))
					gemm(tA, tB, p.m, p.n, p.k, 1, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, p.c.data, p.c.ld)
				}
			})
		}
	})
}

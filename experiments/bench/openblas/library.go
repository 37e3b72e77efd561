package main

/*
#cgo linux LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

typedef void (*sgemm_function)(int order, int ta, int tb, int m, int n, int k, float alpha,
	const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);

static sgemm_function sgemm;

// openblas_load returns what OpenBLAS says of itself, or NULL.
static const char *openblas_load(const char *name) {
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return NULL;
	sgemm = (sgemm_function)dlsym(library, "cblas_sgemm");
	char *(*config)(void) = (char *(*)(void))dlsym(library, "openblas_get_config");
	void (*threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
	if (!sgemm || !config || !threads)
		return NULL;
	threads(1);
	return config();
}

static void openblas_multiply(int calls, int ta, int tb, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc) {
	for (int i = 0; i < calls; i++)
		sgemm(101, ta, tb, m, n, k, 1, a, lda, b, ldb, 1, c, ldc); // 101: row-major
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// load opens OpenBLAS for one thread a call and returns its name for itself.
func load(library string) (string, error) {
	name := C.CString(library)
	defer C.free(unsafe.Pointer(name))
	config := C.openblas_load(name)
	if config == nil {
		return "", fmt.Errorf("there is no %s here: install it (Debian: apt-get install libopenblas0-pthread)", library)
	}
	return C.GoString(config), nil
}

// multiply adds the product to C, calls times.
func (p *product) multiply(calls int) {
	const plain, transposed = 111, 112
	ta, tb, lda, ldb := plain, plain, p.K, p.N
	if p.Op == "TN" {
		ta, lda = transposed, p.M
	}
	if p.Op == "NT" {
		tb, ldb = transposed, p.K
	}
	C.openblas_multiply(C.int(calls), C.int(ta), C.int(tb), C.int(p.M), C.int(p.N), C.int(p.K),
		(*C.float)(&p.a[0]), C.int(lda), (*C.float)(&p.b[0]), C.int(ldb), (*C.float)(&p.c[0]), C.int(p.N))
}

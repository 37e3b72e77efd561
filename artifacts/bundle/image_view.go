package bundle

import (
	"fmt"
	"runtime/debug"
	"unsafe"
)

// bytesOf returns the memory of x, whose elements hold no pointers.
func bytesOf[T any](x []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(zero)))
}

// view is the inverse of bytesOf: it shares the memory of data.
func view[T any](data []byte) ([]T, error) {
	var zero T
	size := int(unsafe.Sizeof(zero))
	at := uintptr(unsafe.Pointer(unsafe.SliceData(data)))
	if len(data)%size != 0 || at%unsafe.Alignof(zero) != 0 {
		return nil, fmt.Errorf("%d bytes at %d are no row of %T: %w", len(data), at%64, zero, ErrCorrupt)
	}
	if len(data) == 0 {
		return nil, nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/size), nil
}

// textOf returns data as a string that shares its memory.
func textOf(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }

// caught runs f, with panics and faults of mapped memory for errors: one in a goroutine
// of its own would end the program.
func caught(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", ErrCorrupt, v)
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return f()
}

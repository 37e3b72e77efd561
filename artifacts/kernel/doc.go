// Package kernel holds the float32 arithmetic that training and serving spend
// their time in: matrix products, dot products, softmax sums, optimiser steps
// and top-k selection. It is single-threaded; callers own the parallelism.
//
// Matrices are row-major. A matrix of r rows, c columns and leading dimension
// ld occupies x[i*ld+j] for i < r, j < c, with ld >= c; what lies between the
// rows is neither read nor written. A slice too short for its shape, a leading
// dimension smaller than the width, or a negative size is an index-out-of-range
// panic before anything is written. Output must not overlap input.
//
// # Reproducibility
//
// The order of every summation is a function of the sizes alone, and in a matrix
// product of k alone: a row of C is the same whatever the number of rows. No
// result depends on where a slice lies in memory or on what runs beside it. A
// caller that cuts its work without regard to the number of workers and adds up
// in a fixed order thus gets the same bytes from any number of them.
//
// That holds on one instruction set; ISA names the one in use. Between two, the
// last bits may differ:
//
//   - The AVX2, AVX-512 and NEON paths run the same operations on the same lanes
//     and agree bit for bit. Go code around them need not: on arm64 the
//     compiler fuses x*y + z, on amd64 by default it does not.
//   - The portable path rounds products that the others fuse, so the matrix
//     products, Dot and ExpSum may differ from theirs. It is itself the same on
//     every architecture.
//   - Axpy, Scale, Max, Log1p, Adam, Near, Mark and Top give the same everywhere, but for the
//     sign of a zero from Max.
//
// NaN comes out wherever it should, with a payload that is not specified.
// Denormals are kept; only ExpSum makes them 0.
//
// Build with -tags purego to leave the assembly out.
package kernel

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
// product of k alone: a row of C is the same whatever the number of rows. The
// AVX2 and AVX-512 paths run the same operations on the same lanes and agree bit
// for bit. The portable path rounds products that the others fuse, so the matrix
// products, Dot and ExpSum may differ from them in the last bits; it is itself
// the same on every architecture. Axpy, Scale, Max, Adam and Top give the same
// everywhere, but for the payload of a NaN and the sign of a zero from Max.
//
// Build with -tags purego to leave the assembly out.
package kernel

package clustering

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

func (o Options) withDefaults() Options {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&o.Restarts, 16)
	set(&o.MaxIterations, 60)
	set(&o.Sample, 6000)
	set(&o.Workers, 1)
	return o
}

// ErrInput is wrapped by every error about what Fit was given.
var ErrInput = errors.New("unusable input")

// maxColumns bounds behaviours and categories together.
const maxColumns = 1024

// check returns an error that names every fault of in and o.
func check(in Input, o Options) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %s", ErrInput, fmt.Sprintf(format, args...)))
	}
	if o.Segments < 0 || o.Segments > MaxSegments {
		fault("%d segments, must be 0..%d", o.Segments, MaxSegments)
	}
	for _, v := range []struct {
		name  string
		value int
	}{{"restarts", o.Restarts}, {"iterations", o.MaxIterations}, {"sample", o.Sample}, {"workers", o.Workers}} {
		if v.value < 1 {
			fault("%s is %d, must be at least 1", v.name, v.value)
		}
	}
	p, c := len(in.Names), len(in.Categories)
	if p+c == 0 || p+c > maxColumns {
		fault("%d behaviours and %d categories, must be 1..%d together", p, c, maxColumns)
		return errors.Join(faults...)
	}
	rows := in.rows()
	if len(in.X) != rows*p || len(in.Affinity) != rows*c {
		fault("%d behaviour values of %d columns and %d shares of %d categories do not make whole rows", len(in.X), p, len(in.Affinity), c)
		return errors.Join(faults...)
	}
	if rows == 0 {
		fault("no rows")
	}
	if name, ok := twice(in.columns()); ok {
		fault("column %q is there twice or has no name", name)
	}
	for j, v := range in.X {
		if !finite(v) {
			fault("row %d: %s is %v", j/p, in.Names[j%p], v)
			break
		}
	}
	for j, v := range in.Affinity {
		if !(v >= 0 && v <= 1.001) {
			fault("row %d: share of %s is %v", j/c, in.Categories[j%c], v)
			break
		}
	}
	return errors.Join(faults...)
}

func finite(v float32) bool { return math.Abs(float64(v)) <= math.MaxFloat32 }

func twice(names []string) (string, bool) {
	sorted := slices.Sorted(slices.Values(names))
	for i, n := range sorted {
		if n == "" || i > 0 && n == sorted[i-1] {
			return n, true
		}
	}
	return "", false
}

// rows is the number of users; whole rows are checked apart.
func (in *Input) rows() int {
	if len(in.Names) > 0 {
		return len(in.X) / len(in.Names)
	}
	return len(in.Affinity) / max(len(in.Categories), 1)
}

// columns returns the names of the model's features: behaviours, then shares
// under the name the encoder of users gives them.
func (in *Input) columns() []string {
	names := slices.Clone(in.Names)
	for _, c := range in.Categories {
		names = append(names, "affinity.category="+c)
	}
	return names
}

// features writes the raw features of row i to dst.
func (in *Input) features(dst []float32, i int) {
	p, c := len(in.Names), len(in.Categories)
	copy(dst, in.X[i*p:(i+1)*p])
	copy(dst[p:], in.Affinity[i*c:(i+1)*c])
}

// sample returns up to n of rows, ascending.
func sample(rows, n int, random *rand.Rand) []int32 {
	all := make([]int32, rows)
	for i := range all {
		all[i] = int32(i)
	}
	if n >= rows {
		return all
	}
	for i := range n { // the beginning of a Fisher-Yates shuffle
		j := i + random.IntN(rows-i)
		all[i], all[j] = all[j], all[i]
	}
	chosen := all[:n:n]
	slices.Sort(chosen)
	return chosen
}

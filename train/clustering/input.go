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
	set(&o.MinSize, 1)
	set(&o.Sample, 6000)
	set(&o.Workers, 1)
	if o.Method == "" {
		o.Method = EM
	}
	return o
}

// ErrInput is wrapped by every error about what Fit was given.
var ErrInput = errors.New("unusable input")

const (
	// maxColumns bounds behaviours and categories together.
	maxColumns = 256
	// maxValue bounds a behaviour on either side; one that is larger has not been
	// brought to a scale on which users can be compared.
	maxValue = 1e6
)

// check returns an error that names every fault of in and o.
func check(in Input, o Options) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %s", ErrInput, fmt.Sprintf(format, args...)))
	}
	if o.Segments < 0 || o.Segments > MaxSegments {
		fault("%d segments, must be 0..%d", o.Segments, MaxSegments)
	}
	if !slices.Contains(Methods, o.Method) {
		fault("method %q, must be one of %v", o.Method, Methods)
	}
	for _, v := range []struct {
		name  string
		value int
	}{{"least size", o.MinSize}, {"restarts", o.Restarts}, {"iterations", o.MaxIterations}, {"sample", o.Sample}, {"workers", o.Workers}} {
		if v.value < 1 {
			fault("%s is %d, must be at least 1", v.name, v.value)
		}
	}
	p, c := len(in.Names), len(in.Categories)
	if p+c > maxColumns {
		fault("%d behaviours and %d categories, must be at most %d together", p, c, maxColumns)
	}
	rows := in.rows()
	if len(in.X) != rows*p || len(in.Affinity) != rows*c {
		fault("%d values of %d behaviours and %d shares of %d categories do not make whole rows", len(in.X), p, len(in.Affinity), c)
		return errors.Join(faults...)
	}
	if rows < 1 {
		fault("no rows")
	}
	if name, ok := twice(in.columns()); ok {
		fault("column %q is there twice or has no name", name)
	}
	for j, v := range in.X {
		if !(math.Abs(float64(v)) <= maxValue) {
			fault("row %d: %s is %v, must be within %v of 0", j/p, in.Names[j%p], v, maxValue)
			break
		}
	}
	for j, v := range in.Affinity {
		if !(v >= 0 && v <= 1.001) { // a hair above 1 is rounding
			fault("row %d: share of %s is %v", j/c, in.Categories[j%c], v)
			break
		}
	}
	return errors.Join(faults...)
}

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
	switch {
	case len(in.Names) > 0:
		return len(in.X) / len(in.Names)
	case len(in.Categories) > 0:
		return len(in.Affinity) / len(in.Categories)
	}
	return in.Rows
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

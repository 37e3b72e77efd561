package clustering

import (
	"errors"
	"fmt"
	"math"
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
	set(&o.Sample, DefaultSample)
	set(&o.Workers, 1)
	if o.Method == "" {
		o.Method = EM
	}
	return o
}

// ErrInput is wrapped by every error about what Fit was given.
var ErrInput = errors.New("unusable input")

const (
	// DefaultSample is the default of Options.Sample.
	DefaultSample = 6000
	// maxColumns bounds behaviours and shares together.
	maxColumns = 512
	// maxValue bounds a behaviour on either side; one that is larger has not been
	// brought to a scale on which users can be compared.
	maxValue = 1e6
)

// check returns an error that names every fault of in and o.
func check(in Input, o Options) error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %w", ErrInput, fmt.Errorf(format, args...)))
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
	if n := in.width(); n > maxColumns {
		fault("%d columns, must be at most %d", n, maxColumns)
	}
	if name, ok := twice(in.columns()); ok {
		fault("column %q is there twice or has no name", name)
	}
	p, rows := len(in.Names), in.rows()
	if rows < 1 {
		fault("no rows")
	}
	if len(in.X) != rows*p {
		fault("%d values of %d behaviours do not make %d rows", len(in.X), p, rows)
		p = 0
	}
	for j := 0; j < rows*p; j++ {
		v := in.X[j]
		if !(math.Abs(float64(v)) <= maxValue) {
			fault("row %d: %s is %v, must be within %v of 0", j/p, in.Names[j%p], v, maxValue)
			break
		}
	}
	for i := range in.Shares {
		if err := in.Shares[i].check(rows); err != nil {
			fault("%w", err)
		}
	}
	if err := o.Previous.check(rows); err != nil {
		fault("%w", err)
	}
	return errors.Join(faults...)
}

// check returns the first fault of a group of so many rows.
func (s *Shares) check(rows int) error {
	c := len(s.Names)
	if len(s.X) != rows*c {
		return fmt.Errorf("%d values of %d shares of %s do not make %d rows", len(s.X), c, s.Field, rows)
	}
	for j, v := range s.X {
		if !(v >= 0 && v <= 1.001) { // a hair above 1 is rounding
			return fmt.Errorf("row %d: share of %s=%s is %v", j/c, s.Field, s.Names[j%c], v)
		}
	}
	return nil
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

package encode

import (
	"fmt"
	"math"
)

// Column is one output of an encoder: the name of the raw value it is made of,
// and the population mean and standard deviation of that value over the rows
// that had one.
type Column struct {
	Name string  `json:"name"`
	Mean float64 `json:"mean"`
	Std  float64 `json:"std"`
}

func (c *Column) standardise(raw float64) float32 {
	if math.IsNaN(raw) {
		return 0
	}
	return float32(min(max((raw-c.Mean)/c.Std, -Limit), Limit))
}

// table selects columns from a row of raw values.
type table struct {
	columns []Column
	source  []int // index of the raw value, ascending
}

// newTable finds the columns among the names of the raw values. Columns must
// be in the order of the names, with statistics that can be divided by.
func newTable(columns []Column, names []string) (table, error) {
	t := table{columns: columns, source: make([]int, len(columns))}
	next := 0
	for i, c := range columns {
		for next < len(names) && names[next] != c.Name {
			next++
		}
		if next == len(names) {
			return table{}, fmt.Errorf("%w: column %q is unknown or out of order", ErrSchema, c.Name)
		}
		if !finite(c.Mean) || !finite(c.Std) || c.Std <= 0 {
			return table{}, fmt.Errorf("%w: column %q has mean %v and deviation %v", ErrSchema, c.Name, c.Mean, c.Std)
		}
		t.source[i] = next
		next++
	}
	return t, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func (t *table) encode(dst []float32, raw []float64) {
	dst = dst[:len(t.columns)]
	for i := range dst {
		dst[i] = t.columns[i].standardise(raw[t.source[i]])
	}
}

func (t *table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Name
	}
	return names
}

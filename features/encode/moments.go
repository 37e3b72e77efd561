package encode

import "math"

// moments are the running statistics of one raw value (Welford, Note on a
// method for calculating corrected sums of squares and products, 1962).
// Missing values, which are NaN, are left out. Equal values leave m2 at exactly 0.
type moments struct {
	n        int64
	mean, m2 float64
	print    uint64 // of all values in order, missing ones included
}

func (m *moments) add(x float64) {
	const prime = 0x9E3779B97F4A7C15
	m.print = (m.print ^ math.Float64bits(x)) * prime
	m.print ^= m.print >> 32
	if math.IsNaN(x) {
		return
	}
	m.n++
	d := x - m.mean
	m.mean += d / float64(m.n)
	m.m2 += d * (x - m.mean)
}

func (m *moments) std() float64 { return math.Sqrt(m.m2 / float64(m.n)) }

// fit returns the columns of the raw values that tell rows apart: those that
// take at least two values and do not repeat an earlier one. raw fills its
// argument with row i; rows are added up in order.
func fit(names []string, rows int, raw func(i int, dst []float64)) []Column {
	stats := make([]moments, len(names))
	dst := make([]float64, len(names))
	for i := range rows {
		raw(i, dst)
		for j, x := range dst {
			stats[j].add(x)
		}
	}
	columns := []Column{}
	seen := make(map[moments]bool)
	for j, name := range names {
		m := stats[j]
		if m.n == 0 || m.std() == 0 || seen[m] {
			continue
		}
		seen[m] = true
		columns = append(columns, Column{Name: name, Mean: m.mean, Std: m.std()})
	}
	return columns
}

package clustering

import "math"

const (
	// narrow is the number of behaviours of which all axes are kept.
	narrow = 24
	// maxAxes and minAxes bound the number of axes kept else.
	maxAxes, minAxes = 8, 4
	// trace is the share of the largest variance below which an axis is noise
	// of the arithmetic.
	trace = 1e-6
)

// project finds the axes of standardised rows x.
func (s *space) project(x []float64, groups []span) error {
	width := len(s.columns)
	if width == 0 {
		return nil
	}
	weights := make([]float64, width)
	for _, g := range groups {
		_, deviations, err := axes(columns(x, width, g.from, g.to), g.to-g.from)
		if err != nil {
			return err
		}
		for j := g.from; j < g.to; j++ {
			if deviations[0] > 0 {
				weights[j] = 1 / deviations[0]
			}
		}
	}
	for i := range x {
		x[i] *= weights[i%width]
	}
	vectors, deviations, err := axes(x, width)
	if err != nil {
		return err
	}
	for a := range keep(deviations, len(x)/width, groups[0].to < width) {
		row := make([]float64, width)
		for j, v := range vectors[a] {
			if !s.flat[j] {
				row[j] = v * weights[j] / deviations[a]
			}
		}
		s.projection = append(s.projection, row)
		s.reach = append(s.reach, deviations[a])
	}
	return nil
}

// keep returns how many of the principal axes of so many rows, by falling
// deviation, to keep: those that vary more than the largest axis of pure noise
// would (Marchenko and Pastur, 1967). A few behaviours alone are all kept; but
// shares of categories are mostly zero, and what they hold beyond their first
// axes is the pattern of the zeros.
func keep(deviations []float64, rows int, shares bool) int {
	total, some := 0.0, 0
	for _, d := range deviations {
		total += d * d
		if d*d > trace*deviations[0]*deviations[0] {
			some++
		}
	}
	if some <= minAxes || some <= narrow && !shares {
		return some
	}
	edge := 1 + math.Sqrt(float64(some)/float64(rows))
	noise := edge * edge * total / float64(some)
	n := 0
	for n < maxAxes && deviations[n]*deviations[n] > noise {
		n++
	}
	return max(n, minAxes)
}

// columns copies columns from..to of x.
func columns(x []float64, width, from, to int) []float64 {
	part := make([]float64, 0, len(x)/width*(to-from))
	for i := 0; i < len(x); i += width {
		part = append(part, x[i+from:i+to]...)
	}
	return part
}

// table projects rows of in.
func (s *space) table(in *Input, rows []int32) *table {
	t := &table{dim: len(s.projection), count: len(rows), reach: s.reach}
	t.z = make([]float64, 0, t.dim*len(rows))
	raw, standard := make([]float32, len(s.columns)), make([]float64, len(s.columns))
	for _, row := range rows {
		in.features(raw, int(row))
		for j := range s.columns {
			standard[j] = s.standard(j, raw[j])
		}
		for _, axis := range s.projection {
			z := 0.0
			for j, v := range axis {
				z += v * standard[j]
			}
			t.z = append(t.z, z)
		}
	}
	return t
}

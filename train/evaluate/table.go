package evaluate

// table collects what is measured of each user, one column a quantity. Rows are
// the judged users, in the order of the task. Workers fill rows of their own.
type table struct {
	cutoffs []int
	metric  [][]float64 // [kind*len(cutoffs)+c][user]
	listed  [][]float64 // [c][user] mean popularity of the user's first k items; nil without popularity
	history []float64   // [user] mean popularity of the user's training items
}

func newTable(cutoffs []int, users int, popularity bool) *table {
	t := &table{cutoffs: cutoffs, metric: columns(kinds*len(cutoffs), users)}
	if popularity {
		t.listed = columns(len(cutoffs), users)
		t.history = make([]float64, users)
	}
	return t
}

func columns(n, rows int) [][]float64 {
	c := make([][]float64, n)
	for i := range c {
		c[i] = make([]float64, rows)
	}
	return c
}

// all lists the columns: metrics, then listed, then history.
func (t *table) all() [][]float64 {
	c := append([][]float64{}, t.metric...)
	if t.history != nil {
		c = append(append(c, t.listed...), t.history)
	}
	return c
}

// names are the names of the metric columns.
func (t *table) names() []string {
	var names []string
	for _, kind := range kindNames {
		for _, k := range t.cutoffs {
			names = append(names, metricName(kind, k))
		}
	}
	return names
}

func sum(column []float64) float64 {
	s := 0.0
	for _, v := range column {
		s += v
	}
	return s
}

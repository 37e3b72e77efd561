package encode

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
)

// oneHot gives each value of a field a raw value that is 1 for it and 0 for the
// others.
type oneHot struct {
	values []string
	index  map[string]int
}

func newOneHot(values []string) oneHot {
	h := oneHot{values: values, index: make(map[string]int, len(values))}
	for i, v := range values {
		h.index[v] = i
	}
	return h
}

// write fills the raw values of the field, all missing when value is not in
// the schema, and returns the rest of dst and whether it was.
func (h *oneHot) write(dst []float64, value string) (rest []float64, known bool) {
	own := dst[:len(h.values)]
	i, ok := h.index[value]
	if !ok {
		fill(own, math.NaN())
		return dst[len(own):], false
	}
	fill(own, 0)
	own[i] = 1
	return dst[len(own):], true
}

// writeSet fills the raw values of a field that holds any number of values;
// those not in the schema leave no trace.
func (h *oneHot) writeSet(dst []float64, values []string) (rest []float64) {
	own := dst[:len(h.values)]
	fill(own, 0)
	for _, v := range values {
		if i, ok := h.index[v]; ok {
			own[i] = 1
		}
	}
	return dst[len(own):]
}

// names appends the names of the raw values.
func (h *oneHot) names(dst []string, field string) []string {
	for _, v := range h.values {
		dst = append(dst, field+"="+v)
	}
	return dst
}

func fill(dst []float64, x float64) {
	for i := range dst {
		dst[i] = x
	}
}

// frequent returns the values counted at least least times, the most frequent
// first and at most most of them. Values that are empty or not UTF-8, which JSON
// could not hold, never count.
func frequent(counts map[string]int64, least int64, most int) []string {
	values := []string{}
	for v, n := range counts {
		if v != "" && n >= least && n > 0 && utf8.ValidString(v) {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return values[:min(len(values), most)]
}

package twotower

import "curio/artifacts/kernel"

// scatter collects which gradient rows belong to which table rows and adds them
// up in the order they were collected, whoever does the adding.
type scatter struct {
	dim     int
	count   []int32 // [table rows], zero between steps
	start   []int32 // [table rows]
	touched []int32 // table rows with a gradient, by first mention
	entries []entry
	sorted  []entry
	sums    []float32 // [parts, dim]: the sum under way of each part of an update
}

// parts is how many parts an update of a table is cut into.
const parts = 64

// entry is weight x source, to be added to the gradient of row.
type entry struct {
	row    int32
	weight float32
	source []float32
}

func newScatter(rows, dim int) *scatter {
	return &scatter{dim: dim, count: make([]int32, rows), start: make([]int32, rows), sums: make([]float32, parts*dim)}
}

// reset forgets the entries of the last step.
func (s *scatter) reset() {
	for _, row := range s.touched {
		s.count[row] = 0
	}
	s.touched, s.entries = s.touched[:0], s.entries[:0]
}

// add notes that the gradient of row gains weight x source. The source is read
// when the sums are made, not now.
func (s *scatter) add(row int32, weight float32, source []float32) {
	if s.count[row] == 0 {
		s.touched = append(s.touched, row)
	}
	s.count[row]++
	s.entries = append(s.entries, entry{row, weight, source})
}

// sort groups the entries by row, keeping their order within a row.
func (s *scatter) sort() {
	var next int32
	for _, row := range s.touched {
		s.start[row] = next
		next += s.count[row]
	}
	if cap(s.sorted) < len(s.entries) {
		s.sorted = make([]entry, len(s.entries)*5/4)
	}
	s.sorted = s.sorted[:len(s.entries)]
	for _, e := range s.entries {
		s.sorted[s.start[e.row]] = e
		s.start[e.row]++
	}
}

// sum adds the gradient of row to g; sort comes first.
func (s *scatter) sum(g []float32, row int32) {
	end := s.start[row]
	for _, e := range s.sorted[end-s.count[row] : end] {
		kernel.Axpy(e.weight, e.source, g)
	}
}

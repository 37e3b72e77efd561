package bundle

import (
	"fmt"
	"math"
	"strings"
)

// texts gathers strings for a section of their ends and one of their bytes.
type texts struct {
	ends  []uint32
	block []byte
}

func (t *texts) add(s string) {
	t.block = append(t.block, s...)
	t.ends = append(t.ends, uint32(min(len(t.block), math.MaxUint32)))
}

func (t *texts) write(w *imageWriter) {
	if len(t.block) >= math.MaxUint32 && w.err == nil {
		w.err = fmt.Errorf("%w: %d bytes of text", ErrNoImage, len(t.block))
	}
	w.section(bytesOf(t.ends))
	w.section(t.block)
}

// writeTexts writes a column of n strings.
func writeTexts(w *imageWriter, n int, at func(int) string) {
	var t texts
	for i := range n {
		t.add(at(i))
	}
	t.write(w)
}

// writeLists writes a column of n lists: of each its length and 1, 0 for nil, and then
// all strings.
func writeLists(w *imageWriter, n int, at func(int) []string) {
	var t texts
	counts := make([]uint32, n)
	for i := range n {
		list := at(i)
		if list == nil {
			continue
		}
		counts[i] = uint32(len(list)) + 1
		for _, s := range list {
			t.add(s)
		}
	}
	w.section(bytesOf(counts))
	t.write(w)
}

// column is a column of strings in an image.
type column struct{ ends, block []byte }

func readTexts(r *imageReader) column { return column{r.section(), r.section()} }

// shared returns the strings, which share the memory of the image.
func (c column) shared() ([]string, error) { return c.cut(textOf(c.block)) }

// strings returns the strings, which share nothing with the image.
func (c column) strings() ([]string, error) { return c.cut(string(c.block)) }

func (c column) cut(block string) ([]string, error) {
	ends, err := view[uint32](c.ends)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(ends))
	begin, last := uint32(0), ""
	for i, end := range ends {
		s := block[begin:end]
		if strings.Compare(s, last) == 0 {
			s = last // near one another in memory, as equal words mostly are
		}
		out[i], begin, last = s, end, s
	}
	return out, nil
}

// lists is a column of lists in an image.
type listColumn struct {
	counts []byte
	texts  column
}

func readLists(r *imageReader) listColumn { return listColumn{r.section(), readTexts(r)} }

func (c listColumn) lists() ([][]string, error) {
	counts, err := view[uint32](c.counts)
	if err != nil {
		return nil, err
	}
	all, err := c.texts.strings()
	if err != nil {
		return nil, err
	}
	out := make([][]string, len(counts))
	for i, n := range counts {
		if n > 0 {
			out[i], all = all[:n-1:n-1], all[n-1:]
		}
	}
	return out, nil
}

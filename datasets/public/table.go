package public

import (
	"curio/datasets/event/field"
)

// table keeps the last row of each id, in the place of the first.
type table[R any] struct {
	rows     []R
	index    map[string]int
	replaced int
}

func (t *table[R]) put(id string, row R) {
	if t.index == nil {
		t.index = make(map[string]int)
	}
	if i, ok := t.index[id]; ok {
		t.rows[i] = row
		t.replaced++
		return
	}
	t.index[id] = len(t.rows)
	t.rows = append(t.rows, row)
}

// identified rejects the row unless it has a fit id.
func identified(where *at, column, id, missing string) bool {
	if id == "" {
		where.refuse(missing, column, "", "missing")
		return false
	}
	if fault := field.ID(id, maxID); fault != "" {
		where.refuse(fault, column, "", "an id has at most 256 bytes of UTF-8 and no control characters")
		return false
	}
	return true
}

// readable rejects the row unless its texts are fit.
func readable(where *at, texts ...string) bool {
	for _, s := range texts {
		if fault := field.Text(s, maxText); fault != "" {
			where.refuse(fault, "", "", "a text has at most 4096 bytes of UTF-8 and no control characters")
			return false
		}
	}
	return true
}

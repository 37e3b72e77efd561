package eventlog

import (
	"fmt"
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// tableNames lists the tables; a file belongs to the first whose name its own
// begins with.
var tableNames = []string{"events", "users", "items", "partners", "trends"}

// table describes the columns of a table. A column is named by its index, at most
// 31.
type table struct {
	name     string
	columns  []string
	required []string // what a CSV header must have
	private  []int    // columns whose values are never shown
	index    map[string]int
	keys     *keys   // the same as index
	theirs   *theirs // of a table whose columns are those of a mapping
}

func newTable(name string, columns, required []string, private ...int) *table {
	t := &table{name: name, columns: columns, required: required, private: private, index: make(map[string]int)}
	for i, c := range columns {
		t.index[c] = i
	}
	t.keys = newKeys(t.index)
	return t
}

// missing is the fault of a CSV header without a column that rows need, if it has
// none.
func (t *table) missing(seen map[int]bool) fault {
	if t.theirs != nil {
		return t.theirs.missing(seen)
	}
	for _, need := range t.required {
		if !seen[t.index[need]] {
			return fault{code: code.CSVHeader, field: need,
				message: fmt.Sprintf("header: no column %s; %s files need %s", need, t.name, strings.Join(t.required, ", "))}
		}
	}
	return fault{}
}

// kind is the form a value came in.
type kind uint8

const (
	absent kind = iota
	text        // a JSON text or a CSV cell that is not empty
	empty       // a JSON text or a CSV cell that is empty
	number      // a JSON number, as it was written
	truth       // true or false
	list        // a JSON array of texts
	wrong       // anything else
)

// cell is one value of a row. Its text is valid until the next row.
type cell struct {
	kind  kind
	clean bool  // the text is printable ASCII alone; false if nobody looked
	list  int32 // of kind list: its place in row.lists
	text  string
}

// row is one row of a table: a cell for each column.
type row struct {
	cells   []cell
	given   uint32     // by column: the bits of cells that are neither absent nor empty
	lists   [][]string // of cells of kind list
	unknown int        // values of columns the table does not have, of all rows so far
}

func newRow(t *table) row { return row{cells: make([]cell, len(t.columns))} }

// clear makes every cell absent.
func (r *row) clear() {
	clear(r.cells)
	r.given = 0
	r.lists = r.lists[:0]
}

// set puts a value that is not a list into a row.
func (r *row) set(column int, c cell) {
	r.cells[column] = c
	if c.kind != absent && c.kind != empty {
		r.given |= 1 << column
	}
}

// setList puts a list of texts into a row; it stays valid until the next row.
func (r *row) setList(column int, entries []string) {
	r.set(column, cell{kind: list, list: int32(len(r.lists))})
	r.lists = append(r.lists, entries)
}

// fault is why a row is not accepted; the zero value means that it is.
type fault struct {
	code    string
	field   string
	value   string // as it was written; may be private, see table.refuse
	message string
}

func (f fault) found() bool { return f.code != "" }

// discard is the reject function for callers that do not want to hear of rejects.
func discard(event.Reject) {}

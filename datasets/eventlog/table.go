package eventlog

import "curio/datasets/event"

// tableNames lists the tables; a file belongs to the first whose name its own
// begins with.
var tableNames = []string{"events", "users", "items", "partners", "trends"}

// table describes the columns of a table. A column is named by its index.
type table struct {
	name     string
	columns  []string
	required []string // what a CSV header must have
	private  []int    // columns whose values are never shown
	index    map[string]int
}

func newTable(name string, columns, required []string, private ...int) *table {
	t := &table{name: name, columns: columns, required: required, private: private, index: make(map[string]int)}
	for i, c := range columns {
		t.index[c] = i
	}
	return t
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

// cell is one value of a row. Its texts are valid until the next row.
type cell struct {
	kind kind
	text string
	list []string
}

// row is one row of a table: a cell for each column.
type row struct {
	cells   []cell
	unknown int // values of columns the table does not have
}

func (r *row) clear() {
	clear(r.cells)
	r.unknown = 0
}

// fault is why a row is not accepted; the zero value means that it is.
type fault struct {
	code    string
	field   string
	value   string // as it was written; may be private, see Source.refuse
	message string
}

func (f fault) found() bool { return f.code != "" }

// discard is the reject function for callers that do not want to hear of rejects.
func discard(event.Reject) {}

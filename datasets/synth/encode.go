package synth

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"curio/datasets/event"
)

// form is what an encoder makes of a row.
type form uint8

const (
	asHeader form = iota // the names of the columns, for CSV
	asCSV                // every column; empty if there is no value
	asJSON               // the columns with a value
	asSheet              // the columns of a sheet
)

// encoder appends one row after another to buf, or to a sheet. A row is its
// columns in order between begin and end.
type encoder struct {
	form  form
	sheet sheet
	buf   []byte
	empty bool // the row has no column yet
}

func (e *encoder) begin() {
	e.empty = true
	if e.form == asJSON {
		e.buf = append(e.buf, '{')
	}
}

func (e *encoder) end() {
	if e.form == asSheet {
		e.sheet.end()
		return
	}
	if e.form == asJSON {
		e.buf = append(e.buf, '}')
	}
	e.buf = append(e.buf, '\n')
}

// column starts a column and reports whether its value is to follow.
func (e *encoder) column(name string, present bool) bool {
	if e.form == asJSON && !present {
		return false
	}
	if !e.empty {
		e.buf = append(e.buf, ',')
	}
	e.empty = false
	switch e.form {
	case asHeader:
		e.buf = append(e.buf, name...)
		return false
	case asJSON:
		e.buf = append(e.buf, '"')
		e.buf = append(e.buf, name...)
		e.buf = append(e.buf, `":`...)
	}
	return present
}

func (e *encoder) text(name, v string) {
	if e.form == asSheet {
		e.sheet.text(name, v)
		return
	}
	if e.column(name, v != "") {
		e.quoted(v)
	}
}

// unique writes a text that is used once.
func (e *encoder) unique(name, v string) {
	if e.form == asSheet {
		e.sheet.unique(name, v)
		return
	}
	e.text(name, v)
}

// quoted appends a text as the form has it.
func (e *encoder) quoted(v string) {
	switch {
	case e.form == asJSON && plain(v):
		e.buf = append(e.buf, '"')
		e.buf = append(e.buf, v...)
		e.buf = append(e.buf, '"')
	case e.form == asJSON:
		b, _ := json.Marshal(v) // a string never fails
		e.buf = append(e.buf, b...)
	case strings.ContainsAny(v, ",\"\r\n"):
		e.buf = append(e.buf, '"')
		e.buf = append(e.buf, strings.ReplaceAll(v, `"`, `""`)...)
		e.buf = append(e.buf, '"')
	default:
		e.buf = append(e.buf, v...)
	}
}

// plain reports whether a JSON string holds v as it is.
func plain(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// list writes a JSON array, or its entries joined by | in CSV.
func (e *encoder) list(name string, v []string, present bool) {
	if e.form == asSheet {
		e.sheet.list(name, v, present)
		return
	}
	if !e.column(name, present) {
		return
	}
	if e.form == asCSV {
		e.quoted(strings.Join(v, "|"))
		return
	}
	e.buf = append(e.buf, '[')
	for i, entry := range v {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.quoted(entry)
	}
	e.buf = append(e.buf, ']')
}

// decimal writes v, counted in units of 10^-digits, without trailing zeros.
func (e *encoder) decimal(name string, v int64, digits int, present bool) {
	if e.form == asSheet {
		e.sheet.decimal(name, v, digits, present)
		return
	}
	if !e.column(name, present) {
		return
	}
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	e.buf = strconv.AppendInt(e.buf, v/unit, 10)
	part := v % unit
	if part == 0 {
		return
	}
	e.buf = append(e.buf, '.')
	for part > 0 {
		unit /= 10
		e.buf = append(e.buf, byte('0'+part/unit))
		part %= unit
	}
}

func (e *encoder) number(name string, v float64) {
	if e.form == asSheet {
		e.sheet.number(name, v)
		return
	}
	if e.column(name, true) {
		e.buf = strconv.AppendFloat(e.buf, v, 'f', -1, 64)
	}
}

func (e *encoder) flag(name string, v bool) {
	if e.form == asSheet {
		e.sheet.flag(name, v)
		return
	}
	if e.column(name, true) {
		e.buf = strconv.AppendBool(e.buf, v)
	}
}

// time writes RFC 3339 with milliseconds, in UTC.
func (e *encoder) time(name string, t event.Time) {
	if e.form == asSheet {
		e.sheet.time(name, t)
		return
	}
	if !e.column(name, t != 0) {
		return
	}
	if e.form == asJSON {
		e.buf = append(e.buf, '"')
	}
	e.buf = time.UnixMilli(int64(t)).UTC().AppendFormat(e.buf, "2006-01-02T15:04:05.000Z07:00")
	if e.form == asJSON {
		e.buf = append(e.buf, '"')
	}
}

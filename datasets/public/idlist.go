package public

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// idList gives numbers the ids they stand for.
type idList struct {
	prefix string // of the names made up for numbers that are not listed
	rows   []idRow
	index  map[int32]int // of a number in rows
	made   map[int32]string
}

type idRow struct {
	number int32
	org    string
	extra  string // the third column
}

// readIDs reads a file of rows `org_id remap_id [extra]` behind a header that
// begins with these names. kind and column name what the ids are of.
func readIDs(ctx context.Context, dir folder, file, kind, column string, reject func(event.Reject)) (*idList, error) {
	l := &idList{prefix: kind + "_", index: make(map[int32]int), made: make(map[int32]string)}
	orgs := make(map[string]bool)
	columns := 0
	err := dir.lines(ctx, file, maxRow, reject, func(line []byte, where *at) error {
		if !utf8.Valid(line) {
			where.refuse(code.NotUTF8, column, "", "not valid UTF-8")
			return nil
		}
		words := strings.Fields(string(line))
		if columns == 0 {
			if len(words) < 2 || words[0] != "org_id" || words[1] != "remap_id" {
				return fmt.Errorf("%s in %s: the first row must name its columns: org_id remap_id", file, dir.name)
			}
			columns = len(words)
			return nil
		}
		if len(words) != columns {
			where.refuse(code.CSVColumns, "", "", fmt.Sprintf("%d columns where the header has %d", len(words), columns))
			return nil
		}
		if fault := field.ID(words[0], maxID); fault != "" {
			where.refuse(fault, column, "", "an id has at most 256 bytes and no control characters")
			return nil
		}
		n, err := strconv.ParseInt(words[1], 10, 32)
		if err != nil || n < 0 {
			where.refuse(code.IDNotNumber, "remap_id", "", "not a number of 0..2^31-1")
			return nil
		}
		if _, ok := l.index[int32(n)]; ok || orgs[words[0]] {
			where.refuse(code.Duplicate, column, "", "the id or its number stood earlier in this file")
			return nil
		}
		row := idRow{number: int32(n), org: words[0]}
		if columns > 2 {
			row.extra = words[2]
		}
		orgs[row.org] = true
		l.index[row.number] = len(l.rows)
		l.rows = append(l.rows, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for org := range orgs {
		if made(org, l.prefix) {
			return nil, fmt.Errorf("%s in %s: an id looks like %sN, the name of numbers that are not listed; rename it", file, dir.name, l.prefix)
		}
	}
	return l, nil
}

// made reports whether an id could be one that name makes up.
func made(org, prefix string) bool {
	digits, ok := strings.CutPrefix(org, prefix)
	n, err := strconv.ParseUint(digits, 10, 31)
	return ok && err == nil && strconv.FormatUint(n, 10) == digits
}

func (l *idList) has(number int32) bool {
	_, ok := l.index[number]
	return ok
}

// name returns the id a number stands for. It is not for concurrent use.
func (l *idList) name(number int32) string {
	if i, ok := l.index[number]; ok {
		return l.rows[i].org
	}
	s, ok := l.made[number]
	if !ok {
		s = l.prefix + strconv.Itoa(int(number))
		l.made[number] = s
	}
	return s
}

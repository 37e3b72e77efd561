package public

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// list is one file of rows `user item item ...`: numbers from 0 to 2^31-1,
// separated by blanks. A user may have no items, and several rows.
type list struct {
	name string
	part event.Part
}

// lists are the files of one data set.
type lists struct {
	dir   folder
	files []list
}

// findLists takes train.txt and test.txt, and valid.txt if it is there.
func findLists(dir folder, format, wanted string) (lists, error) {
	if err := dir.need(format, wanted, "train.txt", "test.txt"); err != nil {
		return lists{}, err
	}
	l := lists{dir: dir, files: []list{{"train.txt", event.Train}}}
	if dir.has("valid.txt") {
		l.files = append(l.files, list{"valid.txt", event.Validation})
	}
	l.files = append(l.files, list{"test.txt", event.Test})
	return l, nil
}

// ids returns the users that have a row and the items in any row, in ascending
// order. Bad rows are left to pairs to report.
func (l lists) ids(ctx context.Context) (users, items []int32, err error) {
	seenUsers, seenItems := make(map[int32]bool), make(map[int32]bool)
	for _, f := range l.files {
		err := l.dir.lines(ctx, f.name, maxList, func(event.Reject) {}, func(line []byte, _ *at) error {
			user, rest, ok := number(line)
			if !ok {
				return nil
			}
			seenUsers[user] = true
			for len(rest) > 0 {
				var item int32
				if item, rest, ok = number(rest); ok {
					seenItems[item] = true
				}
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return slices.Sorted(maps.Keys(seenUsers)), slices.Sorted(maps.Keys(seenItems)), nil
}

// pairs calls pair with each pair of each file, train first and test last, and its
// place among them. A pair that stood earlier in its file is rejected as a
// duplicate; how many were is returned. It keeps a few bytes an item, and more
// only for users with several rows.
func (l lists) pairs(ctx context.Context, reject func(event.Reject), pair func(user, item int32, part event.Part, at event.Place) error) (duplicates int, err error) {
	n := 0
	numbered := func(user, item int32, part event.Part) error {
		n++
		return pair(user, item, part, event.PlaceOf(0, n))
	}
	for _, f := range l.files {
		again, err := l.pairsOf(ctx, f, reject, numbered)
		duplicates += again
		if err != nil {
			return duplicates, err
		}
	}
	return duplicates, nil
}

func (l lists) pairsOf(ctx context.Context, f list, reject func(event.Reject), pair func(user, item int32, part event.Part) error) (duplicates int, err error) {
	several, err := l.repeated(ctx, f)
	if err != nil {
		return 0, err
	}
	inRow := make(map[int32]int)      // the line an item stood in last
	inFile := make(map[[2]int32]bool) // the pairs of users with several rows
	err = l.dir.lines(ctx, f.name, maxList, reject, func(line []byte, where *at) error {
		user, rest, ok := number(line)
		if !ok {
			where.refuse(code.IDNotNumber, "user_id", "", "the row begins with no number of a user; it is not read")
			return nil
		}
		for len(rest) > 0 {
			var item int32
			word := rest
			if item, rest, ok = number(rest); !ok {
				where.refuse(code.IDNotNumber, "item_id", string(firstWord(word)), "not the number of an item")
				continue
			}
			again := inRow[item] == where.line || inFile[[2]int32{user, item}]
			inRow[item] = where.line
			if several[user] {
				inFile[[2]int32{user, item}] = true
			}
			if again {
				duplicates++
				where.refuse(code.Duplicate, "item_id", strconv.Itoa(int(item)), "the user had the item earlier in this file")
				continue
			}
			if err := pair(user, item, f.part); err != nil {
				return err
			}
		}
		return nil
	})
	return duplicates, err
}

// repeated returns the users that have several rows in a file.
func (l lists) repeated(ctx context.Context, f list) (map[int32]bool, error) {
	once, several := make(map[int32]bool), make(map[int32]bool)
	err := l.dir.lines(ctx, f.name, maxList, func(event.Reject) {}, func(line []byte, _ *at) error {
		if user, _, ok := number(line); ok {
			if once[user] {
				several[user] = true
			}
			once[user] = true
		}
		return nil
	})
	return several, err
}

// number reads the number at the start of a line behind blanks and returns what
// follows it and its blanks. It is not ok if the first word is no number; the
// word is passed over then.
func number(line []byte) (n int32, rest []byte, ok bool) {
	line = bytes.TrimLeft(line, " \t")
	word := firstWord(line)
	rest = bytes.TrimLeft(line[len(word):], " \t")
	var v int64
	for _, c := range word {
		if c < '0' || c > '9' {
			return 0, rest, false
		}
		if v = v*10 + int64(c-'0'); v > 1<<31-1 {
			return 0, rest, false
		}
	}
	return int32(v), rest, len(word) > 0
}

func firstWord(line []byte) []byte {
	line = bytes.TrimLeft(line, " \t")
	for i, c := range line {
		if c == ' ' || c == '\t' {
			return line[:i]
		}
	}
	return line
}

// decimal writes n into *b and returns it as a text that is valid until the next
// call.
func decimal(b *[]byte, n int32) string {
	*b = strconv.AppendInt((*b)[:0], int64(n), 10)
	return unsafe.String(unsafe.SliceData(*b), len(*b))
}

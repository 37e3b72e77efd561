package eventlog

import "strings"

// parquetLists holds a column of lists of texts for a whole row group: lists may
// go on from page to page, and tables that have them are small.
type parquetLists struct {
	from []int32 // by row: its first entry, and one more
	null []bool  // by row: there is no list
	odd  []bool  // by row: an entry is null
	data []string
}

// lists reads the rest of the pages of a column of lists.
func (p *parquetPages) lists() (*parquetLists, error) {
	l := new(parquetLists)
	full, entry := int32(p.c.levels), int32(p.c.entry)
	var repeats, levels, indices []int32
	for int64(len(l.null)) < p.total || p.offset < p.end {
		page, err := p.listPage()
		if err != nil {
			return nil, err
		}
		if page == nil {
			continue
		}
		repeats, levels = sized(repeats, page.n), sized(levels, page.n)
		h, d := levelsUpTo(p.c.repeat, page.repeats), levelsUpTo(p.c.levels, page.levels)
		if !h.next(repeats) || !d.next(levels) {
			return nil, corrupt("the levels of a page end early")
		}
		there := 0
		for _, d := range levels {
			if d == full {
				there++
			}
		}
		if err := p.decode(page.pageParts, there); err != nil {
			return nil, err
		}
		indices = sized(indices, there)
		for i := range indices {
			indices[i] = int32(i)
		}
		if p.indexed && !p.indices.next(indices) {
			return nil, corrupt("the indices of a page end early")
		}
		at := 0
		for i, d := range levels {
			if repeats[i] == 0 {
				l.from = append(l.from, int32(len(l.data)))
				l.null = append(l.null, d+1 < entry)
				l.odd = append(l.odd, false)
			}
			row := len(l.null) - 1
			if row < 0 || int64(row) >= p.total {
				return nil, corrupt("a list of no row")
			}
			switch {
			case d == full:
				k := uint32(indices[at])
				at++
				if k >= uint32(len(p.values.texts)) {
					return nil, corrupt("a value of a list is missing")
				}
				l.data = append(l.data, strings.Clone(p.values.texts[k]))
			case d >= entry:
				l.odd[row] = true
			}
		}
	}
	l.from = append(l.from, int32(len(l.data)))
	return l, nil
}

// listPage is a page of lists, taken apart.
type listPage struct {
	pageParts
	n int // values, nulls and empty lists included
}

// listPage reads the next page; it returns nil for a dictionary.
func (p *parquetPages) listPage() (*listPage, error) {
	h, err := p.header()
	if err != nil {
		return nil, err
	}
	if d := h.DictionaryPageHeader; d.Valid {
		return nil, p.readDictionary(h)
	}
	n, err := p.count(h)
	if err != nil {
		return nil, err
	}
	size := int64(h.UncompressedPageSize)
	// A text of the dictionary may stand in many lists.
	if err := p.budget.hold(size + n*(2+16+4)); err != nil {
		return nil, err
	}
	if err := p.claim(size + 12*n); err != nil {
		return nil, err
	}
	parts, err := p.split(h)
	return &listPage{parts, int(n)}, err
}

// row puts the list of a row into r.
func (l *parquetLists) row(r *row, column int, i int64) {
	switch {
	case l.null[i]:
	case l.odd[i]:
		r.set(column, cell{kind: wrong})
	default:
		r.setList(column, l.data[l.from[i]:l.from[i+1]])
	}
}

package eventlog

import pq "github.com/parquet-go/parquet-go/format"

// page begins a data page of n rows of a column that is no list.
func (p *parquetPages) page(h *pq.PageHeader, n int) error {
	if err := p.claim(int64(h.UncompressedPageSize)); err != nil {
		return err
	}
	parts, err := p.split(h)
	if err != nil {
		return err
	}
	p.levels = levelsUpTo(p.c.levels, parts.levels)
	p.rows = n
	return p.decode(parts, n)
}

// decode makes the values of a page, up to max of them, ready to be taken.
func (p *parquetPages) decode(parts pageParts, max int) error {
	p.used = 0
	//lint:ignore SA1019 older writers use it
	p.indexed = parts.encoding == pq.RLEDictionary || parts.encoding == pq.PlainDictionary
	if !p.indexed {
		p.values = &p.own
		if err := p.claim(p.size + valueSize*int64(min(max, atMost(parts.values, parts.encoding)))); err != nil {
			return err
		}
		if err := p.own.decode(p.c, parts.values, max, parts.encoding); err != nil {
			return err
		}
		if p.o != nil {
			p.own.convert(p.c, p.o)
		}
		return nil
	}
	if p.dictionary == nil {
		return corrupt("a page before its dictionary")
	}
	p.values = p.dictionary
	p.indices = hybrid{}
	if v := parts.values; len(v) > 0 {
		if v[0] > 32 {
			return corrupt("indices of %d bits", v[0])
		}
		p.indices = hybrid{src: v[1:], width: int(v[0])}
	}
	return nil
}

// take takes the next n rows, at most batch, into where.
func (p *parquetPages) take(n int) error {
	where := p.where[:n]
	there := n
	p.rows -= n
	if p.c.levels > 0 {
		levels := p.scratch[:n]
		if !p.levels.next(levels) {
			return corrupt("the levels of a page end early")
		}
		there = 0
		full := int32(p.c.levels)
		for i, l := range levels {
			where[i] = -1
			if l == full {
				where[i] = int32(there)
				there++
			}
		}
	}
	if !p.indexed {
		if there > p.values.len()-p.used {
			return corrupt("the values of a page end early")
		}
		base := int32(p.used)
		p.used += there
		if p.c.levels == 0 {
			for i := range where {
				where[i] = base + int32(i)
			}
			return nil
		}
		for i, k := range where {
			if k >= 0 {
				where[i] = base + k
			}
		}
		return nil
	}
	return p.lookUp(where, there)
}

// lookUp turns where from numbers of values into those of the dictionary.
func (p *parquetPages) lookUp(where []int32, there int) error {
	indices := p.scratch[:there]
	if p.c.levels == 0 {
		indices = where
	}
	if !p.indices.next(indices) {
		return corrupt("the indices of a page end early")
	}
	limit := uint32(p.dictionary.len())
	for _, k := range indices {
		if uint32(k) >= limit {
			return corrupt("an index behind the dictionary")
		}
	}
	if p.c.levels > 0 {
		for i, k := range where {
			if k >= 0 {
				where[i] = indices[k]
			}
		}
	}
	return nil
}

package clustering

import (
	"math/rand/v2"
	"slices"
)

// rows is the number of users; whole rows are checked apart.
func (in *Input) rows() int {
	if len(in.Names) > 0 {
		return len(in.X) / len(in.Names)
	}
	for _, s := range in.Shares {
		if len(s.Names) > 0 {
			return len(s.X) / len(s.Names)
		}
	}
	return in.Rows
}

// width is the number of columns.
func (in *Input) width() int {
	n := len(in.Names)
	for _, s := range in.Shares {
		n += len(s.Names)
	}
	return n
}

// columns returns the names of the model's features: behaviours, then shares by
// group.
func (in *Input) columns() []string {
	names := slices.Clone(in.Names)
	for _, s := range in.Shares {
		for _, name := range s.Names {
			names = append(names, s.Field+"="+name)
		}
	}
	return names
}

// span is a range of columns that are weighed together.
type span struct{ from, to int }

// fields are the columns of each group of shares.
func (in *Input) fields() []span {
	list := make([]span, len(in.Shares))
	at := len(in.Names)
	for i, s := range in.Shares {
		list[i] = span{at, at + len(s.Names)}
		at = list[i].to
	}
	return list
}

// groups are the columns that are weighed together: behaviours first, then shares of
// interest and others, as long as they follow one another.
func (in *Input) groups() []span {
	list := []span{{0, len(in.Names)}}
	for i, field := range in.fields() {
		if i > 0 && in.Shares[i].ofInterest() == in.Shares[i-1].ofInterest() {
			list[len(list)-1].to = field.to
			continue
		}
		list = append(list, field)
	}
	return list
}

// ofInterest reports whether s divides a user's interest.
func (s *Shares) ofInterest() bool { return s.Field == Category || s.Field == Tag }

// group returns the shares of a field and the column they begin at; empty ones when
// there are none.
func (in *Input) group(field string) (s *Shares, from int) {
	from = len(in.Names)
	for i := range in.Shares {
		if in.Shares[i].Field == field {
			return &in.Shares[i], from
		}
		from += len(in.Shares[i].Names)
	}
	return &Shares{Field: field}, from
}

// features writes the raw features of row i to dst.
func (in *Input) features(dst []float32, i int) {
	p := len(in.Names)
	at := copy(dst, in.X[i*p:(i+1)*p])
	for _, s := range in.Shares {
		c := len(s.Names)
		at += copy(dst[at:], s.X[i*c:(i+1)*c])
	}
}

// sample returns up to n of rows, ascending.
func sample(rows, n int, random *rand.Rand) []int32 {
	all := make([]int32, rows)
	for i := range all {
		all[i] = int32(i)
	}
	if n >= rows {
		return all
	}
	for i := range n { // the beginning of a Fisher-Yates shuffle
		j := i + random.IntN(rows-i)
		all[i], all[j] = all[j], all[i]
	}
	chosen := all[:n:n]
	slices.Sort(chosen)
	return chosen
}

package recommend

import (
	"math"

	"curio/features/profile"
)

// rules say what may not be shown in one answer. They belong to a visit and hold as
// long as it does.
type rules struct {
	engine  *Engine
	profile *profile.User
	out     itemSet // items that are out, whatever follows
	needs   bool    // prerequisites count

	price, duration span
}

// span is a range of numbers, its bounds included.
type span struct {
	bounded   bool
	low, high float64
}

func spanOf(low, high *float64) span {
	s := span{low != nil || high != nil, math.Inf(-1), math.Inf(1)}
	if low != nil {
		s.low = *low
	}
	if high != nil {
		s.high = *high
	}
	return s
}

// has reports whether x lies in the span; a NaN lies in one without bounds alone.
func (s *span) has(x float64) bool { return !s.bounded || x >= s.low && x <= s.high }

// limit writes the rules of a request to the visit of whoever asks, who was met.
func (e *Engine) limit(v *visit, r *Request) *rules {
	s := &v.rules
	*s = rules{
		engine: e, profile: v.profile, out: append(s.out[:0], e.barred...), needs: !r.IgnorePrerequisites && e.needs,
	}
	if !r.IncludeSeen {
		for i := range v.profile.Touches {
			if item := v.profile.Touches[i].Item; int(item) < len(e.art.Catalogue) {
				s.out.add(item)
			}
		}
	}
	if !r.Filter.empty() {
		s.filter(&r.Filter)
	}
	return s
}

func (s *rules) filter(f *Filter) {
	e := s.engine
	if f.Category != "" {
		s.only(e.named("category", f.Category, e.columns.categories, e.columns.inCategory))
	}
	if f.Domain != "" {
		s.only(e.named("domain", f.Domain, e.columns.domains, e.columns.inDomain))
	}
	for _, tag := range f.Tags {
		s.only(e.named("tag", tag, e.columns.tags, e.columns.hasTag))
	}
	s.price, s.duration = spanOf(f.PriceMin, f.PriceMax), spanOf(f.DurationMin, f.DurationMax)
	for _, id := range f.Exclude {
		if item, ok := e.art.Items.Index(id); ok {
			s.out.add(item)
		}
	}
	if f.Where != nil {
		s.only(e.where(f.Where))
	}
}

// only leaves the items of a set.
func (s *rules) only(items itemSet) {
	for w, word := range items {
		s.out[w] |= ^word
	}
}

// named returns the items with a name in one of the columns, which has tells; none when
// the catalogue does not have the name. The caller must not change them.
func (e *Engine) named(column, name string, numbers names, has func(item, number int32) bool) itemSet {
	number, ok := numbers[name]
	if !ok {
		return e.none
	}
	return e.selections.of(column+" "+name, func() itemSet {
		items := newItemSet(len(e.art.Catalogue))
		for i := range int32(len(e.art.Catalogue)) {
			if has(i, number) {
				items.add(i)
			}
		}
		return items
	})
}

// where returns the items that an expression selects. The caller must not change them.
func (e *Engine) where(x *Expression) itemSet {
	return e.selections.of("where "+x.text, func() itemSet { return e.selected(x) })
}

// rest names what is kept out besides out; nil for nothing.
func (s *rules) rest() func(int32) bool {
	if !s.needs && !s.price.bounded && !s.duration.bounded {
		return nil
	}
	return s.restricts
}

func (s *rules) restricts(item int32) bool {
	c := s.engine.columns
	return !s.price.has(c.price[item]) || !s.duration.has(c.duration[item]) ||
		s.needs && s.engine.needy.has(item) && !s.engine.rules.Ready(s.profile, item)
}

// skip reports whether an item is kept out: it is unavailable or no longer listed,
// excluded, not what the filter asks for, touched by the user before, or asks for an
// item the user has not finished.
func (s *rules) skip(item int32) bool { return s.out.has(item) || s.restricts(item) }

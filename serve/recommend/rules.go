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
	out     itemSet // items that are out, whatever else is asked
	needs   bool    // prerequisites count

	narrow           bool // any of what follows is asked for
	category, domain int32
	tags             []int32
	price, duration  span
}

// span is a range of numbers, its bounds included.
type span struct{ low, high float64 }

var everything = span{math.Inf(-1), math.Inf(1)}

func spanOf(low, high *float64) span {
	s := everything
	if low != nil {
		s.low = *low
	}
	if high != nil {
		s.high = *high
	}
	return s
}

// has reports whether x lies in the span; a NaN lies in everything alone.
func (s span) has(x float64) bool { return s == everything || x >= s.low && x <= s.high }

// limit writes the rules of a request to the visit of whoever asks, who was met.
func (e *Engine) limit(v *visit, r *Request) *rules {
	s := &v.rules
	*s = rules{
		engine: e, profile: v.profile, out: append(s.out[:0], e.barred...), needs: !r.IgnorePrerequisites,
		tags: s.tags[:0], category: anyName, domain: anyName, price: everything, duration: everything,
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
	s.category, s.domain = e.columns.categories.find(f.Category), e.columns.domains.find(f.Domain)
	for _, tag := range f.Tags {
		number, ok := e.columns.tags[tag]
		if !ok {
			number = noneName
		}
		s.tags = append(s.tags, number)
	}
	s.price, s.duration = spanOf(f.PriceMin, f.PriceMax), spanOf(f.DurationMin, f.DurationMax)
	s.narrow = s.category != anyName || s.domain != anyName || len(s.tags) > 0 || s.price != everything || s.duration != everything
	for _, id := range f.Exclude {
		if item, ok := e.art.Items.Index(id); ok {
			s.out.add(item)
		}
	}
	if f.Where != nil {
		for w, word := range e.selections.of(f.Where) {
			s.out[w] |= ^word
		}
	}
}

// skip reports whether an item is kept out: it is unavailable or no longer listed,
// excluded, not what the filter asks for, touched by the user before, or asks for an
// item the user has not finished. It is called for most of a catalogue.
func (s *rules) skip(item int32) bool {
	return s.out.has(item) || s.narrow && !s.within(item) || s.needs && s.engine.needy.has(item) && !s.engine.rules.Ready(s.profile, item)
}

func (s *rules) within(item int32) bool {
	c := s.engine.columns
	if s.category != anyName && c.category[item] != s.category || s.domain != anyName && c.domain[item] != s.domain {
		return false
	}
	for _, tag := range s.tags {
		if !c.hasTag(item, tag) {
			return false
		}
	}
	return s.price.has(c.price[item]) && s.duration.has(c.duration[item])
}

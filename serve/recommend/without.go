package recommend

import "curio/features/profile"

// RecommendWithout answers what Recommend does for a user in whose history some items,
// by index, are not: the model knows nothing of them, and the rules still do. Counts that
// are not kept by item, such as those of behaviours, stay as they are. With it the
// reasons of an explanation can be put to the test.
func (e *Engine) RecommendWithout(r Request, items []int32) Answer {
	v := e.visits.Get().(*visit)
	defer e.visits.Put(v)
	index := e.know(v, r.User, r.Events)
	full := v.profile
	v.profile = without(full, items)
	e.art.Query(&v.query, index, v.person, v.profile, v.asOf)
	e.art.Interest.User(v.vector, v.query)
	a := e.answer(v)
	v.profile = full
	a.Items, a.Explored = e.items(v, &r, &a), r.Explore > 0
	return a
}

// without returns a profile that lacks what was done to some items.
func without(p *profile.User, items []int32) *profile.User {
	out := *p
	out.Touches = make([]profile.Touch, 0, len(p.Touches))
	gone := make(map[int32]bool, len(items))
	for _, item := range items {
		gone[item] = true
	}
	for i := range p.Touches {
		if !gone[p.Touches[i].Item] {
			out.Touches = append(out.Touches, p.Touches[i])
		}
	}
	return &out
}

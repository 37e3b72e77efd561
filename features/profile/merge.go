package profile

// Merge adds v, a fold of other events of the same user over the same item
// indices, to u. It costs O(n+m) for n and m touches, changes nothing of v and
// keeps nothing of it. Merging the folds of any parts of a set of events, in
// any order, equals folding the set.
func (u *User) Merge(v *User) {
	u.Events = sum(u.Events, v.Events)
	u.First = earliest(u.First, v.First)
	u.Last = latest(u.Last, v.Last)
	u.Sessions.merge(&v.Sessions)
	u.Learning.merge(&v.Learning)
	u.Purchase.merge(&v.Purchase)
	u.Interaction.merge(&v.Interaction)
	u.mergeTouches(v.Touches)
}

// mergeTouches merges two sorted lists in place, from the back, after making
// room for what only more has.
func (u *User) mergeTouches(more []Touch) {
	added := missing(u.Touches, more)
	u.grow(added)
	i, j := len(u.Touches)-1, len(more)-1
	u.Touches = u.Touches[:len(u.Touches)+added]
	at := u.Touches
	for k := len(at) - 1; j >= 0; k-- {
		switch {
		case i < 0 || at[i].Item < more[j].Item:
			at[k] = more[j]
			j--
		case at[i].Item > more[j].Item:
			at[k] = at[i]
			i--
		default:
			at[k] = at[i]
			at[k].merge(&more[j])
			i--
			j--
		}
	}
}

// missing counts the items of more that are not in have; both are sorted.
func missing(have, more []Touch) int {
	n, i := 0, 0
	for j := range more {
		for i < len(have) && have[i].Item < more[j].Item {
			i++
		}
		if i == len(have) || have[i].Item != more[j].Item {
			n++
		}
	}
	return n
}

package recommend

import "curio/features/profile"

// rules says what may not be shown in one answer.
type rules struct {
	engine      *Engine
	profile     *profile.User
	includeSeen bool
	category    string // empty for any
}

// skip reports whether an item is kept out: it is unavailable or no longer
// listed, of another category than asked for, touched by the user before, or
// asks for an item the user has not finished.
func (r *rules) skip(item int32) bool {
	e := r.engine
	if e.rules.Barred[item] || r.category != "" && e.art.Catalogue[item].Category != r.category {
		return true
	}
	return !r.includeSeen && r.profile.Touch(item) != nil || !e.rules.Ready(r.profile, item)
}

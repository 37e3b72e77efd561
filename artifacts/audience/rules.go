package audience

import (
	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/features/profile"
)

// Rules say what may not be offered to whom, for serving and audiences alike.
type Rules struct {
	Barred []bool    // by item index: never offered, unavailable or no longer listed
	Needs  [][]int32 // by item index: items to finish first
}

// RulesOf returns the rules of an artifact's catalogue. Prerequisites outside it say
// nothing that could be checked and are left out.
func RulesOf(art *bundle.Artifact) Rules {
	r := Rules{Barred: make([]bool, len(art.Catalogue)), Needs: make([][]int32, len(art.Catalogue))}
	for i := range art.Catalogue {
		item := &art.Catalogue[i]
		r.Barred[i] = item.Unavailable || item.Unlisted
		for _, id := range item.Prerequisites {
			if need, ok := art.Items.Index(id); ok && need != int32(i) {
				r.Needs[i] = append(r.Needs[i], need)
			}
		}
	}
	return r
}

// Ready reports whether a user has finished what an item asks for.
func (r *Rules) Ready(p *profile.User, item int32) bool {
	for _, need := range r.Needs[item] {
		if t := p.Touch(need); t == nil || !t.Finished() {
			return false
		}
	}
	return true
}

// offered reports whether an item is new to a user and may be shown.
func (r *Rules) offered(p *profile.User, item int32) bool {
	return !r.Barred[item] && p.Touch(item) == nil && r.Ready(p, item)
}

// Met reports whether the model has something to go by for a user: a history, or
// at least something known of the user besides behaviour.
func Met(q *interest.Query, u *event.User) bool {
	return len(q.History) > 0 || u != nil && (u.Occupation != "" || u.Age != 0 || u.Gender != "" || u.Region != "")
}

package pipeline

import (
	"fmt"
	"strings"

	"curio/datasets/census"
	"curio/datasets/event"
	"curio/datasets/split"
	"curio/datasets/timeline"
	"curio/features/vocab"
)

// survey is what one goroutine learns of the users it visits first.
type survey struct {
	config  *Config
	census  *census.Census
	users   []string
	cuts    []event.Time // of users, when split by user
	dropped []string     // users that look like programs

	met     []int32      // by number of an item: how many users there were when one met it last
	firsts  []event.Time // of the user, or of all when split by one instant
	unknown int          // first contacts without a time

	validated bool // an event is on the validation side of a fixed split
}

// newSurvey starts a survey of users who name so many items.
func newSurvey(c *Config, items int) *survey {
	return &survey{config: c, census: census.New(c.Census), met: make([]int32, items)}
}

func (s *survey) visit(u *timeline.User) error {
	if reasons := s.census.Add(u); len(reasons) > 0 && s.config.Census.Bots.Drop {
		s.dropped = append(s.dropped, strings.Clone(u.ID))
		return nil
	}
	s.users = append(s.users, strings.Clone(u.ID))
	byUser := s.config.Split == ByUser
	if byUser {
		s.firsts, s.unknown = s.firsts[:0], 0
	}
	for i := range u.Entries {
		s.validated = s.validated || u.Entries[i].Part == event.Validation
		if item := u.Entries[i].Item; item >= 0 && s.meets(item) {
			if at := u.Entries[i].TS; at == 0 {
				s.unknown++
			} else {
				s.firsts = append(s.firsts, at)
			}
		}
	}
	if byUser {
		s.cuts = append(s.cuts, split.ByUser(s.firsts, s.unknown, s.config.Holdout))
	}
	return nil
}

// meets reports whether the user visited has not met the item before.
func (s *survey) meets(item int32) bool {
	first := s.met[item] != int32(len(s.users))
	s.met[item] = int32(len(s.users))
	return first
}

// cuts returns from when on the events of each user are held out: split.Never for
// users without events, and for all of a source that comes with a split.
func cuts(c *Config, users *vocab.Vocab, surveys []*survey) ([]event.Time, error) {
	all := make([]event.Time, users.Len())
	at := split.Never
	switch {
	case c.Source.Fixed():
	case c.Split == Global:
		var firsts []event.Time
		unknown := 0
		for _, s := range surveys {
			firsts, unknown = append(firsts, s.firsts...), unknown+s.unknown
		}
		at = split.Global(firsts, unknown, c.Holdout)
	case c.Split != ByUser:
		return nil, fmt.Errorf("split %q is neither %q nor %q", c.Split, ByUser, Global)
	}
	for u := range all {
		all[u] = at
	}
	if !c.Source.Fixed() && c.Split == ByUser {
		for _, s := range surveys {
			for n, id := range s.users {
				u, _ := users.Index(id)
				all[u] = s.cuts[n]
			}
		}
	}
	return all, nil
}

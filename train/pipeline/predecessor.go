package pipeline

import (
	"bytes"
	"encoding/json"
	"slices"

	"curio/artifacts/bundle"
	"curio/experiments/run"
	"curio/train/clustering"
)

// Predecessor is what the segments go on from.
type Predecessor struct {
	Last   *bundle.Segmentation // of the version before; nil for none
	Before *bundle.Segmentation // that Last went on from; nil for none
	// Unreadable says that there was a version before, of which nothing can be known.
	Unreadable bool
}

// NobodyInCommon is noted when there were segments before, but of other users, or of
// users whose pseudonyms are of another key. Their ids are not given again.
const NobodyInCommon = "segments_before_of_other_users"

// descend fits segments that go on from those before.
//
// A run that is repeated has to come to the same artifact, also when the first time
// has been published since and is the version before. So where Last is of the same
// data the segments go on from what Last itself went on from, and if they are those of
// Last to the byte, they stay: nothing has changed, whatever else of the artifact has.
// In all other cases they go on from Last.
func (r *Result) descend(l *log, c *Config, fit func(*clustering.Previous) (*grouping, error)) (*grouping, error) {
	last := c.Predecessor.Last
	if c.Predecessor.Unreadable {
		r.note(map[string]int{"segments_before_unreadable": 1})
	}
	if last == nil {
		return fit(nil)
	}
	if repeats(last, l.digest) {
		g, err := fit(c.previous(l, c.Predecessor.Before))
		if err != nil || g.same(l, last) {
			return g, err
		}
	}
	p := c.previous(l, last)
	if !slices.ContainsFunc(p.Members, func(s int32) bool { return s >= 0 }) {
		r.note(map[string]int{NobodyInCommon: 1})
	}
	return fit(p)
}

// repeats reports whether a segmentation is of the data with a digest.
func repeats(s *bundle.Segmentation, digest string) bool {
	var of run.Dataset
	return json.Unmarshal(s.Manifest.Dataset, &of) == nil && of.Digest == digest
}

// previous is a segmentation, which may be nil, by the user indices of l. Under another
// key nobody is the same.
func (c *Config) previous(l *log, s *bundle.Segmentation) *clustering.Previous {
	if s == nil {
		return nil
	}
	p := &clustering.Previous{Version: s.Version, Model: s.Model, Members: make([]int32, l.users.Len())}
	for u := range p.Members {
		p.Members[u] = -1
		if i, ok := s.Users.Index(l.users.ID(int32(u))); ok && s.Manifest.PseudonymKey == c.PseudonymKey {
			p.Members[u] = s.Membership[i]
		}
	}
	return p
}

// previousOf is p, which may be nil, by rows of these users.
func previousOf(p *clustering.Previous, users []int32) *clustering.Previous {
	if p == nil {
		return nil
	}
	rows := &clustering.Previous{Version: p.Version, Model: p.Model, Members: make([]int32, len(users))}
	for row, u := range users {
		rows.Members[row] = p.Members[u]
	}
	return rows
}

// same reports whether g is s: the same model, and everybody in the same segment.
func (g *grouping) same(l *log, s *bundle.Segmentation) bool {
	a, errA := json.Marshal(g.model)
	b, errB := json.Marshal(s.Model)
	return errA == nil && errB == nil && bytes.Equal(a, b) &&
		slices.Equal(l.users.IDs(), s.Users.IDs()) && slices.Equal(g.members, s.Membership)
}

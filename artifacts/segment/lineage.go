package segment

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
)

// Lineage says how the segments of a model came from those of the model before it,
// by the users that both have put in a segment. Of fewer users than the model's
// least size of a segment it says nothing: neither that they went from one segment
// to another, nor that they moved.
type Lineage struct {
	Version string  `json:"version"` // of the artifact with the model before
	Users   int     `json:"users"`   // in both; 0 for too few
	Moved   float64 `json:"moved"`   // share of these whose segment has another id, 0..1; 0 where they are too few
	// Changes has one entry for each segment of either model, in the order of ids.
	Changes []Change `json:"changes"`
	// Retired are the ids of all segments there were and are no more, in the order
	// of ids, MaxRetired at most. They are not given again.
	Retired []string `json:"retired,omitempty"`
}

// Change is what became of a segment, or where it came from.
type Change struct {
	Kind ChangeKind `json:"kind"`
	ID   string     `json:"id"`
	// From are the ids of the segments before that a tenth or more of the users came
	// from, and Into those of the segments now that a tenth or more went to, of the
	// users in both models; most users first. One that names this segment alone is
	// left out.
	From []string `json:"from,omitempty"`
	Into []string `json:"into,omitempty"`
}

// ChangeKind is a way that segments change.
type ChangeKind string

// The ways segments change.
const (
	// Kept is a segment of both models that is neither split nor merged.
	Kept ChangeKind = "kept"
	// Split is one before whose users are the majority in two or more of the
	// segments that Into names. One of these may have kept its id.
	Split ChangeKind = "split"
	// Merged is one now that the majority of two or more of the segments that From
	// names went to, and that was not split. It may have the id of one of these.
	Merged ChangeKind = "merged"
	// Born is any other segment whose id is new.
	Born ChangeKind = "born"
	// Retired is any other segment whose id is no more.
	Retired ChangeKind = "retired"
)

// The limits of ids.
const (
	MaxID      = 64   // bytes, each of A-Z a-z 0-9 . _ -
	MaxRetired = 4096 // ids remembered
)

var idName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func isID(s string) bool { return len(s) <= MaxID && idName.MatchString(s) }

// CompareIDs is the order of ids: shorter ones first, so that s10 is after s9.
func CompareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// validate checks a lineage that may be nil, of a model with the given segments.
func (l *Lineage) validate(segments []Segment) error {
	if l == nil {
		return nil
	}
	switch {
	case !isID(l.Version):
		return fault("lineage: %.80q is no version", l.Version)
	case l.Users < 0 || !(l.Moved >= 0 && l.Moved <= 1):
		return fault("lineage: %v of %d users moved", l.Moved, l.Users)
	case len(l.Changes) > 2*MaxSegments:
		return fault("lineage: %d changes, at most %d", len(l.Changes), 2*MaxSegments)
	}
	alive := make(map[string]bool, len(segments))
	for _, s := range segments {
		alive[s.ID] = true
	}
	if err := l.validateRetired(alive); err != nil {
		return err
	}
	return l.validateChanges(alive)
}

func (l *Lineage) validateRetired(alive map[string]bool) error {
	if len(l.Retired) > MaxRetired {
		return fault("lineage: %d retired ids, at most %d", len(l.Retired), MaxRetired)
	}
	for i, id := range l.Retired {
		switch {
		case !isID(id) || alive[id]:
			return fault("lineage: retired id %.80q is no id, or of a segment", id)
		case i > 0 && CompareIDs(l.Retired[i-1], id) >= 0:
			return fault("lineage: retired id %q is not after %q", id, l.Retired[i-1])
		}
	}
	return nil
}

func (l *Lineage) validateChanges(alive map[string]bool) error {
	before, told := make(map[string]bool, len(l.Changes)), 0
	for i, c := range l.Changes {
		_, retired := slices.BinarySearchFunc(l.Retired, c.ID, CompareIDs)
		switch {
		case i > 0 && CompareIDs(l.Changes[i-1].ID, c.ID) >= 0:
			return fault("lineage: change of %q is not after that of %q", c.ID, l.Changes[i-1].ID)
		case !alive[c.ID] && !retired:
			return fault("lineage: %.80q is neither a segment nor retired", c.ID)
		}
		ok := alive[c.ID]
		switch c.Kind {
		case Split:
			ok = true
		case Retired:
			ok = !ok
		case Kept, Merged, Born:
		default:
			ok = false
		}
		if !ok {
			return fault("lineage: %q cannot be %.20q", c.ID, c.Kind)
		}
		before[c.ID] = c.Kind != Born
		if alive[c.ID] {
			told++
		}
	}
	if told != len(alive) {
		return fault("lineage: %d of %d segments are told of", told, len(alive))
	}
	for _, c := range l.Changes {
		if err := distinct(c.From, before); err != nil {
			return fault("lineage: %q from %w", c.ID, err)
		}
		if err := distinct(c.Into, alive); err != nil {
			return fault("lineage: %q into %w", c.ID, err)
		}
	}
	return nil
}

// distinct checks that ids are known and not repeated.
func distinct(ids []string, known map[string]bool) error {
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if !known[id] || seen[id] {
			return fmt.Errorf("%.80q, which is unknown or repeated", id)
		}
		seen[id] = true
	}
	return nil
}

package registry

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"curio/artifacts/bundle"
)

// Retention says what a collection may remove. A version stays
//
//   - that an alias names, or named within its last History moves,
//   - that a publish or a move is about to need,
//   - that is among the Keep newest, or was stored within OlderThan,
//   - that one of these names as its parent.
//
// Records of runs and their files stay in any case.
type Retention struct {
	Keep      int           `json:"keep"`
	OlderThan time.Duration `json:"older_than_ns"`
	History   int           `json:"history"`
	// Grace is how long a version stays in the trash, and anything that is not of a
	// version where it is. It must be longer than any publish, and than any process
	// may stand still, and the same for all collections that may meet.
	Grace time.Duration `json:"grace_ns"`
}

// Verdict is what becomes of a version.
type Verdict struct {
	Version string    `json:"version"`
	Since   time.Time `json:"since"` // when it was stored, or moved to the trash, by the clock of the store
	Why     string    `json:"why"`
}

// Litter is an object that goes, other than the manifest of a version.
type Litter struct {
	Key      string    `json:"key"`
	Size     int64     `json:"size"` // bytes
	Modified time.Time `json:"modified"`
	Why      string    `json:"why"`
}

// Plan is what a collection would do, or has done.
type Plan struct {
	Retention Retention `json:"retention"`
	Now       time.Time `json:"now"`     // by the clock of the store
	Keep      []Verdict `json:"keep"`    // stay
	Trash     []Verdict `json:"trash"`   // go to the trash
	Restore   []Verdict `json:"restore"` // come back from the trash
	Wait      []Verdict `json:"wait"`    // are in the trash and stay there
	Purge     []Verdict `json:"purge"`   // go from the trash for good
	Delete    []Litter  `json:"delete"`

	manifests map[string]*bundle.Manifest // that were read for it, by version
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool {
	return len(p.Trash)+len(p.Restore)+len(p.Purge)+len(p.Delete) == 0
}

// Frees returns how many bytes the objects of Delete have.
func (p *Plan) Frees() (n int64) {
	for _, l := range p.Delete {
		n += l.Size
	}
	return n
}

// judge decides about every version.
func (s *survey) judge(o Retention) *Plan {
	p := &Plan{Retention: o, Now: s.now}
	names := make([]string, 0, len(s.versions))
	for v := range s.versions {
		names = append(names, v)
	}
	slices.SortFunc(names, func(a, b string) int { // the newest first
		return cmp.Or(s.versions[b].since.Compare(s.versions[a].since), strings.Compare(a, b))
	})
	stay := map[string]string{}
	for i, v := range names {
		if why := s.reasons(v, i, o); len(why) > 0 {
			stay[v] = strings.Join(why, ", ")
		}
	}
	for v := range s.trash {
		if why := s.wanted[v]; len(why) > 0 {
			stay[v] = strings.Join(why, ", ")
		}
	}
	s.addParents(stay)
	for _, v := range names {
		if why, ok := stay[v]; ok {
			p.Keep = append(p.Keep, Verdict{v, s.versions[v].since, why})
		} else {
			p.Trash = append(p.Trash, Verdict{v, s.versions[v].since, "nothing needs it"})
		}
	}
	for v, shelved := range s.trash {
		since := shelved.since
		switch why, needed := stay[v]; {
		case s.versions[v].manifest != nil: // it is back, or on its way to the trash
		case needed:
			p.Restore = append(p.Restore, Verdict{v, since, why})
		case s.now.Sub(since) > o.Grace:
			p.Purge = append(p.Purge, Verdict{v, since, fmt.Sprintf("in the trash for more than %v", o.Grace)})
		default:
			p.Wait = append(p.Wait, Verdict{v, since, "in the trash until " + since.Add(o.Grace).UTC().Format(time.RFC3339)})
		}
	}
	for _, list := range [][]Verdict{p.Restore, p.Purge, p.Wait} {
		slices.SortFunc(list, func(a, b Verdict) int { return cmp.Or(b.Since.Compare(a.Since), strings.Compare(a.Version, b.Version)) })
	}
	return p
}

// reasons says why a version, the i-th newest, stays.
func (s *survey) reasons(version string, i int, o Retention) []string {
	why := slices.Clone(s.wanted[version])
	if i < o.Keep {
		why = append(why, fmt.Sprintf("one of the %d newest", o.Keep))
	}
	if age := s.now.Sub(s.versions[version].since); age <= max(o.OlderThan, o.Grace) {
		why = append(why, fmt.Sprintf("stored less than %v ago", max(o.OlderThan, o.Grace)))
	}
	return why
}

// addParents adds the parents of the versions that stay, but not theirs in turn: a
// line of ancestors would never end.
func (s *survey) addParents(stay map[string]string) {
	parents := map[string]string{}
	for v := range stay {
		m := s.versions[v].manifest
		if m == nil {
			m = s.trash[v].manifest
		}
		if _, stays := stay[m.Parent]; m.Parent != "" && !stays {
			parents[m.Parent] = max(parents[m.Parent], v)
		}
	}
	for parent, child := range parents {
		stay[parent] = "parent of " + child
	}
}

// blobs returns the digests of all blobs that are needed when what goes is gone.
func (s *survey) blobs(gone map[string]bool) map[string]bool {
	needed := map[string]bool{}
	add := func(s shelved) {
		for _, b := range s.manifest.Blobs {
			needed[b.SHA256] = true
		}
	}
	for _, m := range s.versions {
		add(m)
	}
	for v, m := range s.trash {
		if !gone[v] {
			add(m)
		}
	}
	for _, m := range s.intents {
		add(m)
	}
	return needed
}

// set returns the versions of verdicts.
func set(verdicts []Verdict) map[string]bool {
	all := make(map[string]bool, len(verdicts))
	for _, v := range verdicts {
		all[v.Version] = true
	}
	return all
}

// Package audience answers what a growth team asks of an artifact: who is in a
// segment, what a segment wants that it does not have yet, and whom an item
// interests most.
//
// Interest is what serving tells a user: the probability that the model's head
// gives, or a score where it has none. Nobody is counted for what they touched
// before, for what asks for something they have not finished, or for what is
// unavailable or unlisted; nor is anybody of whom the model knows neither a history
// nor an attribute, to whom serving shows what is popular.
//
// # Size
//
// Items looks at SampleSize members at most, so that its time depends on the
// catalogue and not on the users. Users looks at everybody: a few microseconds of
// one core each, and some 15 more the first time. What it prepares then is kept: for
// each user a vector of 4 bytes a dimension, the behaviours that the head reads, and
// 8 bytes for each item of the history, an eighth of what the profile has of it.
// Both are linear in the users of one artifact and use several cores. Where users
// are spread over many artifacts, each is asked by itself and the lists are merged by
// score: a score depends on nobody else.
package audience

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"curio/artifacts/bundle"
	"curio/artifacts/segment"
	"curio/datasets/privacy"
)

// What the numbers of an answer are.
const (
	Probability = "probability" // 0..1: that a user takes the item up in a period as long as the one the model was tested on
	Logit       = "logit"       // score of a model that tells no probabilities
	Attention   = "attention"   // 0..1: share of what a user takes up next, of a model that tells no probabilities: softmax of the scores
)

// The reasons for having no answer.
var (
	ErrUnknown = errors.New("the artifact does not know it")
	ErrGroup   = errors.New("too few users to tell of")
	ErrBarred  = errors.New("the item is unavailable or no longer listed")
)

// Audience is the users of one artifact. It is safe for concurrent use.
type Audience struct {
	art      *bundle.Artifact
	rules    Rules
	minGroup int
	members  []int32 // users by segment and index
	starts   []int   // of each segment in members, and its end
	segments []segment.Segment
	blocks   []block // of users, prepared when first asked of
	graph    graph
	walked   sync.Once // graph was made
}

// New returns the audience of an artifact whose parts fit together, as those of
// bundle.Decode do, and which must not be changed after. It tells of no group of
// fewer than minGroup users.
func New(art *bundle.Artifact, minGroup int) *Audience {
	a := &Audience{art: art, rules: RulesOf(art), minGroup: minGroup}
	a.starts = make([]int, len(art.Segments.Segments())+1)
	for _, s := range art.Membership {
		if s >= 0 {
			a.starts[s+1]++
		}
	}
	for s := range art.Segments.Segments() {
		a.starts[s+1] += a.starts[s]
	}
	a.members = make([]int32, a.starts[len(a.starts)-1])
	next := append([]int(nil), a.starts...)
	for u, s := range art.Membership {
		if s >= 0 {
			a.members[next[s]] = int32(u)
			next[s]++
		}
	}
	for i, s := range art.Segments.Segments() {
		if s.Withheld || len(a.Members(i)) < minGroup {
			s = segment.Segment{ID: s.ID, Name: s.ID, Withheld: true, Traits: []segment.Trait{}, TopCategories: []segment.Share{}}
		}
		a.segments = append(a.segments, s)
	}
	a.blocks = make([]block, (len(art.Profiles)+blockSize-1)/blockSize)
	return a
}

// MinGroup returns the fewest users that may be told of: what the artifact was
// trained with, or privacy.MinGroup if its settings do not say.
func MinGroup(art *bundle.Artifact) int {
	var settings struct {
		MinGroup int `json:"min_group"`
	}
	if json.Unmarshal(art.Manifest.Config, &settings) != nil || settings.MinGroup < 1 {
		return privacy.MinGroup
	}
	return settings.MinGroup
}

// Rules returns what may not be offered to whom.
func (a *Audience) Rules() *Rules { return &a.rules }

// Segment returns the index of a segment that may be told of. The error wraps
// ErrUnknown, or ErrGroup when it is withheld or has too few members.
func (a *Audience) Segment(id string) (int, error) {
	i := slices.IndexFunc(a.segments, func(s segment.Segment) bool { return s.ID == id })
	switch {
	case i < 0:
		return 0, fmt.Errorf("segment %.80q: %w", id, ErrUnknown)
	case a.segments[i].Withheld:
		return 0, fmt.Errorf("segment %.80q has fewer than %d members: %w", id, a.minGroup, ErrGroup)
	}
	return i, nil
}

// Segments describes the segments, largest first; of one that may not be told of it
// has the id and that it is withheld. The caller must not change them.
func (a *Audience) Segments() []segment.Segment { return a.segments }

// Members returns the users of a segment, ascending. The caller must not change it.
func (a *Audience) Members(segment int) []int32 {
	return a.members[a.starts[segment]:a.starts[segment+1]]
}

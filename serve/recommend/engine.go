// Package recommend answers from one artifact: recommendations for users and
// sessions, similar items and segments. Retrieval is exact over the whole
// catalogue; rules decide what may be shown.
package recommend

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"curio/artifacts/audience"
	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/features/profile"
)

// The strategies an answer names: how its items were found.
const (
	StrategyInterest = "interest" // by the model, from what was known of the user when it was trained
	StrategySession  = "session"  // by the model, with events of the request folded in
	StrategyFallback = "fallback" // most popular items: nothing is known that the model could use
	StrategySimilar  = "similar"  // nearest items
	StrategySegments = "segments" // the artifact's segments
	StrategyAudience = "audience" // by the interest of many users
	StrategyNearest  = "nearest"  // users with the nearest vectors
	StrategyNone     = "none"     // no model was asked
)

// Engine answers queries from one artifact. It is immutable and safe for
// concurrent use.
type Engine struct {
	art        *bundle.Artifact
	rules      audience.Rules
	category   []int32   // by item index: place in UserEncoder.Categories, or -1
	popular    []int32   // items that may be shown, most popular first
	popularity []float32 // by item index: share of the users who touched it
	barred     itemSet   // what rules bar
	needy      itemSet   // what they ask prerequisites for
	needs      bool      // there is any
	none       itemSet   // no item
	columns    *columns
	selections *selections
	topics     func() *profile.Topics // made when first asked for
	visits     sync.Pool              // of *visit
	passes     *gatherer              // over the catalogue
	memos      *memos
	audience   *audience.Audience
	turn       chan struct{}                     // holds what is there while a question about many users is answered
	wishes     []atomic.Pointer[audience.Wishes] // by segment; nil until asked for
}

// New makes an engine of an artifact whose parts fit together, as those of
// bundle.Decode do, and which must not be changed after.
func New(art *bundle.Artifact) *Engine {
	items := len(art.Catalogue)
	e := &Engine{
		art:        art,
		rules:      audience.RulesOf(art),
		category:   make([]int32, items),
		popularity: make([]float32, items),
		barred:     newItemSet(items),
		needy:      newItemSet(items),
		none:       newItemSet(items),
		columns:    newColumns(art.Catalogue),
		audience:   audience.New(art, audience.MinGroup(art)),
		turn:       make(chan struct{}, 1),
		wishes:     make([]atomic.Pointer[audience.Wishes], len(art.Segments.Segments())),
	}
	shares := make(map[string]int32)
	for i, name := range art.UserEncoder.Categories() {
		shares[name] = int32(i)
	}
	for i := range art.Catalogue {
		item := &art.Catalogue[i]
		e.category[i] = -1
		if c, ok := shares[item.Category]; ok {
			e.category[i] = c
		}
		e.popularity[i] = float32(float64(art.Popularity[i].Users) / float64(max(1, art.Users.Len())))
	}
	for i, barred := range e.rules.Barred {
		if barred {
			e.barred.add(int32(i))
		}
		if len(e.rules.Needs[i]) > 0 {
			e.needy.add(int32(i))
			e.needs = true
		}
	}
	e.passes = newGatherer(art.Interest.Index())
	e.memos = newMemos(memosBytes)
	e.selections = newSelections()
	e.topics = sync.OnceValue(func() *profile.Topics { return profile.NewTopics(art.Catalogue) })
	e.rankPopular()
	e.visits.New = func() any { return e.newVisit() }
	return e
}

// rankPopular orders what may be shown by how many users touched it in the whole
// log; equal ones rank by index.
func (e *Engine) rankPopular() {
	for i := range e.rules.Barred {
		if !e.rules.Barred[i] {
			e.popular = append(e.popular, int32(i))
		}
	}
	slices.SortStableFunc(e.popular, func(a, b int32) int {
		return cmp.Compare(e.art.Popularity[b].Users, e.art.Popularity[a].Users)
	})
}

// Version names the artifact.
func (e *Engine) Version() string { return e.art.Version }

// Manifest describes the artifact. The caller must not change it.
func (e *Engine) Manifest() *bundle.Manifest { return &e.art.Manifest }

// Users is the number of users the artifact knows.
func (e *Engine) Users() int { return e.art.Users.Len() }

// Items is the size of the catalogue.
func (e *Engine) Items() int { return len(e.art.Catalogue) }

// Scores says what the scores of the model are: ScoreProbability or ScoreLogit.
func (e *Engine) Scores() string {
	if e.art.Interest.HasHead() {
		return ScoreProbability
	}
	return ScoreLogit
}

// Dim is the length of the model's vectors.
func (e *Engine) Dim() int { return e.art.Interest.Dim() }

// AsOf is the time up to which the artifact knows what happened.
func (e *Engine) AsOf() event.Time { return e.art.AsOf }

// Item returns what is known of an item. The caller must not change it.
func (e *Engine) Item(index int32) *event.Item { return &e.art.Catalogue[index] }

// Knows reports whether the artifact knows the user.
func (e *Engine) Knows(user string) bool {
	_, ok := e.art.Users.Index(user)
	return ok
}

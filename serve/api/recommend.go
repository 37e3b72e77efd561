package api

import (
	"net/http"

	"curio/datasets/event"
	"curio/serve/recommend"
)

// Recommendations is the answer of both recommendation routes.
type Recommendations struct {
	Envelope
	UserID  string            `json:"user_id,omitempty"`
	N       int               `json:"n"`
	Offset  int               `json:"offset"`
	Ignored int               `json:"ignored_events,omitempty"` // events on items the model does not know
	Scores  string            `json:"score_kind"`               // probability, logit or share: see package recommend
	Items   []RecommendedItem `json:"items"`
}

// RecommendedItem is one item of an answer, best first.
type RecommendedItem struct {
	ItemID   string  `json:"item_id"`
	Rank     int     `json:"rank"`  // 1 is the best; offsets count
	Score    float32 `json:"score"` // higher is better; score_kind says what it is
	Title    string  `json:"title,omitempty"`
	Domain   string  `json:"domain,omitempty"`
	Category string  `json:"category,omitempty"`

	// With explain=true: the items of the user's own history that raise the
	// score most, and the share of the user's interest that the item's category
	// has, 0..1.
	Because       []Because `json:"because,omitzero"`
	CategoryShare *float32  `json:"category_share,omitempty"`
}

// Because is one reason.
type Because struct {
	ItemID string  `json:"item_id"`
	Title  string  `json:"title,omitempty"`
	Weight float32 `json:"weight"` // part of the logit that the score is made of
}

var (
	recommendParams = []string{"n", "offset", "category", "include_seen", "explain", "strict"}
	sessionFields   = append([]string{"user_id", "events"}, recommendParams...)
)

// recommendUser answers GET /v1/users/{id}/recommendations.
func recommendUser(k *call) (answer, *Problem) {
	p := k.params(recommendParams...)
	strict := p.boolean("strict")
	r := recommend.Request{
		User:        k.pathID(),
		N:           p.integer("n", DefaultN, 1, MaxN),
		Offset:      p.integer("offset", 0, 0, MaxOffset),
		Category:    p.text("category"),
		IncludeSeen: p.boolean("include_seen"),
		Explain:     p.boolean("explain"),
	}
	return k.recommend(r, strict)
}

// recommendSession answers POST /v1/recommendations.
func recommendSession(k *call) (answer, *Problem) {
	k.params()
	body, p := readBody(k.writer, k.request)
	if p != nil {
		return nil, p
	}
	r, strict := readRequest(body, latestAt(k.began), &k.faults)
	return k.recommend(r, strict)
}

// readRequest reads the body of POST /v1/recommendations. A field that is faulty
// has its default. Events later than latest are faults, unless it is 0.
func readRequest(body []byte, latest event.Time, f *faults) (r recommend.Request, strict bool) {
	if !checkJSON(body, f) {
		return r, false
	}
	o, ok := readObject(body, "", f, sessionFields)
	if !ok {
		return r, false
	}
	r = recommend.Request{
		User:        o.text("user_id"),
		Events:      o.events("events", latest),
		N:           o.integer("n", DefaultN, 1, MaxN),
		Offset:      o.integer("offset", 0, 0, MaxOffset),
		Category:    o.text("category"),
		IncludeSeen: o.boolean("include_seen"),
		Explain:     o.boolean("explain"),
	}
	strict = o.boolean("strict")
	if _, known := o.raw("user_id"); strict && !known {
		o.fault("user_id", CodeMissing, "strict asks for a known user")
	}
	return r, strict
}

func (k *call) recommend(r recommend.Request, strict bool) (answer, *Problem) {
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	asked := r.User
	var p *Problem
	if r.User, p = k.user(asked); p != nil {
		return nil, p
	}
	if strict && !k.engine().Knows(r.User) {
		return nil, unknownUser()
	}
	found := k.engine().Recommend(r)
	k.strategy = found.Strategy
	a := &Recommendations{
		UserID: asked, N: r.N, Offset: r.Offset, Ignored: found.Ignored, Scores: found.Scores,
		Items: make([]RecommendedItem, len(found.Items)),
	}
	for i, item := range found.Items {
		a.Items[i] = k.describe(item, r.Offset+i+1)
		if r.Explain {
			a.Items[i].Because, a.Items[i].CategoryShare = k.reasons(item), &item.CategoryShare
		}
	}
	return a, nil
}

func (k *call) describe(item recommend.Item, rank int) RecommendedItem {
	meta := k.engine().Item(item.Index)
	return RecommendedItem{
		ItemID: meta.ID, Rank: rank, Score: item.Score,
		Title: meta.Title, Domain: meta.Domain, Category: meta.Category,
	}
}

func (k *call) reasons(item recommend.Item) []Because {
	because := make([]Because, len(item.Because))
	for i, b := range item.Because {
		meta := k.engine().Item(b.Item)
		because[i] = Because{ItemID: meta.ID, Title: meta.Title, Weight: b.Weight}
	}
	return because
}

func unknownUser() *Problem {
	return problem(http.StatusNotFound, "unknown_user", "the model in service does not know this user")
}

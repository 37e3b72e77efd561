package api

import (
	"net/http"

	"curio/serve/recommend"
)

// Recommendations is the answer of both recommendation routes.
type Recommendations struct {
	Envelope
	RecommendedList
}

// RecommendedList is what was found for one request.
type RecommendedList struct {
	UserID  string            `json:"user_id,omitempty"`
	N       int               `json:"n"`
	Offset  int               `json:"offset"`
	Ignored int               `json:"ignored_events,omitempty" doc:"Events on items the model does not know."`
	Scores  string            `json:"score_kind" doc:"What the scores are: probability (0..1, that the user takes the item up within the period the model was tested on), logit (comparable within one answer) or share (of the users who touched the item)."`
	Seed    *uint64           `json:"seed,omitempty" doc:"Of the exploration: the same request with this seed has the same answer."`
	Items   []RecommendedItem `json:"items"`

	encoded []byte // the items as JSON, where they are kept; then there are no Items
}

// RecommendedItem is one item of an answer, best first.
type RecommendedItem struct {
	ItemID   string  `json:"item_id"`
	Rank     int     `json:"rank" doc:"1 is the best; offsets count."`
	Score    float32 `json:"score" doc:"Higher is better; score_kind says what it is."`
	Title    string  `json:"title,omitempty"`
	Domain   string  `json:"domain,omitempty"`
	Category string  `json:"category,omitempty"`

	Promoted   bool     `json:"promoted,omitempty" doc:"The place is that of a promotion."`
	Propensity *float64 `json:"propensity,omitempty" doc:"With explore: the probability that this item is in this place, given the items above it."`

	Because []Because `json:"because,omitzero" doc:"With explain: the items of the user's own history that raise the score most."`
	Why     *Why      `json:"why,omitempty" doc:"With explain: what else speaks for the item."`
}

// Why tells of an item what the user and others have to do with it.
type Why struct {
	CategoryShare float32 `json:"category_share" doc:"Share of the user's interest that the item's category has, 0..1."`
	Segment       string  `json:"segment_id,omitempty" doc:"The segment that the user is in."`
	SegmentShare  float32 `json:"segment_share,omitempty" doc:"Share of the segment's interest that the category has, 0..1; absent outside of its top categories."`
	Popularity    float32 `json:"popularity" doc:"Share of all users who touched the item, 0..1."`
}

// Because is one reason.
type Because struct {
	ItemID string  `json:"item_id"`
	Title  string  `json:"title,omitempty"`
	Weight float32 `json:"weight" doc:"Part of the logit that the score is made of."`
}

// recommendUser answers GET /v1/users/{id}/recommendations.
func recommendUser(k *call, in *RecommendUser) (*Recommendations, *Problem) {
	r := in.request(k)
	r.User = in.UserID
	return k.recommend(r, in.Strict)
}

// recommendSession answers POST /v1/recommendations.
func recommendSession(k *call, in *RecommendSession) (*Recommendations, *Problem) {
	return k.recommend(in.Body.request(k), in.Body.Strict)
}

func (k *call) recommend(r recommend.Request, strict bool) (*Recommendations, *Problem) {
	asked := r.User
	var p *Problem
	if r.User, r.Events, p = k.meet(asked, r.Events, strict); p != nil {
		return nil, p
	}
	found := k.engine().Recommend(r)
	k.strategy = found.Strategy
	k.after = func() { k.shown(asked, &r, &found) }
	if m := found.Memo; m != nil {
		return &Recommendations{RecommendedList: RecommendedList{
			UserID: asked, N: r.N, Offset: r.Offset, Scores: found.Scores,
			encoded: m.Encoded(func() []byte { return appendItems(nil, k.list(asked, &r, &found).Items) }),
		}}, nil
	}
	return &Recommendations{RecommendedList: k.list(asked, &r, &found)}, nil
}

// list describes what was found for a request of a user as the caller knows them.
func (k *call) list(asked string, r *recommend.Request, found *recommend.Answer) RecommendedList {
	l := RecommendedList{
		UserID: asked, N: r.N, Offset: r.Offset, Ignored: found.Ignored, Scores: found.Scores,
		Items: make([]RecommendedItem, len(found.Items)),
	}
	if found.Explored {
		l.Seed = &r.Seed
	}
	for i := range found.Items {
		item := &found.Items[i]
		l.Items[i] = k.describe(*item, r.Offset+i+1)
		l.Items[i].Promoted = item.Promoted
		if found.Explored {
			l.Items[i].Propensity = &item.Propensity
		}
		if r.Explain {
			l.Items[i].Because, l.Items[i].Why = k.reasons(*item), why(item, found.Segment)
		}
	}
	return l
}

func why(item *recommend.Item, segment string) *Why {
	return &Why{CategoryShare: item.CategoryShare, Segment: segment, SegmentShare: item.SegmentShare, Popularity: item.Popularity}
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

package api

import (
	"net/http"

	"curio/serve/recommend"
)

// RankInput is the input of POST /v1/rank.
type RankInput struct {
	Body RankBody `body:"true"`
}

// RankBody says what is to be put in order, and for whom.
type RankBody struct {
	UserID  string   `json:"user_id,omitempty" maxLength:"256" doc:"Id of the user; without one the session is anonymous."`
	Events  Events   `json:"events,omitempty" maxItems:"1000" doc:"What the user did lately, in any order."`
	Items   []string `json:"items" maxItems:"1000" required:"true" doc:"Ids of the items; a repeated one counts once."`
	Rules   bool     `json:"rules,omitempty" doc:"Leave out what the user may not be shown, and say why."`
	Explain bool     `json:"explain,omitempty" doc:"Say why each item is where it is."`
	Strict  bool     `json:"strict,omitempty" doc:"Answer 404 for a user the model does not know."`
}

// Ranking is the answer of POST /v1/rank.
type Ranking struct {
	Envelope
	UserID  string            `json:"user_id,omitempty"`
	Ignored int               `json:"ignored_events,omitempty" doc:"Events on items the model does not know."`
	Scores  string            `json:"score_kind" doc:"probability, logit or share."`
	Items   []RecommendedItem `json:"items" doc:"Best first."`
	Barred  []BarredItem      `json:"barred,omitempty" doc:"With rules: what the user may not be shown."`
	Unknown []string          `json:"unknown,omitempty" doc:"Ids that the model does not know."`
}

// BarredItem is an item that a user may not be shown.
type BarredItem struct {
	ItemID string   `json:"item_id"`
	Status []string `json:"status" doc:"Why: unavailable, unlisted, owned, completed, seen, prerequisites."`
}

// rankItems answers POST /v1/rank.
func rankItems(k *call, in *RankInput) (*Ranking, *Problem) {
	body := &in.Body
	user, events, p := k.meet(body.UserID, body.Events, body.Strict)
	if p != nil {
		return nil, p
	}
	found := k.engine().Rank(recommend.RankRequest{User: user, Events: events, Items: body.Items, Rules: body.Rules, Explain: body.Explain})
	k.strategy = found.Strategy
	list := k.list(body.UserID, &recommend.Request{Explain: body.Explain}, &found.Answer)
	a := &Ranking{UserID: body.UserID, Ignored: found.Ignored, Scores: found.Scores, Items: list.Items, Unknown: found.Unknown}
	for _, b := range found.Barred {
		a.Barred = append(a.Barred, BarredItem{k.engine().Item(b.Index).ID, b.Status})
	}
	return a, nil
}

// ScoreInput is the input of GET /v1/users/{id}/items/{item}.
type ScoreInput struct {
	UserID  string `path:"id" doc:"Id of a user, percent-encoded."`
	ItemID  string `path:"item" doc:"Id of an item, percent-encoded."`
	Explain bool   `json:"explain,omitempty" doc:"Say why."`
	Strict  bool   `json:"strict,omitempty" doc:"Answer 404 for a user the model does not know."`
}

// ItemScore is the answer of GET /v1/users/{id}/items/{item}.
type ItemScore struct {
	Envelope
	UserID  string          `json:"user_id"`
	Scores  string          `json:"score_kind" doc:"probability, logit or share."`
	Item    RecommendedItem `json:"item" doc:"Its rank is its place among all that the user may be shown, or the one it would have."`
	Of      int             `json:"of" doc:"How many items the user may be shown, this one included."`
	Logit   *float32        `json:"logit,omitempty" doc:"What the model says before it becomes a probability."`
	Status  []string        `json:"status,omitempty" doc:"Why the user may not be shown the item: unavailable, unlisted, owned, completed, seen, prerequisites. Absent when nothing is in the way."`
	Ignored int             `json:"ignored_events,omitempty" doc:"Events on items the model does not know."`
}

// scoreItem answers GET /v1/users/{id}/items/{item}.
func scoreItem(k *call, in *ScoreInput) (*ItemScore, *Problem) {
	user, events, p := k.meet(in.UserID, nil, in.Strict)
	if p != nil {
		return nil, p
	}
	found, ok := k.engine().Score(user, events, in.ItemID, in.Explain)
	if !ok {
		return nil, unknownItem()
	}
	k.strategy = found.Strategy
	a := &ItemScore{
		UserID: in.UserID, Scores: found.Scores, Item: k.describe(found.Item, found.Rank),
		Of: found.Of, Status: found.Status, Ignored: found.Ignored,
	}
	if found.Strategy != recommend.StrategyFallback {
		a.Logit = &found.Logit
	}
	if in.Explain {
		a.Item.Because, a.Item.Why = k.reasons(found.Item), why(&found.Item, found.Segment)
	}
	return a, nil
}

// gaveUp says that a request ended before its answer was found.
func (k *call) gaveUp() *Problem {
	k.writer.Header().Set("Retry-After", "1")
	return problem(http.StatusServiceUnavailable, "gave_up", "the request ended before it had an answer")
}

package api

import (
	"errors"
	"net/http"

	"curio/artifacts/audience"
	"curio/serve/recommend"
)

// The bounds of a list of users.
const (
	DefaultUsers = 100
	MaxUsers     = 1000
)

// SegmentItems is the answer of GET /v1/segments/{id}/recommendations: the items
// with the highest mean interest of the segment's members, to which members who
// touched an item before add nothing.
type SegmentItems struct {
	Envelope
	SegmentID   string       `json:"segment_id"`
	SegmentName string       `json:"segment_name"`
	Members     int          `json:"members"`
	Sampled     int          `json:"sampled_members"` // that the mean is of
	N           int          `json:"n"`
	Scores      string       `json:"score_kind"` // probability or attention: see package audience
	Items       []WantedItem `json:"items"`
}

// WantedItem is one item that a segment wants, best first; the score is the mean.
type WantedItem struct {
	RecommendedItem
	// Held is the share of the members who touched the item before, 0..1; absent when
	// they are too few to be told of.
	Held *float64 `json:"held,omitempty"`
}

// ItemAudience is the answer of POST /v1/items/{id}/audience.
type ItemAudience struct {
	Envelope
	ItemID       string         `json:"item_id"`
	N            int            `json:"n"`
	SegmentID    string         `json:"segment_id,omitempty"` // that was asked for
	Scores       string         `json:"score_kind"`           // probability or logit
	PseudonymKey string         `json:"pseudonym_key_id,omitempty"`
	Users        []AudienceUser `json:"users"`
}

// AudienceUser is one user whom an item interests, best first.
type AudienceUser struct {
	UserID    string  `json:"user_id"` // as the model has it: a pseudonym if there is a pseudonym_key_id
	Rank      int     `json:"rank"`
	Score     float32 `json:"score"`
	Candidate bool    `json:"candidate"` // the item is among the user's best; else a probability is too high
	SegmentID string  `json:"segment_id,omitempty"`
}

// segmentItems answers GET /v1/segments/{id}/recommendations.
func segmentItems(k *call) (answer, *Problem) {
	n := k.params("n").integer("n", DefaultN, 1, recommend.MaxWishes)
	id := k.pathID()
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	segment, p := k.segment(id)
	if p != nil {
		return nil, p
	}
	found, err := k.engine().SegmentItems(k.request.Context(), segment, n)
	if err != nil {
		return nil, noAudience(err)
	}
	k.strategy = recommend.StrategyAudience
	a := &SegmentItems{
		SegmentID: id, SegmentName: k.engine().Segments()[segment].Name, Members: found.Members, Sampled: found.Sampled,
		N: n, Scores: found.Kind, Items: make([]WantedItem, len(found.Items)),
	}
	for i, w := range found.Items {
		a.Items[i].RecommendedItem = k.describe(recommend.Item{Index: w.Item, Score: float32(w.Mean)}, i+1)
		if w.Held >= 0 {
			share := float64(w.Held) / float64(found.Members)
			a.Items[i].Held = &share
		}
	}
	return a, nil
}

// itemAudience answers POST /v1/items/{id}/audience.
func itemAudience(k *call) (answer, *Problem) {
	k.params()
	id := k.pathID()
	body, p := readBody(k.writer, k.request)
	if p != nil {
		return nil, p
	}
	n, asked := readAudience(body, &k.faults)
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	segment := audience.Everybody
	if asked != "" {
		if segment, p = k.segment(asked); p != nil {
			return nil, p
		}
	}
	found, err := k.engine().ItemUsers(k.request.Context(), id, segment, n)
	if err != nil {
		return nil, noAudience(err)
	}
	k.strategy = recommend.StrategyAudience
	a := &ItemAudience{
		ItemID: id, N: n, SegmentID: asked, Scores: found.Kind,
		PseudonymKey: k.engine().Manifest().PseudonymKey, Users: make([]AudienceUser, len(found.Users)),
	}
	for i, f := range found.Users {
		a.Users[i] = AudienceUser{UserID: k.engine().UserID(f.User), Rank: i + 1, Score: f.Score, Candidate: f.Candidate, SegmentID: k.engine().UserSegment(f.User)}
	}
	return a, nil
}

// readAudience reads the body of POST /v1/items/{id}/audience.
func readAudience(body []byte, f *faults) (n int, segment string) {
	if !checkJSON(body, f) {
		return 0, ""
	}
	o, ok := readObject(body, "", f, []string{"n", "segment"})
	if !ok {
		return 0, ""
	}
	return o.integer("n", DefaultUsers, 1, MaxUsers), o.text("segment")
}

// segment returns the index of a segment that may be told of.
func (k *call) segment(id string) (int, *Problem) {
	i, err := k.engine().Segment(id)
	switch {
	case errors.Is(err, audience.ErrGroup):
		return 0, problem(http.StatusForbidden, "small_segment", "the segment has too few members for anything to be told of them")
	case err != nil:
		return 0, unknownSegment()
	}
	return i, nil
}

// noAudience says why a question about many users has no answer.
func noAudience(err error) *Problem {
	switch {
	case errors.Is(err, audience.ErrUnknown):
		return unknownItem()
	case errors.Is(err, audience.ErrBarred):
		return problem(http.StatusConflict, "item_unavailable", "the item is unavailable or no longer listed: nobody may be offered it")
	}
	return problem(http.StatusServiceUnavailable, "gave_up", "the request ended before it had an answer")
}

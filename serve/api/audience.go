package api

import (
	"errors"
	"net/http"

	"curio/artifacts/audience"
	"curio/serve/recommend"
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

// SegmentItemsInput is the input of GET /v1/segments/{id}/recommendations.
type SegmentItemsInput struct {
	SegmentID string `path:"id" doc:"Id of a segment, as GET /v1/segments has it."`
	N         int    `json:"n,omitempty" default:"10" minimum:"1" maximum:"100" doc:"How many items are wanted."`
}

// AudienceInput is the input of POST /v1/items/{id}/audience.
type AudienceInput struct {
	ItemID string       `path:"id" doc:"Id of an item, percent-encoded."`
	Body   AudienceBody `body:"true"`
}

// AudienceBody says whom an item is for.
type AudienceBody struct {
	N       int    `json:"n,omitempty" default:"100" minimum:"1" maximum:"1000" doc:"How many users are wanted."`
	Segment string `json:"segment,omitempty" maxLength:"256" doc:"Only members of the segment with this id."`
}

// segmentItems answers GET /v1/segments/{id}/recommendations.
func segmentItems(k *call, in *SegmentItemsInput) (*SegmentItems, *Problem) {
	segment, p := k.segment(in.SegmentID)
	if p != nil {
		return nil, p
	}
	found, err := k.engine().SegmentItems(k.request.Context(), segment, in.N)
	if err != nil {
		return nil, k.noAudience(err)
	}
	k.strategy = recommend.StrategyAudience
	a := &SegmentItems{
		SegmentID: in.SegmentID, SegmentName: k.engine().Segments()[segment].Name, Members: found.Members, Sampled: found.Sampled,
		N: in.N, Scores: found.Kind, Items: make([]WantedItem, len(found.Items)),
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
func itemAudience(k *call, in *AudienceInput) (*ItemAudience, *Problem) {
	segment := audience.Everybody
	if in.Body.Segment != "" {
		var p *Problem
		if segment, p = k.segment(in.Body.Segment); p != nil {
			return nil, p
		}
	}
	found, err := k.engine().ItemUsers(k.request.Context(), in.ItemID, segment, in.Body.N)
	if err != nil {
		return nil, k.noAudience(err)
	}
	k.strategy = recommend.StrategyAudience
	a := &ItemAudience{
		ItemID: in.ItemID, N: in.Body.N, SegmentID: in.Body.Segment, Scores: found.Kind,
		PseudonymKey: k.engine().Manifest().PseudonymKey, Users: make([]AudienceUser, len(found.Users)),
	}
	for i, f := range found.Users {
		a.Users[i] = AudienceUser{UserID: k.engine().UserID(f.User), Rank: i + 1, Score: f.Score, Candidate: f.Candidate, SegmentID: k.engine().UserSegment(f.User)}
	}
	return a, nil
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
func (k *call) noAudience(err error) *Problem {
	switch {
	case errors.Is(err, audience.ErrUnknown):
		return unknownItem()
	case errors.Is(err, audience.ErrBarred):
		return problem(http.StatusConflict, "item_unavailable", "the item is unavailable or no longer listed: nobody may be offered it")
	}
	return k.gaveUp()
}

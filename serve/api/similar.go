package api

import (
	"net/http"

	"curio/serve/recommend"
)

// SimilarItems is the answer of GET /v1/items/{id}/similar.
type SimilarItems struct {
	Envelope
	ItemID string            `json:"item_id"`
	N      int               `json:"n"`
	Offset int               `json:"offset"`
	Scores string            `json:"score_kind"` // cosine
	Items  []RecommendedItem `json:"items"`
}

// SimilarInput is the input of GET /v1/items/{id}/similar.
type SimilarInput struct {
	ItemID   string `path:"id" doc:"Id of an item, percent-encoded."`
	N        int    `json:"n,omitempty" default:"10" minimum:"1" maximum:"100" doc:"How many items are wanted."`
	Offset   int    `json:"offset,omitempty" default:"0" minimum:"0" maximum:"10000" doc:"How many of the nearest items to leave out before the first."`
	Category string `json:"category,omitempty" maxLength:"256" doc:"Only items of this category."`
}

// similarItems answers GET /v1/items/{id}/similar.
func similarItems(k *call, in *SimilarInput) (*SimilarItems, *Problem) {
	found, ok := k.engine().Similar(in.ItemID, in.N, in.Offset, in.Category)
	if !ok {
		return nil, unknownItem()
	}
	k.strategy = recommend.StrategySimilar
	a := &SimilarItems{ItemID: in.ItemID, N: in.N, Offset: in.Offset, Scores: recommend.ScoreCosine, Items: make([]RecommendedItem, len(found))}
	for i, item := range found {
		a.Items[i] = k.describe(item, in.Offset+i+1)
	}
	return a, nil
}

func unknownItem() *Problem {
	return problem(http.StatusNotFound, "unknown_item", "the model in service does not know this item")
}

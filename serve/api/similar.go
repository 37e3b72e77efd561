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

// similarItems answers GET /v1/items/{id}/similar.
func similarItems(k *call) (answer, *Problem) {
	p := k.params("n", "offset", "category")
	id := k.pathID()
	n := p.integer("n", DefaultN, 1, MaxN)
	offset := p.integer("offset", 0, 0, MaxOffset)
	category := p.text("category")
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	found, ok := k.engine().Similar(id, n, offset, category)
	if !ok {
		return nil, unknownItem()
	}
	k.strategy = recommend.StrategySimilar
	a := &SimilarItems{ItemID: id, N: n, Offset: offset, Scores: recommend.ScoreCosine, Items: make([]RecommendedItem, len(found))}
	for i, item := range found {
		a.Items[i] = k.describe(item, offset+i+1)
	}
	return a, nil
}

func unknownItem() *Problem {
	return problem(http.StatusNotFound, "unknown_item", "the model in service does not know this item")
}

package api

import (
	"fmt"

	"curio/serve/recommend"
)

// BatchInput is the input of POST /v1/recommendations:batch.
type BatchInput struct {
	Body BatchBody `body:"true"`
}

// BatchBody holds requests that are answered by one model.
type BatchBody struct {
	Requests []RecommendBody `json:"requests" maxItems:"1000" required:"true" doc:"What POST /v1/recommendations takes, each for another user or session. Together they may ask for 10,000 items, 1,000 of them explained."`
}

// How many items the requests of a batch may ask for together, and how many with reasons.
const (
	maxBatchItems     = 10_000
	maxBatchExplained = 1_000
)

func (b *BatchBody) check(s source) {
	items, explained := 0, 0
	for i := range b.Requests {
		items += b.Requests[i].N
		if b.Requests[i].Explain {
			explained += b.Requests[i].N
		}
	}
	if items > maxBatchItems {
		s.fault("requests", CodeTooLong, fmt.Sprintf("want at most %d items in all, got %d", maxBatchItems, items))
	}
	if explained > maxBatchExplained {
		s.fault("requests", CodeTooLong, fmt.Sprintf("want at most %d explained items in all, got %d", maxBatchExplained, explained))
	}
}

// Batch is the answer of POST /v1/recommendations:batch.
type Batch struct {
	Envelope
	Answers []BatchAnswer `json:"answers" doc:"In the order of the requests."`
}

// BatchAnswer is the answer to one request of a batch.
type BatchAnswer struct {
	Strategy string `json:"strategy"`
	RecommendedList
	Problem string `json:"problem,omitempty" doc:"Why there is no answer: unknown_user, where strict asks for a known one."`
}

// recommendBatch answers POST /v1/recommendations:batch.
func recommendBatch(k *call, in *BatchInput) (*Batch, *Problem) {
	bodies := in.Body.Requests
	out := &Batch{Answers: make([]BatchAnswer, len(bodies))}
	var requests []recommend.Request
	var places []int // in the answers, of the requests
	for i := range bodies {
		r := bodies[i].request(k)
		var p *Problem
		if r.User, r.Events, p = k.who(r.User, r.Events); p != nil {
			return nil, p
		}
		if bodies[i].Strict && !k.engine().Knows(r.User) && len(r.Events) == len(bodies[i].Events) {
			out.Answers[i] = BatchAnswer{
				Strategy: recommend.StrategyNone, Problem: unknownUser().Code,
				RecommendedList: RecommendedList{UserID: bodies[i].UserID, N: r.N, Offset: r.Offset, Scores: k.engine().Scores(), Items: []RecommendedItem{}},
			}
			continue
		}
		requests, places = append(requests, r), append(places, i)
	}
	answers, err := k.engine().RecommendBatch(k.request.Context(), requests)
	if err != nil {
		return nil, k.gaveUp()
	}
	for i := range answers {
		at := places[i]
		out.Answers[at] = BatchAnswer{Strategy: answers[i].Strategy, RecommendedList: k.list(bodies[at].UserID, &requests[i], &answers[i])}
	}
	k.strategy = StrategyBatch
	return out, nil
}

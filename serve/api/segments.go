package api

import (
	"net/http"

	"curio/artifacts/segment"
	"curio/serve/recommend"
)

// Segments is the answer of GET /v1/segments, largest segment first.
type Segments struct {
	Envelope
	Segments []segment.Segment `json:"segments"`
}

// Segment is the answer of GET /v1/segments/{id}.
type Segment struct {
	Envelope
	Segment segment.Segment `json:"segment"`
}

// UserSegment is the answer of GET /v1/users/{id}/segment.
type UserSegment struct {
	Envelope
	UserID      string          `json:"user_id"`
	Segment     segment.Segment `json:"segment"`
	Probability float64         `json:"probability"`         // of that segment given the user's profile
	RunnerUp    string          `json:"runner_up,omitempty"` // id of the next best segment
	Distance    float64         `json:"distance"`            // Mahalanobis distance from the segment's mean
}

func listSegments(k *call) (answer, *Problem) {
	k.params()
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	k.strategy = recommend.StrategySegments
	return &Segments{Segments: k.engine().Segments()}, nil
}

func showSegment(k *call) (answer, *Problem) {
	k.params()
	id := k.pathID()
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	for _, s := range k.engine().Segments() {
		if s.ID == id {
			k.strategy = recommend.StrategySegments
			return &Segment{Segment: s}, nil
		}
	}
	return nil, problem(http.StatusNotFound, "unknown_segment", "the model in service has no such segment; /v1/segments lists them")
}

func userSegment(k *call) (answer, *Problem) {
	k.params()
	asked := k.pathID()
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	id, p := k.user(asked)
	if p != nil {
		return nil, p
	}
	if !k.engine().Knows(id) {
		return nil, unknownUser()
	}
	found, ok := k.engine().SegmentOf(id)
	if !ok {
		return nil, problem(http.StatusNotFound, "no_segment", "the model in service puts this user in no segment")
	}
	k.strategy = recommend.StrategySegments
	a := &UserSegment{UserID: asked, Segment: found.Segment, Probability: found.Probability, Distance: found.Distance}
	if found.RunnerUp != nil {
		a.RunnerUp = found.RunnerUp.ID
	}
	return a, nil
}

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
	UserID string `json:"user_id"`
	Membership
}

// Membership says where a user belongs, and how clearly.
type Membership struct {
	Segment     segment.Segment   `json:"segment"`
	Probability float64           `json:"probability"`         // of that segment given the user's profile
	RunnerUp    string            `json:"runner_up,omitempty"` // id of the next best segment
	Distance    float64           `json:"distance"`            // Mahalanobis distance from the segment's mean
	Memberships []MembershipShare `json:"memberships"`         // all segments in the order of /v1/segments; sum to 1
}

// MembershipShare is the probability of one segment.
type MembershipShare struct {
	SegmentID   string  `json:"segment_id"`
	Probability float64 `json:"probability"`
}

func (k *call) membership(found recommend.Membership) Membership {
	m := Membership{Segment: found.Segment, Probability: found.Probability, Distance: found.Distance}
	if found.RunnerUp != nil {
		m.RunnerUp = found.RunnerUp.ID
	}
	for i, s := range k.engine().Segments() {
		m.Memberships = append(m.Memberships, MembershipShare{s.ID, found.Shares[i]})
	}
	return m
}

// Nothing is the input of operations without one.
type Nothing struct{}

// SegmentInput is the input of GET /v1/segments/{id}.
type SegmentInput struct {
	SegmentID string `path:"id" doc:"Id of a segment, as GET /v1/segments has it."`
}

// UserInput is the input of operations about one user.
type UserInput struct {
	UserID string `path:"id" doc:"Id of a user, percent-encoded."`
}

func listSegments(k *call, _ *Nothing) (*Segments, *Problem) {
	k.strategy = recommend.StrategySegments
	return &Segments{Segments: k.engine().Segments()}, nil
}

func showSegment(k *call, in *SegmentInput) (*Segment, *Problem) {
	for _, s := range k.engine().Segments() {
		if s.ID == in.SegmentID {
			k.strategy = recommend.StrategySegments
			return &Segment{Segment: s}, nil
		}
	}
	return nil, unknownSegment()
}

func userSegment(k *call, in *UserInput) (*UserSegment, *Problem) {
	id, p := k.user(in.UserID)
	if p != nil {
		return nil, p
	}
	if !k.engine().Knows(id) {
		return nil, unknownUser()
	}
	found, ok := k.engine().SegmentOf(id)
	if !ok {
		return nil, noSegment()
	}
	k.strategy = recommend.StrategySegments
	return &UserSegment{UserID: in.UserID, Membership: k.membership(found)}, nil
}

func unknownSegment() *Problem {
	return problem(http.StatusNotFound, "unknown_segment", "the model in service has no such segment; /v1/segments lists them")
}

func noSegment() *Problem {
	return problem(http.StatusNotFound, "no_segment", "the model in service puts this user in no segment")
}

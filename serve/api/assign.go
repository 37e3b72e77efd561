package api

import (
	"fmt"
	"math"

	"curio/datasets/event"
	"curio/serve/recommend"
)

// AssignedSegment is the answer of POST /v1/segments:assign.
type AssignedSegment struct {
	Envelope
	UserID  string `json:"user_id,omitempty"`
	Ignored int    `json:"ignored_events,omitempty"` // events on items the model does not know
	Membership
}

// assignment is the body of POST /v1/segments:assign: a user, events, or both, which
// are folded in as POST /v1/recommendations does; or raw features by name alone, in
// the units of the traits' features, of which those left out count as average.
type assignment struct {
	user     string
	events   []event.Event
	features []float32 // nil without
}

// assignSegment answers POST /v1/segments:assign.
func assignSegment(k *call) (answer, *Problem) {
	k.params()
	body, p := readBody(k.writer, k.request)
	if p != nil {
		return nil, p
	}
	r := readAssignment(body, latestAt(k.began), k.engine().SegmentFeatures(), &k.faults)
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	user, p := k.user(r.user)
	if p != nil {
		return nil, p
	}
	var found recommend.Membership
	var ok bool
	switch {
	case r.features != nil:
		found, ok = k.engine().SegmentOfFeatures(r.features)
	case len(r.events) > 0:
		found, ok = k.engine().SegmentOfSession(user, r.events)
	case !k.engine().Knows(user):
		return nil, unknownUser()
	default:
		found, ok = k.engine().SegmentOf(user)
	}
	if !ok {
		return nil, noSegment()
	}
	k.strategy = recommend.StrategySegments
	return &AssignedSegment{UserID: r.user, Ignored: found.Ignored, Membership: k.membership(found)}, nil
}

// readAssignment reads the body. known are the names of features. A field that is
// faulty has its zero value.
func readAssignment(body []byte, latest event.Time, known []string, f *faults) (r assignment) {
	if !checkJSON(body, f) {
		return r
	}
	o, ok := readObject(body, "", f, []string{"user_id", "events", "features"})
	if !ok {
		return r
	}
	r = assignment{user: o.text("user_id"), events: o.events("events", latest), features: o.numbers("features", known)}
	_, user := o.raw("user_id")
	_, events := o.raw("events")
	switch _, features := o.raw("features"); {
	case features && (user || events):
		o.fault("features", CodeInvalid, "give features alone, or a user and events")
	case !features && !user && len(r.events) == 0:
		o.fault("", CodeMissing, "give user_id, events or features")
	}
	return r
}

// maxFeature bounds a feature on either side: none of a profile comes near.
const maxFeature = 1e9

// numbers reads an object of numbers by name, at least one; those left out are NaN.
// It is nil when the field is absent or null.
func (o object) numbers(name string, known []string) []float32 {
	raw, ok := o.raw(name)
	if !ok {
		return nil
	}
	fields, ok := readObject(raw, o.at+"/"+name, o.faults, known)
	if !ok {
		return nil
	}
	values, given := make([]float32, len(known)), 0
	for i, feature := range known {
		values[i] = float32(math.NaN())
		if v, _, ok := fields.number(feature, -maxFeature, maxFeature); ok {
			values[i] = float32(v)
			given++
		}
	}
	if given == 0 {
		fields.fault("", CodeMissing, fmt.Sprintf("give at least one feature of %s", list(known)))
	}
	return values
}

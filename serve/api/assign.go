package api

import (
	"maps"
	"math"
	"slices"

	"curio/serve/recommend"
)

// AssignedSegment is the answer of POST /v1/segments:assign.
type AssignedSegment struct {
	Envelope
	UserID  string `json:"user_id,omitempty"`
	Ignored int    `json:"ignored_events,omitempty"` // events on items the model does not know
	Membership
}

// AssignInput is the input of POST /v1/segments:assign.
type AssignInput struct {
	Body AssignBody `body:"true"`
}

// AssignBody says who is to be assigned: a user, events, or both, which are folded in
// as POST /v1/recommendations does; or raw features by name alone.
type AssignBody struct {
	UserID   string   `json:"user_id,omitempty" maxLength:"256" doc:"Id of the user."`
	Events   Events   `json:"events,omitempty" maxItems:"1000" doc:"What the user did lately."`
	Features Features `json:"features,omitempty" doc:"Numbers by name, in the units of the segments' traits; those left out count as average."`
}

// Features are raw features by name.
type Features map[string]float64

func (b *AssignBody) check(s source) {
	switch {
	case b.Features != nil && (b.UserID != "" || b.Events != nil):
		s.fault("features", CodeInvalid, "give features alone, or a user and events")
	case b.Features == nil && b.UserID == "" && len(b.Events) == 0 && !s.given("user_id") && !s.given("features"):
		s.fault("", CodeMissing, "give user_id, events or features")
	}
}

// assignSegment answers POST /v1/segments:assign.
func assignSegment(k *call, in *AssignInput) (*AssignedSegment, *Problem) {
	body := &in.Body
	features := body.Features.order(k.engine().SegmentFeatures(), &k.faults)
	if p := k.faults.problem(); p != nil {
		return nil, p
	}
	user, events, p := k.who(body.UserID, body.Events)
	if p != nil {
		return nil, p
	}
	var found recommend.Membership
	var ok bool
	switch {
	case features != nil:
		found, ok = k.engine().SegmentOfFeatures(features)
	case len(events) > 0:
		found, ok = k.engine().SegmentOfSession(user, events)
	case !k.engine().Knows(user):
		return nil, unknownUser()
	default:
		found, ok = k.engine().SegmentOf(user)
	}
	if !ok {
		return nil, noSegment()
	}
	k.strategy = recommend.StrategySegments
	return &AssignedSegment{UserID: body.UserID, Ignored: found.Ignored, Membership: k.membership(found)}, nil
}

// maxFeature bounds a feature on either side: none of a profile comes near.
const maxFeature = 1e9

// maxFeatures bounds how many of them are looked at; there are not as many names.
const maxFeatures = 1000

// read reads an object of numbers; null among them is as if it were left out.
func (f *Features) read(s source, name string) {
	o, ok := s.(object)
	if !ok {
		return
	}
	raw, _ := o.raw(name)
	var given []string
	if skipSpace(raw)[0] == '{' {
		for quoted := range members(raw) {
			if name, _ := unquote(quoted); !slices.Contains(given, name) && len(given) < maxFeatures {
				given = append(given, name)
			}
		}
	}
	fields, ok := readObject(raw, o.at+"/"+name, o.faults, given)
	if !ok {
		return
	}
	*f = make(Features, len(given))
	for _, feature := range given {
		if v, ok := fields.decimal(feature, -maxFeature, maxFeature); ok {
			(*f)[feature] = v
		}
	}
}

// order returns the features in the order of known, NaN for those left out; nil
// without any. Names outside known are faults.
func (f Features) order(known []string, faults *faults) []float32 {
	if f == nil {
		return nil
	}
	at := object{at: "/features", faults: faults}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !slices.Contains(known, name) {
			at.fault(name, CodeUnknown, "there is no such feature; known are "+listed(known))
		}
	}
	if len(f) == 0 {
		at.fault("", CodeMissing, "give at least one feature of "+listed(known))
	}
	values := make([]float32, len(known))
	for i, name := range known {
		values[i] = float32(math.NaN())
		if v, ok := f[name]; ok {
			values[i] = float32(v)
		}
	}
	return values
}

package api

import (
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"curio/serve/recommend"
)

// SegmentUsers is the answer of GET /v1/segments/{id}/users: members in an order
// that is the same for every request to one model.
type SegmentUsers struct {
	Envelope
	SegmentID    string        `json:"segment_id"`
	SegmentName  string        `json:"segment_name"`
	Members      int           `json:"members"` // of all pages
	PseudonymKey string        `json:"pseudonym_key_id,omitempty"`
	Users        []SegmentUser `json:"users"`
	Next         string        `json:"next_cursor,omitempty"` // absent from the last page
}

// SegmentUser is one member.
type SegmentUser struct {
	UserID      string  `json:"user_id"` // as the model has it: a pseudonym if there is a pseudonym_key_id
	Probability float64 `json:"probability"`
	RunnerUp    string  `json:"runner_up,omitempty"`
	Distance    float64 `json:"distance"`
}

// SegmentUsersInput is the input of GET /v1/segments/{id}/users.
type SegmentUsersInput struct {
	SegmentID string `path:"id" doc:"Id of a segment, as GET /v1/segments has it."`
	Limit     int    `json:"limit,omitempty" default:"100" minimum:"1" maximum:"1000" doc:"How many members a page has at most."`
	Cursor    cursor `json:"cursor,omitempty" doc:"next_cursor of the page before; nothing for the first."`
}

// segmentUsers answers GET /v1/segments/{id}/users.
func segmentUsers(k *call, in *SegmentUsersInput) (*SegmentUsers, *Problem) {
	from := in.Cursor
	engine := k.engine()
	if from.version != "" && from.version != engine.Version() {
		return nil, problem(http.StatusConflict, "model_changed", "the cursor is of model %s, which is no longer in service: begin again without it", from.version)
	}
	segment, problem := k.segment(in.SegmentID)
	if problem != nil {
		return nil, problem
	}
	if from.version != "" && from.segment != segment {
		k.faults.add(Fault{In: "query", Name: "cursor", Code: CodeInvalid, Detail: notNext})
		return nil, k.faults.problem()
	}
	found, all := engine.Members(segment, from.offset, in.Limit)
	k.strategy = recommend.StrategySegments
	a := &SegmentUsers{
		SegmentID: in.SegmentID, SegmentName: engine.Segments()[segment].Name, Members: all,
		PseudonymKey: engine.Manifest().PseudonymKey, Users: make([]SegmentUser, len(found)),
	}
	for i, m := range found {
		a.Users[i] = SegmentUser{UserID: engine.UserID(m.User), Probability: m.Probability, Distance: m.Distance}
		if m.RunnerUp >= 0 {
			a.Users[i].RunnerUp = engine.Segments()[m.RunnerUp].ID
		}
	}
	if next := from.offset + len(found); next < all {
		a.Next = cursor{engine.Version(), segment, next}.String()
	}
	return a, nil
}

const notNext = "want the next_cursor of an answer about this segment"

// cursor is where the next page of a segment begins; the zero value is the first.
type cursor struct {
	version string
	segment int // index
	offset  int // members before it
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %d %d", c.version, c.segment, c.offset))
}

func (c *cursor) read(s source, name string) {
	var ok bool
	if *c, ok = readCursor(s.words(name, MaxText)); !ok {
		s.fault(name, CodeInvalid, notNext)
	}
}

// Schema implements huma.SchemaProvider.
func (cursor) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

// readCursor is the inverse of String, and an empty text means the first page; false
// for another text.
func readCursor(text string) (c cursor, ok bool) {
	if text == "" {
		return c, true
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return c, false
	}
	if _, err := fmt.Sscanf(string(data), "%s %d %d", &c.version, &c.segment, &c.offset); err != nil {
		return c, false
	}
	return c, c.offset >= 0 && saneToken(c.version) && c.String() == text
}

package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/serve/intake"
)

// Intake keeps events. *intake.Log is one; errors are as documented there.
type Intake interface {
	Append(ctx context.Context, events []event.Event) ([]intake.Result, error)
}

// ReportInput is the input of POST /v1/events.
type ReportInput struct {
	Body ReportBody `body:"true"`
}

// ReportBody tells what users did.
type ReportBody struct {
	Events Report `json:"events" maxItems:"1000" required:"true" doc:"In any order, each with its user. Give each an event_id: then they can be sent again when an answer was lost."`
}

// Report holds the events of a body, and what is wrong with the others.
type Report struct {
	lines    int
	events   []event.Event
	places   []int // in the body from 1, of the events
	rejected []RejectedEvent
}

// RejectedEvent is an event that was not kept.
type RejectedEvent struct {
	Line    int    `json:"line" doc:"Place in the list, from 1."`
	EventID string `json:"event_id,omitempty"`
	Field   string `json:"field,omitempty" doc:"JSON pointer within the event, of the first fault."`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

var reportFields = append([]string{"user_id"}, eventFields...)

func (r *Report) read(s source, name string) {
	o, ok := s.(object)
	if !ok {
		return
	}
	for row, at := range o.rows(name, MaxEvents) {
		r.lines++
		own := faults{latest: o.faults.latest}
		fields, ok := readObject(row, at, &own, reportFields)
		var e event.Event
		if ok {
			e = fields.event()
			if e.UserID = fields.id("user_id"); e.UserID == "" && len(own.list) == 0 {
				fields.fault("user_id", CodeMissing, "an event has a user")
			}
		}
		if len(own.list) > 0 {
			first := own.list[0]
			r.rejected = append(r.rejected, RejectedEvent{Line: r.lines, EventID: e.ID, Field: first.Pointer[len(at):], Code: first.Code, Detail: first.Detail})
			continue
		}
		r.events, r.places = append(r.events, e), append(r.places, r.lines)
	}
}

// Schema implements huma.SchemaProvider.
func (Report) Schema(r huma.Registry) *huma.Schema {
	s := Events(nil).Schema(r)
	s.Items.Properties["user_id"] = &huma.Schema{Type: huma.TypeString, Description: "Id of the user, as in the logs."}
	s.Items.Required = append(s.Items.Required, "user_id")
	return s
}

// Reported is the answer of POST /v1/events: the events that were accepted are on disk.
type Reported struct {
	Envelope
	Accepted   int             `json:"accepted" doc:"Events that are kept, duplicates among them."`
	Duplicates int             `json:"duplicates" doc:"Events that were kept before, by their ids."`
	Rejected   []RejectedEvent `json:"rejected" doc:"In the order of the list."`
}

// reportEvents answers POST /v1/events.
func (a *API) reportEvents(k *call, in *ReportInput) (*Reported, *Problem) {
	if a.o.Intake == nil {
		return nil, problem(http.StatusNotFound, "no_event_log", "this server keeps no events: it was started without --event-log")
	}
	report := &in.Body.Events
	out := &Reported{Rejected: []RejectedEvent{}}
	if len(report.events) > 0 {
		results, err := a.o.Intake.Append(k.request.Context(), report.events)
		if err != nil {
			return nil, a.intakeProblem(k, err)
		}
		for i, r := range results {
			switch {
			case !r.Accepted():
				report.rejected = append(report.rejected, RejectedEvent{Line: report.places[i], EventID: r.ID, Code: r.Code, Detail: whyRejected(r.Code)})
			case r.Code == code.Duplicate:
				out.Duplicates++
				fallthrough
			default:
				out.Accepted++
			}
		}
	}
	out.Rejected = append(out.Rejected, report.rejected...)
	slices.SortFunc(out.Rejected, func(x, y RejectedEvent) int { return x.Line - y.Line })
	return out, nil
}

// whyRejected explains a code of the log.
func whyRejected(why string) string {
	if why == code.DuplicateConflict {
		return "another event was kept by this id"
	}
	return code.Message(why)
}

// intakeProblem says why events were not kept. All of them may be sent again.
func (a *API) intakeProblem(k *call, err error) *Problem {
	a.o.Log.Warn("events not kept", "request_id", k.id, "error", err)
	if errors.Is(err, intake.ErrFull) {
		return problem(http.StatusInsufficientStorage, "event_log_full", "there is no room for events; none was kept")
	}
	k.writer.Header().Set("Retry-After", "1")
	switch {
	case errors.Is(err, intake.ErrUnknown):
		return problem(http.StatusServiceUnavailable, "outcome_unknown", "the events may or may not have been kept: send them again with the same ids")
	case errors.Is(err, intake.ErrWrite):
		return problem(http.StatusServiceUnavailable, "event_log_failed", "the events cannot be written; none was kept")
	}
	return problem(http.StatusServiceUnavailable, "event_log_busy", "the events were not kept: send them again")
}

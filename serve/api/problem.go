package api

import (
	"fmt"
	"net/http"

	"curio/datasets/event"
)

// Fault is one thing wrong with a request.
type Fault struct {
	In      string `json:"in"`             // query, path, header or body
	Name    string `json:"name,omitempty"` // parameter or header name
	Pointer string `json:"pointer,omitempty"`
	Code    string `json:"code"` // one of the codes below
	Detail  string `json:"detail"`
}

// The codes of a Fault.
const (
	CodeUnknown  = "unknown"      // no such parameter or field
	CodeRepeated = "repeated"     // given more than once
	CodeMissing  = "missing"      // required and absent
	CodeInvalid  = "invalid"      // not of the wanted form
	CodeRange    = "out_of_range" // of the wanted form, outside its bounds
	CodeTooLong  = "too_long"     // text or list past its bound
)

// maxFaults bounds how many faults one answer lists, so that its size does not
// follow the size of a bad request.
const maxFaults = 50

// Problem is an error answer: RFC 9457 with what every answer has, a stable code
// and every fault found.
type Problem struct {
	Type   string `json:"type"` // urn:curio:problem:CODE
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	Envelope
	Errors []Fault `json:"errors,omitempty"`
	More   int     `json:"more_errors,omitempty"` // faults found but not listed
}

func problem(status int, code, format string, args ...any) *Problem {
	return &Problem{
		Type:   "urn:curio:problem:" + code,
		Title:  http.StatusText(status),
		Status: status,
		Code:   code,
		Detail: fmt.Sprintf(format, args...),
	}
}

// faults collects what is wrong with one request.
type faults struct {
	list   []Fault
	more   int
	latest event.Time // past which an event is not believed; 0 for no bound
}

func (f *faults) add(fault Fault) {
	if len(f.list) >= maxFaults {
		f.more++
		return
	}
	f.list = append(f.list, fault)
}

// problem returns nil when no fault was found.
func (f *faults) problem() *Problem {
	if len(f.list) == 0 {
		return nil
	}
	listed := "each is"
	if f.more > 0 {
		listed = fmt.Sprintf("the first %d are", len(f.list))
	}
	p := problem(http.StatusBadRequest, "invalid_request", "the request has %d fault(s); %s listed in errors", len(f.list)+f.more, listed)
	p.Errors, p.More = f.list, f.more
	return p
}

// shorten keeps an echoed value readable and bounded.
func shorten(s string) string {
	const limit = 40
	if len(s) > limit {
		return fmt.Sprintf("%.40q and %d bytes more", s, len(s)-limit)
	}
	return fmt.Sprintf("%q", s)
}

package client

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Problem is an answer that is an error. Of an answer that does not come from the API,
// such as that of a proxy, only Status, Title and Detail are known, and Code is empty.
type Problem struct {
	Operation string // that was asked for, as the document names it
	ProblemDetails
	// RetryAfter is how long the server asks to wait, 0 where it does not say.
	RetryAfter time.Duration
}

// Error tells the status, the code and the detail. Faults of the request are in Errors.
func (p *Problem) Error() string {
	text := fmt.Sprintf("%s: %d", p.Operation, p.Status)
	if p.Code != "" {
		text += " " + p.Code
	}
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	for _, f := range p.Errors {
		text += fmt.Sprintf("; %s %s: %s", f.In, f.Name+f.Pointer, f.Detail)
	}
	return text
}

// Temporary reports whether the same request may be answered later.
func (p *Problem) Temporary() bool {
	return p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable
}

// maxForeign is how much of an answer that is no problem is kept, in bytes.
const maxForeign = 200

func newProblem(operation string, r *http.Response, body []byte, now time.Time) *Problem {
	p := &Problem{Operation: operation, RetryAfter: retryAfter(r.Header.Get("Retry-After"), now)}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/problem+json" && json.Unmarshal(body, &p.ProblemDetails) == nil {
		p.Status = int64(r.StatusCode)
		return p
	}
	text := strings.TrimSpace(string(body[:min(len(body), maxForeign)]))
	p.ProblemDetails = ProblemDetails{
		Status: int64(r.StatusCode), Title: http.StatusText(r.StatusCode), Detail: strings.ToValidUTF8(text, string(utf8.RuneError)),
		Envelope: Envelope{RequestID: r.Header.Get(requestIDHeader)},
	}
	return p
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3); 0 for neither.
func retryAfter(text string, now time.Time) time.Duration {
	const longest = 24 * 3600 // seconds; more is as good as never
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(max(0, min(n, longest))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, min(at.Sub(now), longest*time.Second))
	}
	return 0
}

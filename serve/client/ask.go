package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const requestIDHeader = "X-Request-ID"

// maxAnswer is the largest answer that is read, in bytes.
const maxAnswer = 256 << 20

type requestIDKey struct{}

// WithRequestID gives the requests of a context an id, 1..128 letters, digits and
// ._~:+/=@-, by which the logs of the server know them. Without one the server makes it.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// call is one operation with its input.
type call struct {
	operation    string
	method, path string // the path escaped
	query, body  any    // nil for none
	reads        bool   // it changes nothing
	admin        bool   // it is asked of the admin side
}

// ask asks for an operation and returns its answer: a T, or an error that is a *Problem
// for every answer with another status than 200.
func ask[T any](ctx context.Context, c *Client, o call) (*T, error) {
	data, err := c.send(ctx, &o)
	if err != nil {
		return nil, err
	}
	answer := new(T)
	if err := json.Unmarshal(data, answer); err != nil {
		return nil, fmt.Errorf("%s: read the answer: %w", o.operation, err)
	}
	return answer, nil
}

// send sends a request until it is answered otherwise than 429 or 503, or may not be
// sent again.
func (c *Client) send(ctx context.Context, o *call) ([]byte, error) {
	target := c.public
	if o.admin {
		target = c.side
	}
	target += o.path
	if values := encode(o.query); len(values) > 0 {
		target += "?" + values.Encode()
	}
	var body []byte
	if o.body != nil {
		var err error
		if body, err = json.Marshal(o.body); err != nil {
			return nil, fmt.Errorf("%s: %w", o.operation, err)
		}
	}
	for try := 0; ; try++ {
		data, err := c.once(ctx, o, target, body)
		var p *Problem
		if !errors.As(err, &p) || !p.Temporary() || try >= c.o.Retries || !o.repeatable() {
			return data, err
		}
		wait, ok := c.pause(try, p.RetryAfter)
		if until, limited := ctx.Deadline(); !ok || limited && time.Until(until) <= wait {
			return nil, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, errors.Join(err, ctx.Err())
		case <-timer.C:
		}
	}
}

// repeatable reports whether a request may be sent again although nobody knows what
// became of it.
func (o *call) repeatable() bool {
	b, ok := o.body.(interface{ repeatable() bool })
	return o.reads || ok && b.repeatable()
}

// repeatable reports whether the server can tell that it has the events already.
func (b *ReportBody) repeatable() bool {
	if b == nil {
		return false
	}
	for i := range b.Events {
		if b.Events[i].EventID == "" {
			return false
		}
	}
	return true
}

// pause returns the time before a request is sent again; false when the server asks for
// more than the client waits. What it asks for is drawn out by chance, too: else all that
// were refused would be back at once.
func (c *Client) pause(try int, asked time.Duration) (time.Duration, bool) {
	wait := min(c.o.Wait<<try, c.o.MaxWait)
	wait -= time.Duration(c.o.Random() * float64(wait) / 2)
	return asked + wait, asked <= c.o.MaxWait
}

// once sends a request once.
func (c *Client) once(ctx context.Context, o *call, target string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, o.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.operation, withoutURL(err))
	}
	if o.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept", "application/json, application/problem+json")
	if c.o.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.o.Key)
	}
	if id, ok := ctx.Value(requestIDKey{}).(string); ok && id != "" {
		r.Header.Set(requestIDHeader, id)
	}
	answer, err := c.o.HTTP.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.operation, withoutURL(err))
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case answer.StatusCode != http.StatusOK:
		return nil, newProblem(o.operation, answer, data, time.Now())
	case err != nil:
		return nil, fmt.Errorf("%s: read the answer: %w", o.operation, err)
	case len(data) > maxAnswer:
		return nil, fmt.Errorf("%s: the answer is larger than %d bytes", o.operation, maxAnswer)
	}
	return data, nil
}

// withoutURL takes from an error the URL, in which there are ids of users.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

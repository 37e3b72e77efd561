package guard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// admit waits for a slot, once the body of r is read. It returns the body, nil
// when it was not read, and whether there is a slot; when there is none it has
// answered. A body is in memory while it is read, while it waits for a slot, and
// while it has one: no more of them than twice Concurrent.
func (g *Guard) admit(w http.ResponseWriter, r *http.Request) (body io.ReadCloser, ok bool) {
	ctx := r.Context()
	if g.o.MaxBody > 0 && r.ContentLength != 0 {
		if g.uploads != nil {
			if !g.uploads.enter(ctx) {
				g.shed(w, r)
				return nil, false
			}
			defer g.uploads.leave()
		}
		data, err := g.read(w, r)
		if err != nil {
			g.unread(w, r, err)
			return nil, false
		}
		body = io.NopCloser(bytes.NewReader(data))
	}
	if g.slots != nil && !g.slots.enter(ctx) {
		g.shed(w, r)
		return nil, false
	}
	return body, true
}

func (g *Guard) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > g.o.MaxBody {
		return nil, &http.MaxBytesError{Limit: g.o.MaxBody}
	}
	var data bytes.Buffer
	if r.ContentLength > 0 {
		data.Grow(int(r.ContentLength) + bytes.MinRead) // reads the end without growing
	}
	_, err := data.ReadFrom(http.MaxBytesReader(w, r.Body, g.o.MaxBody))
	return data.Bytes(), err
}

func (g *Guard) unread(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		g.count.bodies.Add(1)
		g.refuse(w, r, http.StatusRequestEntityTooLarge, CodeLargeBody, fmt.Sprintf("the body is larger than %d bytes", g.o.MaxBody))
		return
	}
	g.refuse(w, r, http.StatusBadRequest, CodeCutBody, "the body ended before it was complete")
}

func (g *Guard) shed(w http.ResponseWriter, r *http.Request) {
	g.count.shed.Add(1)
	w.Header().Set("Retry-After", "1")
	g.refuse(w, r, http.StatusServiceUnavailable, CodeOverloaded, "there is more to do than can be done now")
}

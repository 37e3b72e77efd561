package api

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"curio/datasets/event"
	"curio/serve/live"
	"curio/serve/recommend"
)

// call is one request on its way: the model it began with, and what the log and
// the metrics will say of it.
type call struct {
	api      *API
	request  *http.Request
	writer   http.ResponseWriter
	param    func(name string) string
	began    time.Time
	id       string
	model    *live.Model // nil when none is loaded
	arm      live.Arm    // of the user, once meet was called
	strategy string
	faults   faults
	after    func() // once the answer is sent; nil for nothing

	operation *operation   // nil where nothing is at the path
	next      *gin.Context // what comes after the guard, while it decides
}

type callKey struct{}

func callOf(c *gin.Context) *call { return callIn(c.Request) }

// callIn returns the call of a request that observe has seen, else nil.
func callIn(r *http.Request) *call {
	k, _ := r.Context().Value(callKey{}).(*call)
	return k
}

func (k *call) version() string {
	if k.model == nil {
		return ""
	}
	return k.model.Pointer.Version
}

// fill says of the call what every answer says.
func (k *call) fill(e *Envelope) {
	*e = Envelope{RequestID: k.id, ModelVersion: k.version(), Strategy: k.strategy, TookMS: milliseconds(k.api.o.Clock().Sub(k.began))}
}

func (k *call) engine() *recommend.Engine { return k.model.Engine }

// pathText returns a text in the path, unescaped.
func (k *call) pathText(name string) string {
	text, err := url.PathUnescape(k.param(name))
	code, detail := checkText(text, MaxText)
	if err != nil {
		code, detail = CodeInvalid, "it is not percent-encoded UTF-8"
	}
	if code != "" {
		k.faults.add(Fault{In: "path", Name: name, Code: code, Detail: detail})
	}
	return text
}

// meet takes the model of the side that a user of the request is on, or whoever sent
// it, and returns what who does. With strict a user whom neither that model nor the server knows is a
// problem.
func (k *call) meet(asked string, brought []event.Event, strict bool) (id string, events []event.Event, p *Problem) {
	k.model, k.arm = k.api.o.Models.For(cmp.Or(asked, k.id))
	if id, events, p = k.who(asked, brought); p == nil && strict && !k.engine().Knows(id) && len(events) == len(brought) {
		p = unknownUser()
	}
	return id, events, p
}

// who returns the id that the model has for a user of the request, and what the user
// did lately: what the server was told of, and what the request brings.
func (k *call) who(asked string, brought []event.Event) (string, []event.Event, *Problem) {
	id, p := k.user(asked)
	if p != nil || asked == "" || k.api.o.Recent == nil {
		return id, brought, p
	}
	known := k.api.o.Recent(asked, k.engine().AsOf())
	if len(known) == 0 {
		return id, brought, nil
	}
	ids := make(map[string]bool, len(brought))
	for i := range brought {
		ids[brought[i].ID] = true
	}
	events := append([]event.Event(nil), brought...)
	for i := range known {
		if known[i].ID == "" || !ids[known[i].ID] {
			events = append(events, known[i])
		}
	}
	return id, events, nil
}

// user returns the id that the model has for a user of the request, which the
// answer must not show.
func (k *call) user(asked string) (string, *Problem) {
	id, err := k.api.o.Names.Of(k.engine().Manifest(), asked)
	if err != nil {
		return "", problem(http.StatusServiceUnavailable, "pseudonym_key", "%v", err)
	}
	return id, nil
}

// handler answers a call, or says what is wrong with it.
type handler func(k *call) (answer, *Problem)

// handle makes a handler a route.
func (a *API) handle(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		k := callOf(c)
		body, p := h(k)
		if p != nil {
			k.refuse(p)
			return
		}
		k.fill(body.envelope())
		if err := writeJSON(k.writer, http.StatusOK, "application/json; charset=utf-8", body); err != nil {
			a.o.Log.Error("answer not encoded", "request_id", k.id, "error", err)
			k.refuse(internal())
			return
		}
		if k.after != nil {
			k.after()
		}
	}
}

// refuse writes a problem.
func (k *call) refuse(p *Problem) {
	k.fill(&p.Envelope)
	if err := writeJSON(k.writer, p.Status, "application/problem+json", p); err != nil {
		k.writer.WriteHeader(http.StatusInternalServerError)
	}
}

func internal() *Problem {
	return problem(http.StatusInternalServerError, "internal", "the request could not be answered; the log has its request id")
}

func noRoute(*call) (answer, *Problem) {
	return nil, problem(http.StatusNotFound, "no_such_route", "there is nothing at this path; metrics and what changes the model are on the address of --admin-addr")
}

func noMethod(k *call) (answer, *Problem) {
	return nil, problem(http.StatusMethodNotAllowed, "method_not_allowed",
		"this path answers %s only", k.writer.Header().Get("Allow"))
}

package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"curio/serve/identity"
	"curio/serve/live"
	"curio/serve/recommend"
)

// call is one request on its way: the model it began with, and what the log and
// the metrics will say of it.
type call struct {
	request  *http.Request
	writer   http.ResponseWriter
	param    func(name string) string
	began    time.Time
	clock    func() time.Time
	id       string
	model    *live.Model // nil when none is loaded
	names    identity.Names
	strategy string
	faults   faults
}

const callKey = "curio.call"

func callOf(c *gin.Context) *call {
	v, _ := c.Get(callKey)
	k, _ := v.(*call)
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
	*e = Envelope{RequestID: k.id, ModelVersion: k.version(), Strategy: k.strategy, TookMS: milliseconds(k.clock().Sub(k.began))}
}

func (k *call) engine() *recommend.Engine { return k.model.Engine }

// params reads the query string.
func (k *call) params(allowed ...string) params {
	return newParams(k.request.URL.RawQuery, &k.faults, allowed...)
}

// pathID returns the id in the path, unescaped.
func (k *call) pathID() string {
	id, err := url.PathUnescape(k.param("id"))
	code, detail := checkText(id)
	if err != nil {
		code, detail = CodeInvalid, "the id is not percent-encoded UTF-8"
	}
	if code != "" {
		k.faults.add(Fault{In: "path", Name: "id", Code: code, Detail: detail})
	}
	return id
}

// user returns the id that the model has for a user of the request, which the
// answer must not show.
func (k *call) user(asked string) (string, *Problem) {
	id, err := k.names.Of(k.engine().Manifest(), asked)
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
			a.refuse(k, p)
			return
		}
		k.fill(body.envelope())
		if err := writeJSON(k.writer, http.StatusOK, "application/json; charset=utf-8", body); err != nil {
			a.o.Log.Error("answer not encoded", "request_id", k.id, "error", err)
			a.refuse(k, internal())
		}
	}
}

// withModel answers 503 until there is a model.
func (a *API) withModel(h handler) gin.HandlerFunc {
	return a.handle(func(k *call) (answer, *Problem) {
		if k.model == nil {
			return nil, a.notReady()
		}
		return h(k)
	})
}

// refuse writes a problem.
func (a *API) refuse(k *call, p *Problem) {
	k.fill(&p.Envelope)
	if err := writeJSON(k.writer, p.Status, "application/problem+json", p); err != nil {
		k.writer.WriteHeader(http.StatusInternalServerError)
	}
}

func internal() *Problem {
	return problem(http.StatusInternalServerError, "internal", "the request could not be answered; the log has its request id")
}

func noRoute(*call) (answer, *Problem) {
	return nil, problem(http.StatusNotFound, "no_such_route", "there is nothing at this path")
}

func noMethod(k *call) (answer, *Problem) {
	return nil, problem(http.StatusMethodNotAllowed, "method_not_allowed",
		"this path answers %s only", k.writer.Header().Get("Allow"))
}

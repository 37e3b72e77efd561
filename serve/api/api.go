// Package api answers HTTP requests from the model in service. Every answer is
// a JSON object with request_id, model_version, strategy and took_ms; every error
// is an RFC 9457 problem that names each fault of the request.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"go.opentelemetry.io/otel/trace"

	"curio/datasets/event"
	"curio/serve/guard"
	"curio/serve/identity"
	"curio/serve/live"
	"curio/serve/live/exposure"
	"curio/serve/live/shadow"
)

// Models gives the models in service and tells how following their aliases goes.
// *live.Pair is one.
type Models interface {
	Current() *live.Model // the champion
	Status() live.Status
	Challenger() (*live.Model, live.Status, bool)        // false when none is followed
	For(id string) (*live.Model, live.Arm)               // the one that answers a user or a session
	Step(ctx context.Context) (live.Result, live.Result) // looks at the aliases at once
}

// Options is what an API is made of. Fields are required unless they say otherwise.
type Options struct {
	Models     Models
	Names      identity.Names // by which ids models know the users of requests; optional
	Registry   Registry       // optional: without it nothing of the store is told
	Intake     Intake         // where events are kept; optional
	Shadow     *shadow.Shadow // is offered what was answered; optional
	Exposures  *exposure.Log  // is told who was shown what; optional
	Experiment string         // name of the experiment, for Exposures
	// MaxAge is the age from which on a model is too old for the server to be ready; 0 for
	// any.
	MaxAge time.Duration
	// Recent returns what a user of requests did lately, after the time that the model
	// knows of, the newest events first. Nil for nothing.
	Recent     func(user string, after event.Time) []event.Event
	Clock      func() time.Time
	NewID      func() string // a fresh request id, called concurrently
	Log        *slog.Logger
	Collectors []prometheus.Collector // what else the metrics tell; optional
	Traces     trace.TracerProvider   // optional
	// Guard stands before everything that is answered, and AdminGuard before what Admin
	// answers: they answer themselves what they refuse, with Refuse, and may ask ScopeOf
	// what an operation wants. Nil lets everything pass.
	Guard, AdminGuard func(http.Handler) http.Handler
}

// API is the HTTP face of the server. It is an http.Handler; Admin is another.
type API struct {
	o          Options
	operations []*operation
	public     *router
	admin      *router
	metrics    *metrics
	inventory  inventory
	stopped    atomic.Bool
}

// New returns an API with all its routes.
func New(o Options) *API {
	gin.SetMode(gin.ReleaseMode)
	a := &API{o: o, metrics: newMetrics(o)}
	a.operate()
	a.public = a.router(o.Guard, func(o *operation) bool { return o.scope != guard.Admin })
	page := docs()
	a.public.raw("/openapi.json", a.serveDocument())
	a.public.raw(docsPath, page)
	a.public.raw(docsPath+"/*file", page)
	a.admin = a.router(o.AdminGuard, func(o *operation) bool { return o.scope == guard.Admin || o.scope == guard.Public })
	a.debug()
	return a
}

// Admin answers what is not for the users of the API: operations that change what is
// served, metrics and profiles.
func (a *API) Admin() http.Handler { return a.admin }

// debug adds to the admin side what no document lists.
func (a *API) debug() {
	a.admin.raw("/metrics", gin.WrapH(a.metrics.handler()))
	a.admin.raw("/debug/pprof/", gin.WrapF(pprof.Index))
	a.admin.raw("/debug/pprof/:profile", gin.WrapF(pprof.Index))
	a.admin.raw("/debug/pprof/cmdline", gin.WrapF(pprof.Cmdline))
	a.admin.raw("/debug/pprof/profile", gin.WrapF(pprof.Profile))
	a.admin.raw("/debug/pprof/symbol", gin.WrapF(pprof.Symbol))
	a.admin.raw("/debug/pprof/trace", gin.WrapF(pprof.Trace))
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.public.ServeHTTP(w, r) }

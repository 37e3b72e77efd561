// Package api answers HTTP requests from the model in service. Every answer is
// a JSON object with request_id, model_version, strategy and took_ms; every error
// is an RFC 9457 problem that names each fault of the request.
package api

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"curio/serve/identity"
	"curio/serve/live"
)

// Models gives the model in service and tells how following the alias goes.
// *live.Follower is one.
type Models interface {
	Current() *live.Model
	Status() live.Status
}

// Options is what an API is made of. All fields but Names are required.
type Options struct {
	Models Models
	Names  identity.Names // by which ids models know the users of requests
	Clock  func() time.Time
	NewID  func() string // a fresh request id, called concurrently
	Log    *slog.Logger
}

// API is the HTTP face of the server. It is an http.Handler.
type API struct {
	o       Options
	engine  *gin.Engine
	metrics *metrics
}

// New returns an API with all its routes.
func New(o Options) *API {
	gin.SetMode(gin.ReleaseMode)
	a := &API{o: o, engine: gin.New(), metrics: newMetrics(o.Models, o.Clock)}
	// Ids may hold slashes: routes are matched on the escaped path and ids are
	// unescaped once, in call.id.
	a.engine.UseEscapedPath = true
	a.engine.UnescapePathValues = false
	a.engine.RedirectTrailingSlash = false
	a.engine.HandleMethodNotAllowed = true
	a.engine.Use(a.observe, a.recover)
	a.engine.NoRoute(a.handle(noRoute))
	a.engine.NoMethod(a.handle(noMethod))
	a.routes()
	return a
}

func (a *API) routes() {
	a.get("/v1/users/:id/recommendations", a.withModel(recommendUser))
	a.get("/v1/users/:id/segment", a.withModel(userSegment))
	a.get("/v1/items/:id/similar", a.withModel(similarItems))
	a.get("/v1/segments", a.withModel(listSegments))
	a.get("/v1/segments/:id", a.withModel(showSegment))
	a.get("/v1/segments/:id/recommendations", a.withModel(segmentItems))
	a.get("/v1/segments/:id/users", a.withModel(segmentUsers))
	a.get("/v1/model", a.handle(a.showModel))
	a.get("/health/live", a.handle(a.isLive))
	a.get("/health/ready", a.handle(a.isReady))
	a.get("/metrics", gin.WrapH(a.metrics.handler()))
	a.engine.POST("/v1/recommendations", a.withModel(recommendSession))
	a.engine.POST(`/v1/segments\:assign`, a.withModel(assignSegment)) // \: is no parameter
	a.engine.POST("/v1/items/:id/audience", a.withModel(itemAudience))
}

// get serves HEAD as well: net/http drops the body.
func (a *API) get(path string, h gin.HandlerFunc) {
	a.engine.GET(path, h)
	a.engine.HEAD(path, h)
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.engine.ServeHTTP(w, r) }

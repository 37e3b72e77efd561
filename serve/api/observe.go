package api

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"curio/serve/recommend"
)

// requestIDHeader carries the id of a request in both directions.
const requestIDHeader = "X-Request-ID"

// observe begins a call and, when it is over, counts and logs it. The log has the
// route, never the path: a path holds ids of users.
func (a *API) observe(c *gin.Context) {
	k := &call{
		api: a, request: c.Request, writer: c.Writer, param: c.Param, began: a.o.Clock(),
		id: c.GetHeader(requestIDHeader), model: a.o.Models.Current(), strategy: recommend.StrategyNone,
	}
	if !saneToken(k.id) {
		k.id = a.o.NewID()
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callKey{}, k))
	k.request = c.Request
	h := c.Writer.Header()
	h.Set(requestIDHeader, k.id)
	span := a.trace(k, c)
	c.Next()
	k.end(span, c.Writer.Status())

	took, status := a.o.Clock().Sub(k.began), c.Writer.Status()
	route := k.route()
	a.metrics.request(route, k.strategy, status, took)
	level := slog.LevelInfo
	switch {
	case status == http.StatusInternalServerError:
		level = slog.LevelError
	case k.operation != nil && k.operation.tag == healthTag: // probes ask all the time
		level = slog.LevelDebug
	case status > http.StatusInternalServerError:
		level = slog.LevelWarn
	}
	a.o.Log.LogAttrs(context.Background(), level, "request",
		slog.String("request_id", k.id), slog.String("route", route), slog.Int("status", status),
		slog.String("strategy", k.strategy), slog.String("model_version", k.version()),
		slog.Float64("took_ms", milliseconds(took)))
}

// route is the method and the pattern that matched, of which there are only as many
// as there are operations.
func (k *call) route() string {
	if k.operation == nil {
		return "none"
	}
	return k.operation.method + " " + k.operation.path
}

// saneToken reports whether an id from outside may be echoed and logged: 1..128
// letters, digits and ._~:+/=@-.
func saneToken(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for i := range len(s) {
		b := s[i]
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && strings.IndexByte("._~:+/=@-", b) < 0 {
			return false
		}
	}
	return true
}

// recover turns a panic of a handler into a 500 problem. A handler that wants
// the connection closed panics with http.ErrAbortHandler, which passes.
func (a *API) recover(c *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		k := callOf(c)
		a.o.Log.Error("panic in a handler", "request_id", k.id, "route", k.route(), "panic", v, "stack", string(debug.Stack()))
		c.Abort()
		if !c.Writer.Written() {
			k.refuse(internal())
		}
	}()
	c.Next()
}

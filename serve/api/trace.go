package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// trace begins the span of a call, as part of the trace that the request's headers
// name (W3C Trace Context); nil when there is nobody to tell. Spans have the route and
// never the path, which holds ids of users.
func (a *API) trace(k *call, c *gin.Context) trace.Span {
	if a.o.Traces == nil {
		return nil
	}
	ctx := propagation.TraceContext{}.Extract(c.Request.Context(), propagation.HeaderCarrier(c.Request.Header))
	ctx, span := a.o.Traces.Tracer("curio/serve/api").Start(ctx, c.Request.Method, trace.WithSpanKind(trace.SpanKindServer))
	c.Request = c.Request.WithContext(ctx)
	k.request = c.Request
	return span
}

// end ends the span of a call; the names are those of OpenTelemetry's conventions for
// HTTP.
func (k *call) end(span trace.Span, status int) {
	if span == nil {
		return
	}
	span.SetName(k.route())
	span.SetAttributes(
		attribute.String("http.request.method", k.request.Method), attribute.String("http.route", k.route()),
		attribute.Int("http.response.status_code", status), attribute.String("curio.request_id", k.id),
		attribute.String("curio.strategy", k.strategy), attribute.String("curio.model_version", k.version()),
	)
	if status >= http.StatusInternalServerError {
		span.SetStatus(otelcodes.Error, http.StatusText(status))
	}
	span.End()
}

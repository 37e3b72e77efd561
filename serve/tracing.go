package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// flushTimeout is how long the last spans may take to be sent.
const flushTimeout = 5 * time.Second

// openTraces sends spans of a share of the requests to an OTLP collector; what
// OTEL_EXPORTER_OTLP_HEADERS and the like say is heeded. Close sends the last ones.
func openTraces(ctx context.Context, endpoint string, share float64, log *slog.Logger) (p *trace.TracerProvider, closing func(), err error) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces not sent", "error", err) }))
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, nil, fmt.Errorf("traces to %s: %w", endpoint, err)
	}
	p = trace.NewTracerProvider(
		trace.WithBatcher(exporter), trace.WithSampler(trace.ParentBased(trace.TraceIDRatioBased(share))),
		trace.WithResource(resource.NewSchemaless(attribute.String("service.name", "curio-serve"))),
	)
	return p, func() {
		ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			log.Warn("traces not sent", "error", err)
		}
	}, nil
}

package api

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func TestTraces(t *testing.T) {
	f := fixed(t)
	spans := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	defer provider.Shutdown(t.Context())
	o := f.o
	o.Traces = provider
	f.API = New(o)
	const traced = "4bf92f3577b34da6a3ce929d0e0e4736"
	f.do(t, "GET", "/v1/users/user-01/recommendations?n=1", "", "Traceparent", "00-"+traced+"-00f067aa0ba902b7-01")
	f.get(t, "/v1/users/user-01/recommendations?n=0")
	ended := spans.Ended()
	if len(ended) != 2 {
		t.Fatalf("%d spans", len(ended))
	}
	if ended[0].Name() != "GET /v1/users/{id}/recommendations" || ended[0].SpanContext().TraceID().String() != traced {
		t.Errorf("span %s of trace %s", ended[0].Name(), ended[0].SpanContext().TraceID())
	}
	for _, span := range ended {
		said := map[string]string{}
		for _, a := range span.Attributes() {
			said[string(a.Key)] = a.Value.String()
			if strings.Contains(a.Value.String(), "user-01") {
				t.Errorf("%s tells who asked: %s", a.Key, a.Value.String())
			}
		}
		if said["curio.model_version"] != f.models.Current().Pointer.Version {
			t.Errorf("attributes %v", said)
		}
	}
}

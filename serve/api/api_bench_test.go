package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"curio/artifacts/registry"
	"curio/serve/live"
	"curio/serve/recommend"
	"curio/serve/servetest"
)

// A handler's whole work on 4,000 items of 64 dimensions, without the network.
func BenchmarkHandlers(b *testing.B) {
	art, err := servetest.Large(1_000, 64)
	if err != nil {
		b.Fatal(err)
	}
	m := &models{}
	m.current.Store(&live.Model{Engine: recommend.New(art), Pointer: registry.Pointer{Version: "bench"}})
	a := New(Options{Models: m, Clock: time.Now, NewID: func() string { return "id" }, Log: slog.New(slog.DiscardHandler)})
	var events []string
	for n := range 20 {
		events = append(events, fmt.Sprintf(`{"type":"watch","item_id":%q,"seconds":60,"ts":1700000000}`, servetest.ItemID("law", n)))
	}
	session := `{"events":[` + strings.Join(events, ",") + `]}`
	for _, c := range []struct{ name, method, target, body string }{
		{"Known", http.MethodGet, "/v1/users/user-01/recommendations", ""},
		{"Explain", http.MethodGet, "/v1/users/user-01/recommendations?explain=true", ""},
		{"Fallback", http.MethodGet, "/v1/users/nobody/recommendations", ""},
		{"Session20", http.MethodPost, "/v1/recommendations", session},
		{"Similar", http.MethodGet, "/v1/items/code-01/similar", ""},
		{"UserSegment", http.MethodGet, "/v1/users/user-01/segment", ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				a.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

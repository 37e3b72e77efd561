package recommend

import (
	"fmt"
	"testing"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/serve/servetest"
)

// catalogue is an engine of so many items of 64 dimensions that keeps no answers.
func catalogue(b *testing.B, items int) *Engine {
	b.Helper()
	art, err := servetest.Large(items/len(servetest.Categories), 64)
	if err != nil {
		b.Fatal(err)
	}
	varied(art)
	for i := range art.Catalogue {
		art.Catalogue[i].Prerequisites = nil
	}
	e := New(art)
	e.memos = newMemos(0)
	return e
}

// The sizes are a catalogue's items; no answer is kept from one request to the next.
func BenchmarkRecommend(b *testing.B) {
	where, err := CompileFilter(conditions[0].text)
	if err != nil {
		b.Fatal(err)
	}
	low, high := 10.0, 100_000.0
	for _, items := range []int{4_000, 40_000} {
		e := catalogue(b, items)
		var session []event.Event
		for n := range 50 {
			session = append(session, event.Event{ItemID: servetest.ItemID("law", n), Type: event.View, TS: servetest.AsOf})
		}
		for name, r := range map[string]Request{
			"Plain":    {},
			"Explain":  {Explain: true},
			"Session":  {Events: session},
			"Category": {Filter: Filter{Category: "art"}},
			"Filtered": {Filter: Filter{Category: "art", Domain: "film", Tags: []string{"new", "hot"}, PriceMin: &low, PriceMax: &high, DurationMin: &low}},
			"Where":    {Filter: Filter{Where: where}},
			"Boosted":  {Boosts: []Boost{{Category: "art", Factor: 4}, {Where: where, Factor: 2}}},
			"Diverse":  {Diversity: 0.3},
			"Explored": {Explore: 0.1},
			"Promoted": {Promotions: []Promotion{{Items: []string{servetest.ItemID("art", 1), servetest.ItemID("art", 2)}, Share: 0.2}}},
		} {
			r.User, r.N = servetest.UserID(1), 10
			b.Run(fmt.Sprintf("items=%d/%s", items, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					e.Recommend(r)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			})
		}
		b.Run(fmt.Sprintf("items=%d/Fallback", items), func(b *testing.B) {
			for b.Loop() {
				e.Recommend(Request{N: 10})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// BenchmarkSkip is what the rules cost for each item that is asked about.
func BenchmarkSkip(b *testing.B) {
	e := catalogue(b, 40_000)
	low := 0.0
	for name, r := range map[string]Request{
		"Plain":    {},
		"Category": {Filter: Filter{Category: "art"}},
		"All":      {Filter: Filter{Tags: []string{"new"}, PriceMin: &low, DurationMin: &low, Exclude: all("law")}},
	} {
		b.Run(name, func(b *testing.B) {
			v := e.newVisit()
			e.meet(v, servetest.UserID(1), nil)
			rules, out := e.limit(v, &r), 0
			for b.Loop() {
				for i := range int32(e.Items()) {
					if rules.skip(i) {
						out++
					}
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(e.Items()), "ns/item")
		})
	}
}

// BenchmarkSelect evaluates an expression that nobody asked for before.
func BenchmarkSelect(b *testing.B) {
	e := catalogue(b, 40_000)
	for _, c := range conditions {
		b.Run(c.text, func(b *testing.B) {
			x, err := CompileFilter(c.text)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				e.selected(x)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(e.Items()), "ns/item")
		})
	}
}

// BenchmarkOthers asks the other questions about one user.
func BenchmarkOthers(b *testing.B) {
	e := catalogue(b, 40_000)
	user := servetest.UserID(1)
	var list []string
	for i := range int32(1000) {
		list = append(list, e.art.Items.ID(i*40))
	}
	batch := make([]Request, 1000)
	for i := range batch {
		batch[i] = Request{User: servetest.UserID(i % 40), N: 10, Filter: Filter{Category: "art"}}
	}
	for name, ask := range map[string]func(){
		"Rank":     func() { e.Rank(RankRequest{User: user, Items: list, Rules: true}) },
		"Score":    func() { e.Score(user, nil, list[7], false) },
		"Portrait": func() { e.Portrait(user, nil, 10) },
		"Batch":    func() { _, _ = e.RecommendBatch(b.Context(), batch) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ask()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "questions/s")
		})
	}
}

// BenchmarkNew prepares an artifact for serving.
func BenchmarkNew(b *testing.B) {
	var art *bundle.Artifact
	if art = catalogue(b, 100_000).art; art == nil {
		b.Fatal("no artifact")
	}
	for b.Loop() {
		newColumns(art.Catalogue)
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "items/s")
}

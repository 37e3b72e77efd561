package recommend

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/serve/servetest"
)

var generated = flag.Int("requests", 20_000, "how many requests TestNothingForbidden generates")

// varied gives the platform's items attributes that tell them apart.
func varied(art *bundle.Artifact) {
	for i := range art.Catalogue {
		item := &art.Catalogue[i]
		item.Domain = []string{"course", "film", "book"}[i%3]
		item.Duration = int64(i%5) * 1_800_000
		item.Currency = []string{"CNY", "JPY", "KWD", "", "???"}[i%5]
		for k, tag := range []string{"new", "hot", "deep", "short"} {
			if i>>k&1 != 0 {
				item.Tags = append(item.Tags, tag)
			}
		}
		if i%7 == 3 {
			item.Prerequisites = append(item.Prerequisites, art.Catalogue[(i+1)%len(art.Catalogue)].ID)
		}
	}
}

// condition is an expression and what it means.
type condition struct {
	text  string
	holds func(*event.Item) bool
}

var conditions = []condition{
	{`category in ["law", "art"] and not ("new" in tags)`, func(i *event.Item) bool {
		return (i.Category == "law" || i.Category == "art") && !slices.Contains(i.Tags, "new")
	}},
	{`difficulty >= 2.5 or domain == "film"`, func(i *event.Item) bool { return i.Difficulty >= 250 || i.Domain == "film" }},
	{`id endsWith "3" or title contains "code-0"`, func(i *event.Item) bool {
		return i.ID[len(i.ID)-1] == '3' || i.Category == "code" && i.ID < "code-10"
	}},
	{`duration / 60 > 45 and len(tags) > 1`, func(i *event.Item) bool { return i.Duration > 2_700_000 && len(i.Tags) > 1 }},
	{`false`, func(*event.Item) bool { return false }},
}

// drawn is a generated request, and what its expression means.
type drawn struct {
	Request
	where condition
}

type generator struct {
	*rand.Rand
	e        *Engine
	compiled []*Expression
}

func newGenerator(t *testing.T, e *Engine, seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 9)), e: e}
	for _, c := range conditions {
		x, err := CompileFilter(c.text)
		if err != nil {
			t.Fatal(err)
		}
		g.compiled = append(g.compiled, x)
	}
	return g
}

func (g *generator) one(in int) bool { return g.IntN(in) == 0 }

func (g *generator) item() string {
	if g.one(20) {
		return "not-there"
	}
	return g.e.art.Items.ID(int32(g.IntN(g.e.Items())))
}

func (g *generator) items(most int) (list []string) {
	for range g.IntN(most + 1) {
		list = append(list, g.item())
	}
	return list
}

func (g *generator) bound(most float64) *float64 {
	if g.one(2) {
		return nil
	}
	x := g.Float64() * most
	return &x
}

func (g *generator) request() drawn {
	r := drawn{Request: Request{N: g.IntN(25), Offset: g.IntN(15) * g.IntN(2), Seed: g.Uint64()}}
	if !g.one(4) {
		r.User = servetest.UserID(g.IntN(servetest.Users)) // the last one is unknown
	}
	if g.one(3) {
		for range 1 + g.IntN(5) {
			e := event.Event{ItemID: g.item(), Type: event.Type(1 + g.IntN(event.Types-1)), TS: servetest.AsOf}
			if e.Type == event.Progress {
				e.Has, e.Progress = event.HasProgress, int32(g.IntN(3))*5000
			}
			r.Events = append(r.Events, e)
		}
	}
	r.IncludeSeen, r.IgnorePrerequisites, r.Explain = g.one(4), g.one(4), g.one(50)
	f := &r.Filter
	if g.one(4) {
		f.Category = []string{"law", "art", "cooking"}[g.IntN(3)]
	}
	if g.one(4) {
		f.Domain = []string{"course", "film", "talk"}[g.IntN(3)]
	}
	if g.one(4) {
		f.Tags = [][]string{{"new"}, {"hot", "deep"}, {"none"}, {"new", "new"}}[g.IntN(4)]
	}
	if g.one(4) {
		f.PriceMin, f.PriceMax = g.bound(60), g.bound(120)
	}
	if g.one(4) {
		f.DurationMin, f.DurationMax = g.bound(3000), g.bound(9000)
	}
	f.Exclude = g.items(4 * g.IntN(2))
	if g.one(3) {
		k := g.IntN(len(conditions))
		f.Where, r.where = g.compiled[k], conditions[k]
	}
	for range g.IntN(3) * g.IntN(2) {
		r.Boosts = append(r.Boosts, Boost{Category: []string{"", "law"}[g.IntN(2)], Where: g.compiled[0], Factor: []float64{16, 0.1, 0, math.NaN(), math.Inf(1)}[g.IntN(5)]})
	}
	for range g.IntN(3) * g.IntN(2) {
		r.Promotions = append(r.Promotions, Promotion{Items: g.items(8), Share: g.Float64() * 1.2})
	}
	if g.one(3) {
		r.Diversity = g.Float64()
	}
	if g.one(3) {
		r.Explore = g.Float64()
	}
	return r
}

// history is what a user did to each item, told from events alone.
type history map[string]struct{ finished bool }

func historyOf(r *Request) history {
	h := make(history)
	var events []event.Event
	for k := range servetest.Users - 1 {
		if servetest.UserID(k) == r.User {
			events = servetest.Events(k)
		}
	}
	for _, e := range slices.Concat(events, r.Events) {
		touch := h[e.ItemID]
		touch.finished = touch.finished || e.Type == event.Complete || e.Progress == 10000
		h[e.ItemID] = touch
	}
	return h
}

var minorUnits = map[string]float64{"CNY": 100, "JPY": 1, "KWD": 1000, "": 100, "???": 100}

// allowed is the definition of what may be shown, item by item.
func (r *drawn) allowed(catalogue []event.Item, item *event.Item, h history) bool {
	if item.Unavailable || item.Unlisted || slices.Contains(r.Filter.Exclude, item.ID) {
		return false
	}
	if _, touched := h[item.ID]; touched && !r.IncludeSeen {
		return false
	}
	for _, need := range item.Prerequisites {
		listed := slices.ContainsFunc(catalogue, func(i event.Item) bool { return i.ID == need })
		if listed && !h[need].finished && !r.IgnorePrerequisites {
			return false
		}
	}
	f := &r.Filter
	for _, tag := range f.Tags {
		if !slices.Contains(item.Tags, tag) {
			return false
		}
	}
	price, seconds := float64(item.Price)/minorUnits[item.Currency], float64(item.Duration)/1000
	return (f.Category == "" || f.Category == item.Category) && (f.Domain == "" || f.Domain == item.Domain) &&
		(f.PriceMin == nil || price >= *f.PriceMin) && (f.PriceMax == nil || price <= *f.PriceMax) &&
		(f.DurationMin == nil || seconds > 0 && seconds >= *f.DurationMin) &&
		(f.DurationMax == nil || seconds > 0 && seconds <= *f.DurationMax) &&
		(f.Where == nil || r.where.holds(item))
}

// fault says what is wrong with an answer; "" for nothing.
func (r *drawn) fault(e *Engine, a *Answer) string {
	h, left, met := historyOf(&r.Request), 0, make(map[int32]bool)
	for i := range e.art.Catalogue {
		if r.allowed(e.art.Catalogue, &e.art.Catalogue[i], h) {
			left++
		}
	}
	if want := min(r.N, max(0, left-r.Offset)); len(a.Items) != want {
		return fmt.Sprintf("%d items of %d, want %d", len(a.Items), left, want)
	}
	for _, item := range a.Items {
		switch meta := e.Item(item.Index); {
		case met[item.Index]:
			return meta.ID + " is there twice"
		case !r.allowed(e.art.Catalogue, meta, h):
			return meta.ID + " may not be shown"
		case (item.Propensity != 0) != (r.Explore > 0) || item.Propensity > 1 || item.Propensity < 0:
			return fmt.Sprintf("%s has propensity %v", meta.ID, item.Propensity)
		case !isFinite(item.Score):
			return fmt.Sprintf("%s has score %v", meta.ID, item.Score)
		}
		met[item.Index] = true
	}
	return ""
}

// No filter and no combination of rules lets through what is excluded, owned,
// unavailable or twice, and none withholds what may be shown.
func TestNothingForbidden(t *testing.T) {
	for n, e := range []*Engine{engine(t, varied), engine(t, func(art *bundle.Artifact) { varied(art); likely(t)(art) })} {
		g, full := newGenerator(t, e, uint64(n)), 0
		for range *generated / 2 {
			r := g.request()
			a := e.Recommend(r.Request)
			if fault := r.fault(e, &a); fault != "" {
				t.Fatalf("%s: %+v", fault, r)
			}
			if len(a.Items) > 0 {
				full++
			}
		}
		if full < *generated/8 {
			t.Errorf("only %d answers had items", full)
		}
	}
}

// The pages of a request are those of one longer answer, whatever shapes it.
func TestPagesFit(t *testing.T) {
	e := engine(t, varied)
	g := newGenerator(t, e, 3)
	for range 2000 {
		r := g.request()
		r.N, r.Offset, r.Explain = 1+g.IntN(9), 0, false
		whole := r.Request
		whole.N = 30
		all := e.Recommend(whole).Items
		for offset := 0; offset < 30; offset += r.N {
			r.Offset = offset
			got, want := e.Recommend(r.Request).Items, all[min(offset, len(all)):min(offset+r.N, len(all))]
			for i := range want {
				if i >= len(got) || got[i].Index != want[i].Index || got[i].Propensity != want[i].Propensity || got[i].Promoted != want[i].Promoted {
					t.Fatalf("page at %d: %+v, want %+v of %+v", offset, got, want, r)
				}
			}
			if offset+r.N > 30 {
				break
			}
		}
	}
}

// Values outside of all ranges harm nobody.
func TestHostileRequests(t *testing.T) {
	e := engine(t, varied)
	nan, inf := math.NaN(), math.Inf(1)
	for name, r := range map[string]Request{
		"Huge":        {User: servetest.UserID(1), N: math.MaxInt, Offset: math.MaxInt},
		"HugeShaped":  {User: servetest.UserID(1), N: math.MaxInt, Offset: math.MaxInt, Explore: 1},
		"Negative":    {User: servetest.UserID(1), N: -5, Offset: -7},
		"NegativeOne": {User: servetest.UserID(1), N: 5, Offset: -7, Diversity: 1},
		"Smallest":    {User: servetest.UserID(1), N: math.MinInt, Offset: math.MinInt, Explore: 0.5},
		"NaN":         {User: servetest.UserID(1), N: 5, Diversity: nan, Explore: nan, Filter: Filter{PriceMin: &nan, DurationMax: &nan}},
		"Infinite":    {N: 5, Diversity: inf, Explore: inf, Filter: Filter{PriceMin: &inf}, Boosts: []Boost{{Factor: inf}}},
		"Shares":      {N: 5, Promotions: []Promotion{{Share: inf, Items: all("law")}, {Share: nan}, {Share: -1, Items: all("art")}, {Share: 5, Items: all("art")}}},
		"Under":       {N: 5, Diversity: -1, Explore: -1, Boosts: []Boost{{Factor: -1}, {}}},
		"BadText":     {User: "\xff\x00", N: 5, Filter: Filter{Category: "\xff", Tags: []string{"", "\x00"}, Exclude: []string{"", "\xff"}}},
	} {
		t.Run(name, func(t *testing.T) {
			r.Explain = true
			if a := e.Recommend(r); r.N > 0 && r.N < 100 && len(a.Items) > r.N {
				t.Errorf("%d items", len(a.Items))
			}
		})
	}
}

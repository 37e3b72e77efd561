package recommend

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/serve/servetest"
)

// shared is the platform's artifact; nobody may change it.
// artifact returns a copy whose lists may be changed.
// engine serves the platform as change, which may be nil, leaves it.
// ids returns the items of an answer by name.
func TestRecommendKnownUser(t *testing.T) {
	e := engine(t, nil)
	a := e.Recommend(Request{User: servetest.UserID(1), N: 7}) // likes code
	if a.Strategy != StrategyInterest || a.Ignored != 0 {
		t.Errorf("strategy %q, %d ignored", a.Strategy, a.Ignored)
	}
	// Of the category's twelve, four were touched and one is unavailable.
	if diff := cmp.Diff(all("code", 0, 3, 4, 5, 11), sorted(ids(e, a.Items))); diff != "" {
		t.Error(diff)
	}
	if !slices.IsSortedFunc(a.Items, func(x, y Item) int { return int((y.Score - x.Score) * 1e6) }) {
		t.Errorf("not best first: %+v", a.Items)
	}
	for _, item := range a.Items {
		if item.Because != nil {
			t.Error("reasons without explain")
		}
	}
}

func TestRecommendPages(t *testing.T) {
	e := engine(t, nil)
	whole := e.Recommend(Request{User: servetest.UserID(2), N: 100})
	// 48 items without 4 touched, the unavailable, the unlisted and the two that
	// want something finished first.
	if len(whole.Items) != 40 {
		t.Fatalf("%d items, want 40", len(whole.Items))
	}
	var paged []Item
	for offset := 0; offset < 42; offset += 7 {
		paged = append(paged, e.Recommend(Request{User: servetest.UserID(2), N: 7, Offset: offset}).Items...)
	}
	if diff := cmp.Diff(whole.Items, paged); diff != "" {
		t.Error(diff)
	}
	if past := e.Recommend(Request{User: servetest.UserID(2), N: 7, Offset: 40}); len(past.Items) != 0 {
		t.Errorf("%d items past the end", len(past.Items))
	}
}

func TestRecommendRules(t *testing.T) {
	e := engine(t, nil)
	for name, c := range map[string]struct {
		r    Request
		want []string
	}{
		"Category": {Request{User: servetest.UserID(0), Filter: Filter{Category: "law"}}, all("law", 11)},
		// Who likes math has finished math-00, not math-06.
		"Prerequisites":     {Request{User: servetest.UserID(3), Filter: Filter{Category: "math"}}, all("math", 0, 3, 4, 5, 7)},
		"PrerequisitesOpen": {Request{User: servetest.UserID(0), Filter: Filter{Category: "math"}}, all("math", 7, 8)},
		"IncludeSeen":       {Request{User: servetest.UserID(3), Filter: Filter{Category: "math"}, IncludeSeen: true}, all("math", 7)},
		"IncludeSeenBarred": {Request{User: servetest.UserID(1), Filter: Filter{Category: "code"}, IncludeSeen: true}, all("code", 11)},
		"NoSuchCategory":    {Request{User: servetest.UserID(1), Filter: Filter{Category: "cooking"}}, []string{}},
		"Fallback":          {Request{User: "nobody", Filter: Filter{Category: "math"}}, all("math", 7, 8)},
		"SessionSeen": {Request{Filter: Filter{Category: "art"}, Events: []event.Event{
			{ItemID: "art-01", Type: event.View}, {ItemID: "art-02", Type: event.Dismiss}}}, all("art", 1, 2)},
		"SessionUnlocks": {Request{Filter: Filter{Category: "math"}, Events: []event.Event{
			{ItemID: "math-00", Type: event.Complete}, {ItemID: "math-06", Type: event.Progress, Has: event.HasProgress, Progress: 10000}}}, all("math", 0, 6)},
		"SessionAlmost": {Request{Filter: Filter{Category: "math"}, Events: []event.Event{
			{ItemID: "math-00", Type: event.Complete}, {ItemID: "math-06", Type: event.Progress, Has: event.HasProgress, Progress: 9999}}}, all("math", 0, 6, 7)},
	} {
		t.Run(name, func(t *testing.T) {
			c.r.N = 100
			if diff := cmp.Diff(c.want, sorted(ids(e, e.Recommend(c.r).Items))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecommendFallback(t *testing.T) {
	e := engine(t, nil)
	// Every category's 0, 3, 4 and 5 were touched by ten users each; ties go by
	// id.
	want := []string{"art-00", "art-03", "art-04", "art-05", "code-00", "code-03"}
	for name, r := range map[string]Request{
		"Unknown":          {User: "nobody"},
		"Anonymous":        {},
		"Idle":             {User: servetest.Idle},
		"OnlyUnknownItems": {Events: []event.Event{{ItemID: "x", Type: event.View}}},
		"SearchedOnly":     {Events: []event.Event{{Type: event.Search}}},
	} {
		t.Run(name, func(t *testing.T) {
			r.N = 6
			r.Explain = true
			a := e.Recommend(r)
			if a.Strategy != StrategyFallback {
				t.Errorf("strategy %q", a.Strategy)
			}
			if diff := cmp.Diff(want, ids(e, a.Items)); diff != "" {
				t.Error(diff)
			}
			if got := a.Items[0].Score; got != 10.0/servetest.Users {
				t.Errorf("score %v", got)
			}
			r.Offset, r.N = 2, 4
			if diff := cmp.Diff(want[2:], ids(e, e.Recommend(r).Items)); diff != "" {
				t.Error(diff)
			}
			if name == "OnlyUnknownItems" && a.Ignored != 1 {
				t.Errorf("%d ignored", a.Ignored)
			}
		})
	}
}

// Popular is what the most users touched in the whole log, whatever the model was
// trained on.
func TestFallbackCountsUsers(t *testing.T) {
	users := map[string]int64{"law-02": 12, "art-07": 11, "code-00": 11, "math-01": 9, servetest.Unlisted: 40, servetest.Unavailable: 40}
	e := engine(t, func(art *bundle.Artifact) {
		for i := range art.Popularity {
			art.Popularity[i].Users = users[art.Catalogue[i].ID]
			art.Popularity[i].Events = int64(i) // says nothing of users
		}
	})
	a := e.Recommend(Request{N: 5})
	want := []string{"law-02", "art-07", "code-00", "math-01", "art-00"}
	if diff := cmp.Diff(want, ids(e, a.Items)); diff != "" {
		t.Error(diff)
	}
	if got := a.Items[0].Score; got != 12.0/servetest.Users {
		t.Errorf("score %v", got)
	}
}

// Someone without a history is not unknown as long as something else is known.
func TestRecommendByAttributes(t *testing.T) {
	e := engineWithout(t, servetest.UserID(0))
	if a := e.Recommend(Request{User: servetest.UserID(0), N: 5}); a.Strategy != StrategyInterest || len(a.Items) != 5 {
		t.Errorf("strategy %q, %d items", a.Strategy, len(a.Items))
	}
}

func TestRecommendExplain(t *testing.T) {
	e := engine(t, nil)
	a := e.Recommend(Request{User: servetest.UserID(1), N: 3, Explain: true})
	own := []string{"code-00", "code-03", "code-04", "code-05"}
	for _, item := range a.Items {
		if len(item.Because) < reasons || item.CategoryShare != 1 {
			t.Errorf("%d reasons, category share %v", len(item.Because), item.CategoryShare)
		}
		for i, b := range item.Because {
			if id := e.Item(b.Item).ID; !slices.Contains(own, id) {
				t.Errorf("reason %s is not of the user's history", id)
			}
			if !(b.Weight > 0) || i > 0 && b.Weight > item.Because[i-1].Weight {
				t.Errorf("weights %+v", item.Because)
			}
		}
	}
	other := e.Recommend(Request{User: servetest.UserID(1), N: 1, Explain: true, Filter: Filter{Category: "art"}})
	if other.Items[0].CategoryShare != 0 {
		t.Errorf("category share %v", other.Items[0].CategoryShare)
	}
}

// What a request folds is what training folds: the same events, whether they
// were in the log or come with the request, in any order, give the same vector,
// bit for bit.
// vector returns features and user vector, one after the other.

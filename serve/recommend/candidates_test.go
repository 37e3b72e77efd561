package recommend

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/serve/servetest"
)

// The caller's items are ordered as a catalogue of nothing else would be.
func TestRank(t *testing.T) {
	for name, change := range map[string]func(*bundle.Artifact){"Plain": nil, "Head": likely(t)} {
		e := wide(t, change)
		for who, r := range map[string]Request{
			"Known":   {User: servetest.UserID(1)},
			"Session": {Events: []event.Event{{ItemID: "law-01", Type: event.Like}}},
			"Unknown": {User: "nobody"},
		} {
			t.Run(name+who, func(t *testing.T) {
				r.N, r.Filter.Category = 1000, "law"
				want := e.Recommend(r)
				var items []string
				for _, item := range want.Items {
					items = append(items, e.Item(item.Index).ID)
				}
				asked := append([]string{"gone", ""}, sorted(items)...)
				got := e.Rank(RankRequest{User: r.User, Events: r.Events, Items: append(asked, asked[:5]...)})
				if diff := cmp.Diff(want.Items, got.Items); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff([]string{"gone", ""}, got.Unknown); diff != "" || got.Strategy != want.Strategy || got.Scores != want.Scores || got.Barred != nil {
					t.Errorf("%s %+v", diff, got)
				}
			})
		}
	}
}

func TestRankByTheRules(t *testing.T) {
	e := engine(t, nil)
	asked := []string{servetest.Unavailable, "code-01", servetest.Unlisted, "code-05", servetest.Blocked, "code-00", "code-03", "code-01"}
	r := RankRequest{User: servetest.UserID(1), Items: asked, Rules: true, Explain: true}
	got := e.Rank(r)
	barred := make(map[string][]string)
	for _, b := range got.Barred {
		barred[e.Item(b.Index).ID] = b.Status
	}
	want := map[string][]string{
		servetest.Unavailable: {StatusUnavailable}, servetest.Unlisted: {StatusUnlisted}, servetest.Blocked: {StatusPrerequisites},
		"code-05": {StatusOwned, StatusSeen}, "code-00": {StatusCompleted, StatusSeen}, "code-03": {StatusSeen},
	}
	if diff := cmp.Diff(want, barred); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"code-01"}, ids(e, got.Items)); diff != "" || len(got.Items[0].Because) < reasons {
		t.Errorf("%s %+v", diff, got.Items)
	}
	r.Rules = false
	if got := e.Rank(r); len(got.Items) != 7 || got.Barred != nil {
		t.Errorf("%d items, %d barred", len(got.Items), len(got.Barred))
	}
	if got := e.Rank(RankRequest{Rules: true}); len(got.Items) != 0 || got.Unknown != nil {
		t.Errorf("%+v", got)
	}
	// What was given back is owned no more.
	r = RankRequest{User: servetest.UserID(1), Items: []string{"code-05"}, Rules: true, Events: []event.Event{{ItemID: "code-05", Type: event.Refund}}}
	if got := e.Rank(r).Barred; len(got) != 1 || !cmp.Equal(got[0].Status, []string{StatusSeen}) {
		t.Errorf("%+v", got)
	}
}

// The score and the place of an item are those of the list of everything.
func TestScore(t *testing.T) {
	for name, change := range map[string]func(*bundle.Artifact){"Plain": nil, "Head": likely(t)} {
		e := wide(t, change)
		for _, user := range []string{servetest.UserID(0), servetest.UserID(3), "nobody"} {
			list := e.Recommend(Request{User: user, N: 1000})
			for place, item := range list.Items {
				if place%7 != 0 && place > 10 {
					continue
				}
				id := e.Item(item.Index).ID
				v, ok := e.Score(user, nil, id, false)
				if !ok || v.Rank != place+1 || v.Score != item.Score || v.Of != len(list.Items) || v.Status != nil || v.Scores != list.Scores || v.Strategy != list.Strategy {
					t.Fatalf("%s, %s: place %d and score %v of %d, got %+v", name, id, place+1, item.Score, len(list.Items), v)
				}
			}
		}
	}
	e := engine(t, nil)
	v, ok := e.Score(servetest.UserID(1), nil, "code-05", true)
	if !ok || !cmp.Equal(v.Status, []string{StatusOwned, StatusSeen}) || v.Rank < 1 || v.Of != 41 || v.CategoryShare != 1 || v.Because == nil {
		t.Errorf("%+v", v)
	}
	if _, ok := e.Score(servetest.UserID(1), nil, "gone", true); ok {
		t.Error("an unknown item has a score")
	}
	if v, ok := e.Score("", []event.Event{{ItemID: "gone", Type: event.View}}, "law-01", true); !ok || v.Ignored != 1 || v.Strategy != StrategyFallback || v.Because != nil {
		t.Errorf("%+v", v)
	}
}

// Far down, a probability is at most that of the last place that was looked at.
func TestScoreOfTheDeep(t *testing.T) {
	art, err := servetest.Large(deepest/len(servetest.Categories)+50, 8)
	if err != nil {
		t.Fatal(err)
	}
	likely(t)(art)
	e := New(art)
	user := servetest.UserID(0)
	list := e.Recommend(Request{User: user, N: 2000}).Items
	last := list[deepest-1].Score
	for place, item := range list[deepest:] {
		v, ok := e.Score(user, nil, e.Item(item.Index).ID, false)
		if !ok || v.Rank != deepest+place+1 || v.Score > last || v.Score < item.Score {
			t.Fatalf("place %d: %+v, at most %v", deepest+place+1, v, last)
		}
	}
	if len(list) < deepest+100 {
		t.Errorf("%d items", len(list))
	}
}

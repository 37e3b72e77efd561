package recommend

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/serve/servetest"
)

// restless gives every user a history of some thirty items, most of one category.
func restless(art *bundle.Artifact) {
	r := rand.New(rand.NewPCG(8, 8))
	for u := range art.Profiles {
		art.Profiles[u] = profile.User{}
		for n := range 30 {
			item := int32(r.IntN(len(art.Catalogue)))
			if n%3 != 0 {
				item, _ = art.Items.Index(servetest.ItemID(servetest.Categories[u%4], r.IntN(60)))
			}
			art.Profiles[u].Fold(item, &event.Event{Type: event.View, TS: servetest.AsOf - event.Time(n)*event.Day})
		}
	}
}

// place returns the place of an item in an answer, and the last when it is not there.
func place(a *Answer, item int32) int {
	if at := slices.IndexFunc(a.Items, func(i Item) bool { return i.Index == item }); at >= 0 {
		return at
	}
	return len(a.Items)
}

// Without what is said to be the reason an item loses its place; without as many other
// items of the history it mostly does not.
func TestReasonsAreFaithful(t *testing.T) {
	e := wide(t, restless)
	r := rand.New(rand.NewPCG(1, 2))
	pairs, cited, others := 0, 0, 0
	for k := range servetest.Users - 1 {
		request := Request{User: servetest.UserID(k), N: 10, Explain: true}
		index, _ := e.art.Users.Index(request.User)
		a := e.Recommend(request)
		request.N, request.Explain = 1000, false
		for at, item := range a.Items {
			pairs++
			var because, rest []int32
			for _, b := range item.Because {
				because = append(because, b.Item)
			}
			for _, touch := range e.art.Profiles[index].Touches {
				if !slices.Contains(because, touch.Item) {
					rest = append(rest, touch.Item)
				}
			}
			r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
			if a := e.RecommendWithout(request, because); place(&a, item.Index) > at {
				cited++
			}
			if a := e.RecommendWithout(request, rest[:min(len(because), len(rest))]); place(&a, item.Index) > at {
				others++
			}
		}
	}
	if pairs < 300 || cited*10 < pairs*9 || others*2 > pairs {
		t.Errorf("of %d items %d lose their place without their reasons, %d without others", pairs, cited, others)
	}
}

// No more reasons are named than an item needs for its place, and no more looked at
// than mostReasons.
func TestEnoughReasons(t *testing.T) {
	e := wide(t, restless)
	more, never := 0, 0
	for k := range servetest.Users - 1 {
		v := e.newVisit()
		e.meet(v, servetest.UserID(k), nil)
		tr := trial{e: e, v: v, best: e.rank(v, 100, nil, e.limit(v, &Request{}).skip)}
		for place, s := range tr.best[:5] {
			all := e.art.Interest.Explain(v.query, s.Index, 100)
			n, ok := tr.enough(s.Index, place, all)
			switch without := tr.placeWithout(s.Index, all[:n]); {
			case ok && without <= place, !ok && (n != min(mostReasons, len(all)) || without > place):
				t.Errorf("place %d, %d reasons, %v: place %d without them", place, n, ok, without)
			case ok && n > reasons:
				if more++; tr.placeWithout(s.Index, all[:n-1]) > place {
					t.Errorf("place %d: %d reasons are one too many", place, n)
				}
			case !ok:
				never++
			}
		}
	}
	if more < 10 || never < 10 {
		t.Errorf("%d items need more than %d reasons, %d keep their place: the test shows little", more, reasons, never)
	}
}

func TestRecommendWithout(t *testing.T) {
	e := engine(t, nil)
	r := Request{User: servetest.UserID(1), N: 50}
	whole := e.Recommend(r)
	same := e.RecommendWithout(r, nil)
	if diff := cmp.Diff(whole.Items, same.Items); diff != "" {
		t.Error(diff)
	}
	index, _ := e.art.Users.Index(r.User)
	var history []int32
	for _, touch := range e.art.Profiles[index].Touches {
		history = append(history, touch.Item)
	}
	// Nothing of the history is shown, though the model no longer knows of it.
	without := e.RecommendWithout(r, history)
	for _, item := range without.Items {
		if slices.Contains(history, item.Index) {
			t.Errorf("item %d is shown", item.Index)
		}
	}
	if len(without.Items) != len(whole.Items) || cmp.Equal(whole.Items, without.Items) {
		t.Error("nothing changed")
	}
	if diff := cmp.Diff(whole.Items, e.Recommend(r).Items); diff != "" {
		t.Errorf("the artifact changed: %s", diff)
	}
}

// What else speaks for an item.
func TestExplainBesidesTheHistory(t *testing.T) {
	e := engine(t, nil)
	a := e.Recommend(Request{User: servetest.UserID(1), N: 50, Explain: true})
	if a.Segment != "s2" {
		t.Errorf("segment %q", a.Segment)
	}
	for _, item := range a.Items {
		want := float32(0)
		if e.Item(item.Index).Category == "code" {
			want = 1
		}
		if item.SegmentShare != want || item.CategoryShare != want || item.Popularity != e.popularity[item.Index] {
			t.Errorf("%+v", item)
		}
	}
	if a := e.Recommend(Request{N: 5, Explain: true}); a.Segment != "" || a.Items[0].Popularity != a.Items[0].Score || a.Items[0].SegmentShare != 0 {
		t.Errorf("%+v", a)
	}
}

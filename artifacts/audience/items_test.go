package audience

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	compare "github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/serve/servetest"
)

// expected adds the interest of users up one at a time.
func expected(art *bundle.Artifact, users []int32) map[int32]float64 {
	sums := make(map[int32]float64)
	rules := RulesOf(art)
	vector, scores := make([]float32, art.Interest.Dim()), make([]float32, len(art.Catalogue))
	for _, u := range users {
		var q interest.Query
		p := &art.Profiles[u]
		art.Query(&q, u, &art.People[u], p, art.AsOf)
		art.Interest.User(vector, q)
		skip := func(item int32) bool {
			return art.Catalogue[item].Unavailable || art.Catalogue[item].Unlisted || p.Touch(item) != nil || !rules.Ready(p, item)
		}
		if art.Interest.HasHead() {
			for _, s := range art.Interest.Rank(vector, q, interest.Candidates, skip) {
				sums[s.Index] += float64(s.Score)
			}
			continue
		}
		art.Interest.Score(scores, vector, q.History)
		total := 0.0
		for _, s := range scores {
			total += math.Exp(float64(s))
		}
		for item, s := range scores {
			if !skip(int32(item)) {
				sums[int32(item)] += math.Exp(float64(s)) / total
			}
		}
	}
	return sums
}

func TestItemsAreTheMeanOfScoringEachAlone(t *testing.T) {
	for name, art := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			a := New(art, 1)
			for segment := range art.Segments.Segments() {
				members := a.Members(segment)
				got, err := a.Items(t.Context(), segment, 1000, 2)
				if err != nil || got.Members != 10 || got.Sampled != 10 {
					t.Fatalf("%v, %+v", err, got)
				}
				want := expected(art, members)
				if len(got.Items) != len(want) {
					t.Errorf("%d items, want %d", len(got.Items), len(want))
				}
				for i, w := range got.Items {
					if mean := want[w.Item] / float64(len(members)); math.Abs(w.Mean-mean) > 1e-6*mean {
						t.Errorf("item %d: %v, want %v", w.Item, w.Mean, mean)
					}
					if i > 0 && cmp.Or(cmp.Compare(w.Mean, got.Items[i-1].Mean), cmp.Compare(got.Items[i-1].Item, w.Item)) >= 0 {
						t.Errorf("item %d comes after item %d", w.Item, got.Items[i-1].Item)
					}
				}
				if few, err := a.Items(t.Context(), segment, 3, 1); err != nil || !slices.Equal(few.Items, got.Items[:3]) {
					t.Errorf("the best 3: %v %+v", err, few.Items)
				}
			}
		})
	}
}

// What a segment has is not what it wants, whatever the model says.
func TestItemsLeavesOutWhatTheSegmentHas(t *testing.T) {
	art := large(t, servetest.PerCategory)
	a := New(art, 5)
	w, err := a.Items(t.Context(), 1, 100, 1)
	if err != nil || w.Kind != Attention {
		t.Fatal(err, w.Kind)
	}
	var ids []string
	for _, i := range w.Items {
		id := art.Catalogue[i.Item].ID
		ids = append(ids, id)
		if i.Held != -1 {
			t.Errorf("%d have %s", i.Held, id)
		}
	}
	for _, id := range []string{"code-00", "code-03", "code-04", "code-05", servetest.Unavailable, servetest.Unlisted, servetest.Blocked, servetest.Unblocked} {
		if slices.Contains(ids, id) {
			t.Errorf("%s is among %v", id, ids)
		}
	}
	if !strings.HasPrefix(ids[0], "code-") || len(ids) != 40 {
		t.Errorf("%d items: %v", len(ids), ids)
	}
}

// Items that are alike come in the order of their index, users in that of theirs.
func TestTies(t *testing.T) {
	art := large(t, servetest.PerCategory)
	first, dim := item(t, art, "art-06"), 8
	rewrite(t, art, func(tensors map[string]interest.Tensor) {
		clear(tensors["bias"].Data)
		vectors := tensors["items"].Data
		for i := range art.Catalogue {
			copy(vectors[i*dim:(i+1)*dim], vectors[int(first)*dim:])
		}
		clear(tensors["user.w2"].Data) // nor do features tell users apart
		clear(tensors["pooled"].Data)
		for i := range tensors["users"].Data {
			tensors["users"].Data[i] = 1
		}
	})
	a := New(art, 5)
	w, err := a.Items(t.Context(), 0, 100, 2)
	if err != nil || len(w.Items) < 40 {
		t.Fatal(err, len(w.Items))
	}
	for i, x := range w.Items[1:] {
		if x.Mean != w.Items[0].Mean || x.Item <= w.Items[i].Item {
			t.Errorf("item %d of mean %v after item %d of %v", x.Item, x.Mean, w.Items[i].Item, w.Items[i].Mean)
		}
	}
	f, err := a.Users(t.Context(), first, Everybody, 100, 2)
	if err != nil || len(f.Users) != servetest.Users-1 {
		t.Fatal(err, len(f.Users))
	}
	for i, x := range f.Users[1:] {
		if x.Score != f.Users[0].Score || x.User <= f.Users[i].User {
			t.Errorf("user %d of score %v after user %d of %v", x.User, x.Score, f.Users[i].User, f.Users[i].Score)
		}
	}
}

func TestItemsTellsWhoHasThem(t *testing.T) {
	wanted := func(holders, least int) (Wish, bool) {
		art := large(t, servetest.PerCategory)
		code07 := item(t, art, "code-07")
		for _, u := range New(art, 5).Members(1)[:holders] {
			art.Profiles[u].Fold(code07, &event.Event{Type: event.Dismiss})
		}
		w, err := New(art, least).Items(t.Context(), 1, 100, 1)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(w.Items, func(x Wish) bool { return x.Item == code07 })
		if i < 0 {
			return Wish{}, false
		}
		return w.Items[i], true
	}
	none, _ := wanted(0, 4)
	for holders, held := range map[int]int{0: -1, 3: -1, 4: 4, 5: 5, 6: 6} {
		w, _ := wanted(holders, 4)
		if w.Held != held {
			t.Errorf("%d have it: %d", holders, w.Held)
		}
		// Members alike want it alike: who has it takes their part away.
		if share := w.Mean / none.Mean; math.Abs(share-float64(10-holders)/10) > 0.05 {
			t.Errorf("%d have it: %.3f of the interest is left", holders, share)
		}
	}
	// What fewer members want than may be told of is not told.
	for holders, told := range map[int]bool{5: true, 6: true, 7: false} {
		if _, ok := wanted(holders, 4); ok != told {
			t.Errorf("%d of 10 have it: listed %v, want %v", holders, ok, told)
		}
	}
}

func TestItemsOfALargeSegment(t *testing.T) {
	if testing.Short() {
		t.Skip("scores thousands of users")
	}
	for _, head := range []bool{true, false} {
		art := crowd(t, 4*(SampleSize+300), 60, 8, 1)
		if head {
			withHead(t, art)
		}
		a := New(art, 5)
		want, err := a.Items(t.Context(), 2, 50, 1)
		if err != nil || want.Members != SampleSize+300 || want.Sampled != SampleSize || len(want.Items) != 50 {
			t.Fatalf("%v, %+v", err, want)
		}
		for _, workers := range []int{0, 2, 5, 16} {
			if got, err := a.Items(t.Context(), 2, 50, workers); err != nil || !compare.Equal(want, got) {
				t.Errorf("%d workers: %v %s", workers, err, compare.Diff(want, got))
			}
		}
		sums := expected(art, sample(a.Members(2)))
		all := expected(art, a.Members(2))
		for _, w := range want.Items[:10] {
			if mean := sums[w.Item] / SampleSize; math.Abs(w.Mean-mean) > 1e-6*mean {
				t.Errorf("item %d: %v, want %v", w.Item, w.Mean, mean)
			}
			if mean := all[w.Item] / float64(want.Members); math.Abs(w.Mean-mean) > 0.02*mean {
				t.Errorf("item %d: %v of the sample, %v of all", w.Item, w.Mean, mean)
			}
		}
	}
}

func TestSample(t *testing.T) {
	for _, n := range []int{0, 1, SampleSize - 1, SampleSize, SampleSize + 1, 2 * SampleSize, 7*SampleSize + 3} {
		members := make([]int32, n)
		for i := range members {
			members[i] = int32(3 * i)
		}
		some := sample(members)
		if len(some) != min(n, SampleSize) {
			t.Errorf("%d of %d", len(some), n)
		}
		if !slices.IsSorted(some) || len(slices.Compact(slices.Clone(some))) != len(some) {
			t.Errorf("%d: repeated members", n)
		}
	}
}

func TestItemsOfNobody(t *testing.T) {
	art := large(t, servetest.PerCategory)
	for u := range art.Membership {
		art.Membership[u] = min(art.Membership[u], 2)
	}
	a := New(art, 5)
	if w, err := a.Items(t.Context(), 3, 10, 2); err != nil || w.Members != 0 || len(w.Items) != 0 {
		t.Errorf("%v, %+v", err, w)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Items(ctx, 0, 10, 2); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

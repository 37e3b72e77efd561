package recommend

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/audience"
	"curio/artifacts/bundle"
	"curio/datasets/privacy"
	"curio/serve/servetest"
)

// wide is an engine of 400 items: more than the candidates of a user.
func wide(t *testing.T, change func(*bundle.Artifact)) *Engine {
	t.Helper()
	art, err := servetest.Large(100, 8)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(art)
	}
	return New(art)
}

// shown is what the engine shows each user for each item that is among the user's
// best 100; an item that may not be shown has none.
func shown(e *Engine) map[int32]map[int32]float32 {
	scores := make(map[int32]map[int32]float32)
	for k := range servetest.Users - 1 {
		u, _ := e.art.Users.Index(servetest.UserID(k))
		scores[u] = make(map[int32]float32)
		for _, item := range e.Recommend(Request{User: servetest.UserID(k), N: 100}).Items {
			scores[u][item.Index] = item.Score
		}
	}
	return scores
}

// Whom an item interests, and how much, is what each of them is told.
func TestItemUsersAreToldTheSame(t *testing.T) {
	for name, change := range map[string]func(*bundle.Artifact){"Plain": nil, "Head": likely(t)} {
		t.Run(name, func(t *testing.T) {
			e := wide(t, change)
			scores, compared := shown(e), 0
			for item := range e.art.Catalogue {
				if e.rules.Barred[item] {
					continue
				}
				f, err := e.ItemUsers(t.Context(), e.Item(int32(item)).ID, audience.Everybody, 1000)
				if err != nil || f.Kind != e.Scores() {
					t.Fatal(err, f.Kind)
				}
				for _, user := range f.Users {
					told, ok := scores[user.User][int32(item)]
					if ok != user.Candidate {
						t.Errorf("user %d, item %d: candidate %v, shown %v", user.User, item, user.Candidate, ok)
					}
					if ok {
						compared++
						if diff := math.Abs(float64(told - user.Score)); diff > 1e-6*math.Abs(float64(told)) {
							t.Errorf("user %d, item %d: %v here, %v told", user.User, item, user.Score, told)
						}
					}
				}
				for user, told := range scores {
					if _, ok := told[int32(item)]; ok && !slices.ContainsFunc(f.Users, func(f audience.Fan) bool { return f.User == user }) {
						t.Errorf("user %d is shown item %d, and is not in its audience", user, item)
					}
				}
			}
			if compared != 100*(servetest.Users-1) {
				t.Errorf("%d pairs were compared", compared)
			}
		})
	}
}

func TestSegmentItemsAreWhatMembersAreTold(t *testing.T) {
	e := wide(t, likely(t))
	scores := shown(e)
	for segment := range e.Segments() {
		members, all := e.Members(segment, 0, 1000)
		sums, wanting := make(map[int32]float64), make(map[int32]int)
		for _, m := range members {
			for item, p := range scores[m.User] {
				sums[item] += float64(p) / float64(all)
				wanting[item]++
			}
		}
		w, err := e.SegmentItems(t.Context(), segment, 100)
		if err != nil || w.Kind != ScoreProbability || len(w.Items) < 90 || w.Members != 10 {
			t.Fatalf("%v, %+v", err, w)
		}
		for i, item := range w.Items {
			if want := sums[item.Item]; math.Abs(item.Mean-want) > 1e-6*want {
				t.Errorf("item %d: %v, want %v", item.Item, item.Mean, want)
			}
			if i > 0 && item.Mean > w.Items[i-1].Mean {
				t.Errorf("item %d is not in its place", item.Item)
			}
			delete(sums, item.Item)
		}
		for item, mean := range sums {
			if wanting[item] >= privacy.MinGroup && mean > w.Items[len(w.Items)-1].Mean {
				t.Errorf("item %d of mean %v is not listed", item, mean)
			}
		}
		if few, err := e.SegmentItems(t.Context(), segment, 3); err != nil || !cmp.Equal(few.Items, w.Items[:3]) {
			t.Errorf("%v %+v", err, few)
		}
	}
}

func TestMembersInPages(t *testing.T) {
	e := engine(t, nil)
	whole, all := e.Members(2, 0, 1000)
	if all != 10 || len(whole) != 10 || e.UserID(whole[0].User) != servetest.UserID(2) || e.UserSegment(whole[0].User) != "s3" {
		t.Fatalf("%d: %+v", all, whole)
	}
	var paged []audience.Member
	for offset := 0; offset < 12; offset += 3 {
		page, _ := e.Members(2, offset, 3)
		paged = append(paged, page...)
	}
	if diff := cmp.Diff(whole, paged); diff != "" {
		t.Error(diff)
	}
	if page, _ := e.Members(2, 10, 3); page != nil {
		t.Errorf("%+v past the end", page)
	}
	for _, m := range whole {
		of, _ := e.SegmentOf(e.UserID(m.User))
		if of.Segment.ID != "s3" || of.Probability != m.Probability || of.Distance != m.Distance || of.RunnerUp.ID != e.Segments()[m.RunnerUp].ID {
			t.Errorf("%+v, asked by name %+v", m, of)
		}
	}
}

// A question about many users waits for the one before it, and for no longer than
// its context; single users do not wait.
func TestOneAtATime(t *testing.T) {
	e := engine(t, nil)
	if err := e.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { _, err := e.ItemUsers(ctx, "code-01", audience.Everybody, 5); done <- err }()
	go func() { _, err := e.SegmentItems(ctx, 1, 5); done <- err }()
	e.Recommend(Request{User: servetest.UserID(1), N: 5})
	cancel()
	for range 2 {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	e.give()
	if _, err := e.ItemUsers(t.Context(), "code-01", audience.Everybody, 5); err != nil {
		t.Error(err)
	}
	// Found out once, a segment's answer needs no turn.
	if _, err := e.SegmentItems(t.Context(), 1, 5); err != nil {
		t.Error(err)
	}
	if err := e.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer e.give()
	if w, err := e.SegmentItems(t.Context(), 1, 2); err != nil || len(w.Items) != 2 {
		t.Errorf("%v %+v", err, w)
	}
}

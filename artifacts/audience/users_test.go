package audience

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/serve/servetest"
)

// naive scores one user at a time, the whole catalogue each.
func naive(art *bundle.Artifact, item int32) []Fan {
	var all []kernel.Scored
	rules, candidate := RulesOf(art), make(map[int32]bool)
	scores := make([]float32, len(art.Catalogue))
	vector := make([]float32, art.Interest.Dim())
	for u := range art.Profiles {
		var q interest.Query
		art.Query(&q, int32(u), &art.People[u], &art.Profiles[u], art.AsOf)
		art.Interest.User(vector, q)
		art.Interest.Score(scores, vector, q.History)
		if art.Profiles[u].Touch(item) != nil || len(q.History) == 0 && art.People[u].Occupation == "" {
			continue
		}
		found := []kernel.Scored{{Index: item, Score: scores[item]}}
		chance := []float32{scores[item]}
		art.Interest.Probabilities(chance, vector, q, found)
		all = append(all, kernel.Scored{Index: int32(u), Score: chance[0]})
		best := art.Interest.Retrieve(vector, q.History, interest.Candidates, func(i int32) bool { return !rules.offered(&art.Profiles[u], i) })
		candidate[int32(u)] = slices.ContainsFunc(best, func(s kernel.Scored) bool { return s.Index == item })
	}
	top := kernel.NewTop(len(all))
	for _, s := range all {
		top.Push(s.Index, s.Score)
	}
	var fans []Fan
	for _, s := range top.Sorted(nil) {
		fans = append(fans, Fan{s.Index, s.Score, candidate[s.Index]})
	}
	return fans
}

func TestUsersAreThoseOfScoringEachAlone(t *testing.T) {
	for name, art := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			a, candidates := New(art, 5), map[bool]int{}
			for _, id := range []string{"art-00", "code-03", "law-10", "math-59"} {
				i := item(t, art, id)
				got, err := a.Users(t.Context(), i, Everybody, 1000, 2)
				if err != nil {
					t.Fatal(err)
				}
				want := naive(art, i)
				for _, f := range want {
					candidates[f.Candidate]++
				}
				if diff := cmp.Diff(want, got.Users); diff != "" {
					t.Errorf("%s: %s", id, diff)
				}
				few, err := a.Users(t.Context(), i, Everybody, 7, 3)
				if diff := cmp.Diff(want[:7], few.Users); diff != "" || err != nil {
					t.Errorf("the best 7 for %s: %v %s", id, err, diff)
				}
				if kind := map[bool]string{true: Probability, false: Logit}[art.Interest.HasHead()]; got.Kind != kind {
					t.Errorf("kind %q, want %q", got.Kind, kind)
				}
			}
			if candidates[true] == 0 || candidates[false] == 0 {
				t.Errorf("%v: nothing is shown of who is a candidate", candidates)
			}
		})
	}
}

func TestUsersLeavesOut(t *testing.T) {
	art := large(t, servetest.PerCategory)
	a := New(art, 5)
	found := func(id string, segment int) []string {
		t.Helper()
		f, err := a.Users(t.Context(), item(t, art, id), segment, 1000, 1)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, s := range f.Users {
			list = append(list, art.Users.ID(s.User))
		}
		slices.Sort(list)
		return list
	}
	var everybody, mathematicians, others []string
	for k := range servetest.Users - 1 {
		everybody = append(everybody, servetest.UserID(k))
		if k%4 == 3 {
			mathematicians = append(mathematicians, servetest.UserID(k))
		} else {
			others = append(others, servetest.UserID(k))
		}
	}
	for name, c := range map[string]struct {
		item    string
		segment int
		want    []string
	}{
		"Nobody knows anything of the idle": {"math-02", Everybody, everybody},
		"Who has it":                        {"math-03", Everybody, others},
		"Who has not what it asks for":      {servetest.Unblocked, Everybody, mathematicians},
		"Everybody":                         {servetest.Blocked, Everybody, nil},
		"Other segments":                    {"law-02", 3, mathematicians},
		"All of a segment":                  {"math-03", 3, nil},
	} {
		if diff := cmp.Diff(c.want, found(c.item, c.segment)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A user without a history is reached by attributes, an item without a touch too.
func TestUsersWithoutHistory(t *testing.T) {
	art := large(t, servetest.PerCategory)
	stranger := user(t, art, servetest.UserID(2))
	art.Profiles[stranger] = profile.User{}
	a := New(art, 5)
	untouched := item(t, art, "law-09")
	f, err := a.Users(t.Context(), untouched, Everybody, 100, 1)
	if err != nil || !slices.ContainsFunc(f.Users, func(f Fan) bool { return f.User == stranger }) {
		t.Errorf("%v: %+v", err, f.Users)
	}
	lawyer := f.Users[0].User
	if !slices.Contains(a.Members(2), lawyer) {
		t.Errorf("user %s comes first for an item about law", art.Users.ID(lawyer))
	}
	art.People[stranger] = event.User{ID: art.People[stranger].ID}
	f, err = New(art, 5).Users(t.Context(), untouched, Everybody, 100, 1)
	if err != nil || slices.ContainsFunc(f.Users, func(f Fan) bool { return f.User == stranger }) {
		t.Errorf("%v: somebody unknown is among %+v", err, f.Users)
	}
}

func TestUsersRefuses(t *testing.T) {
	art := large(t, servetest.PerCategory)
	a := New(art, 5)
	for name, c := range map[string]struct {
		item int32
		want error
	}{
		"Below":       {-1, ErrUnknown},
		"Above":       {int32(len(art.Catalogue)), ErrUnknown},
		"Unavailable": {item(t, art, servetest.Unavailable), ErrBarred},
		"Unlisted":    {item(t, art, servetest.Unlisted), ErrBarred},
	} {
		if f, err := a.Users(t.Context(), c.item, Everybody, 10, 1); !errors.Is(err, c.want) || f.Users != nil {
			t.Errorf("%s: %v, %+v", name, err, f)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Users(ctx, 0, Everybody, 10, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if f, err := a.Users(t.Context(), 0, Everybody, 0, 0); err != nil || len(f.Users) != 0 {
		t.Errorf("%v, %+v", err, f)
	}
}

// More than one block, and blocks prepared by several at once, give the same list.
func TestUsersAtAnyWorkers(t *testing.T) {
	art := crowd(t, 2*blockSize+17, 30, 8, 1)
	withHead(t, art)
	want, err := New(art, 5).Users(t.Context(), 5, Everybody, 300, 1)
	if err != nil || len(want.Users) != 300 {
		t.Fatal(err, len(want.Users))
	}
	if diff := cmp.Diff(naive(art, 5)[:300], want.Users); diff != "" {
		t.Error(diff)
	}
	a := New(art, 5)
	done := make(chan string)
	for workers := 1; workers <= 8; workers++ {
		go func() {
			got, err := a.Users(t.Context(), 5, Everybody, 300, workers)
			if err != nil {
				done <- err.Error()
				return
			}
			done <- cmp.Diff(want, got)
		}()
	}
	for range 8 {
		if diff := <-done; diff != "" {
			t.Error(diff)
		}
	}
}

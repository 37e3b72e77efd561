package audience

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/features/vocab"
	"curio/serve/servetest"
)

// large is the platform with 4 x perCategory items, which the test may change but
// for its profiles' insides.
func large(t testing.TB, perCategory int) *bundle.Artifact { return wide(t, perCategory, 8) }

func wide(t testing.TB, perCategory, dim int) *bundle.Artifact {
	t.Helper()
	art, err := servetest.Large(perCategory, dim)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, art, func(tensors map[string]interest.Tensor) {
		copy(tensors["bias"].Data, numbers(rand.New(rand.NewPCG(3, 4)), len(art.Catalogue), 0.5))
	})
	art.Profiles, art.Catalogue, art.Membership = slices.Clone(art.Profiles), slices.Clone(art.Catalogue), slices.Clone(art.Membership)
	return art
}

// crowd is the platform with many users, each like one of its own but for the time
// watched and so many more items.
func crowd(t testing.TB, users, perCategory, dim, more int) *bundle.Artifact {
	t.Helper()
	art := wide(t, perCategory, dim)
	people, profiles, membership := art.People, art.Profiles, art.Membership
	ids := make([]string, users)
	art.People, art.Profiles, art.Membership = make([]event.User, users), make([]profile.User, users), make([]int32, users)
	for u := range users {
		k := u % (servetest.Users - 1)
		ids[u] = fmt.Sprintf("member-%07d", u)
		from := slices.IndexFunc(people, func(p event.User) bool { return p.ID == servetest.UserID(k) })
		art.People[u], art.Membership[u] = people[from], membership[from]
		art.People[u].ID = ids[u]
		art.Profiles[u].Merge(&profiles[from])
		for n := range more {
			at := servetest.AsOf - event.Time(n)*event.Day - event.Time(u)
			art.Profiles[u].Fold(int32((u*7+n*97)%len(art.Catalogue)), &event.Event{Type: event.Watch, Watched: int64(u) * 1000, Has: event.HasWatched, TS: at})
		}
	}
	art.Users = vocab.New(ids)
	return art
}

// rewrite gives the model other arrays, which change may write to.
func rewrite(t testing.TB, art *bundle.Artifact, change func(map[string]interest.Tensor)) {
	t.Helper()
	tensors := art.Interest.Tensors()
	for name, x := range tensors {
		tensors[name] = interest.Tensor{Shape: x.Shape, Data: slices.Clone(x.Data)}
	}
	change(tensors)
	var err error
	if art.Interest, err = interest.FromTensors(tensors); err != nil {
		t.Fatal(err)
	}
}

func numbers(r *rand.Rand, n int, size float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64() * size)
	}
	return x
}

// withHead gives the model a head of arbitrary weights that reads everything.
func withHead(t testing.TB, art *bundle.Artifact) {
	t.Helper()
	const hidden = 5
	r := rand.New(rand.NewPCG(5, 6))
	inputs := art.Interest.HeadInputs(len(art.UserEncoder.BehaviourNames()))
	var err error
	art.Interest, err = art.Interest.WithHead(interest.Head{W: numbers(r, inputs*(hidden+1), 0.3), B: numbers(r, hidden+1, 0.3), V: numbers(r, hidden, 0.3)})
	if err != nil {
		t.Fatal(err)
	}
}

// withGraph gives the model some 80 edges from every item, of either sign.
func withGraph(t testing.TB, art *bundle.Artifact) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 8))
	items := len(art.Catalogue)
	g := interest.Graph{Gain: 0.7, Floor: 0.05}
	for range items {
		n := 0
		for to := range items {
			if r.IntN(items) < 80 {
				g.To, g.Weight = append(g.To, int32(to)), append(g.Weight, float32(r.NormFloat64()))
				n++
			}
		}
		g.Edges = append(g.Edges, int32(n))
	}
	var err error
	if art.Interest, err = art.Interest.With(g); err != nil {
		t.Fatal(err)
	}
}

// kinds are the artifacts that scoring must get right.
func kinds(t testing.TB) map[string]*bundle.Artifact {
	plain, head, graph, both := large(t, 60), large(t, 60), large(t, 60), large(t, 60)
	withHead(t, head)
	withGraph(t, graph)
	withGraph(t, both)
	withHead(t, both)
	return map[string]*bundle.Artifact{"Plain": plain, "Head": head, "Graph": graph, "HeadAndGraph": both}
}

func item(t testing.TB, art *bundle.Artifact, id string) int32 {
	t.Helper()
	i, ok := art.Items.Index(id)
	if !ok {
		t.Fatalf("no item %s", id)
	}
	return i
}

func user(t testing.TB, art *bundle.Artifact, id string) int32 {
	t.Helper()
	u, ok := art.Users.Index(id)
	if !ok {
		t.Fatalf("no user %s", id)
	}
	return u
}

package recommend

import (
	"slices"
	"sync"
	"testing"

	"curio/artifacts/bundle"
	"curio/features/profile"
	"curio/serve/servetest"
)

var shared = sync.OnceValues(func() (*bundle.Artifact, error) { return servetest.Artifact("a") })

func artifact(t testing.TB) *bundle.Artifact {
	t.Helper()
	art, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	c := *art
	c.Catalogue, c.Profiles, c.Popularity = slices.Clone(c.Catalogue), slices.Clone(c.Profiles), slices.Clone(c.Popularity)
	return &c
}

func engine(t testing.TB, change func(*bundle.Artifact)) *Engine {
	t.Helper()
	art := artifact(t)
	if change != nil {
		change(art)
	}
	return New(art)
}

func ids(e *Engine, items []Item) []string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = e.Item(item.Index).ID
	}
	return list
}

func all(category string, but ...int) []string {
	var list []string
	for n := range servetest.PerCategory {
		if !slices.Contains(but, n) {
			list = append(list, servetest.ItemID(category, n))
		}
	}
	return list
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func engineWithout(t *testing.T, user string) *Engine {
	return engine(t, func(art *bundle.Artifact) {
		u, _ := art.Users.Index(user)
		art.Profiles[u] = profile.User{}
	})
}

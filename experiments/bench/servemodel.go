package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
	"curio/serve/servetest"
)

// ServeModel says how large the artifact of a measurement is. It has random vectors and
// histories, an item graph and a head, as one that was trained has.
type ServeModel struct {
	Users   int `json:"users"`
	Items   int `json:"items"`
	Dim     int `json:"dim"`
	History int `json:"history"` // items each user touched, about
	Edges   int `json:"edges"`   // of the item graph, an item
	Hidden  int `json:"hidden"`  // units of the head
}

// make makes the artifact, whose items have the titles of an edition. Another seed gives
// other vectors and histories.
func (m ServeModel) make(edition string, seed uint64) (*bundle.Bundle, error) {
	a, err := servetest.Vast(servetest.Size{Users: m.Users, Items: m.Items, Dim: m.Dim, History: m.History}, seed)
	if err != nil {
		return nil, err
	}
	for i := range a.Catalogue {
		a.Catalogue[i].Title = servetest.Title(a.Catalogue[i].ID, edition)
	}
	random := rand.New(rand.NewPCG(seed, 3))
	if a.Interest, err = a.Interest.With(m.graph(random)); err != nil {
		return nil, err
	}
	inputs := a.Interest.HeadInputs(len(a.UserEncoder.BehaviourNames()))
	if a.Interest, err = a.Interest.WithHead(m.head(random, inputs)); err != nil {
		return nil, err
	}
	return a.Encode()
}

// graph draws the ends of the edges as histories draw items: most lead to what is
// popular.
func (m ServeModel) graph(random *rand.Rand) interest.Graph {
	g := interest.Graph{Gain: 0.5, Floor: 0.02}
	ends := make([]int32, 0, m.Edges)
	for range m.Items {
		ends = ends[:0]
		for range m.Edges {
			x := random.Float64()
			ends = append(ends, int32(float64(m.Items)*x*x))
		}
		slices.Sort(ends)
		ends = slices.Compact(ends)
		g.Edges = append(g.Edges, int32(len(ends)))
		g.To = append(g.To, ends...)
		for range ends {
			g.Weight = append(g.Weight, 0.2*random.Float32())
		}
	}
	return g
}

func (m ServeModel) head(random *rand.Rand, inputs int) interest.Head {
	noise := func(n int, size float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(size * random.NormFloat64())
		}
		return x
	}
	return interest.Head{W: noise(inputs*(m.Hidden+1), 0.05), B: noise(m.Hidden+1, 0.05), V: noise(m.Hidden, 0.5)}
}

// edition of an artifact that has only one.
const onlyEdition = "only"

// published returns a folder below home with a store that has the artifact. One that is
// there is not made again.
func (m ServeModel) published(ctx context.Context, home string, clock Clock) (string, error) {
	folder := filepath.Join(home, fmt.Sprintf("%d-%d-%d-%d-%d-%d", m.Users, m.Items, m.Dim, m.History, m.Edges, m.Hidden))
	s, err := fsstore.New(filepath.Join(folder, "store"))
	if err != nil {
		return "", err
	}
	r := registry.New(s, clock)
	if _, err := r.Resolve(ctx, servedAlias); !errors.Is(err, store.ErrNotFound) {
		return folder, err
	}
	b, err := m.make(onlyEdition, 1)
	if err != nil {
		return "", err
	}
	version, err := r.Publish(ctx, b)
	if err != nil {
		return "", err
	}
	return folder, r.Move(ctx, servedAlias, version, "", "", "")
}

// servedAlias is what the servers follow.
const servedAlias = "latest"

func (m ServeModel) user(n int) string { return fmt.Sprintf("user-%08d", n%m.Users) }
func (m ServeModel) item(n int) string { return fmt.Sprintf("item-%08d", n%m.Items) }

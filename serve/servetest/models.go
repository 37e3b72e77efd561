package servetest

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/artifacts/segment"
	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
	"curio/features/vocab"
)

// fill adds users and models to an artifact that has its items.
func (p *platform) fill(a *bundle.Artifact, users []event.User) error {
	slices.SortFunc(users, func(a, b event.User) int { return cmp.Compare(a.ID, b.ID) })
	ids := make([]string, len(users))
	for i := range users {
		ids[i] = users[i].ID
	}
	a.Users, a.People = vocab.New(ids), users
	a.Profiles = make([]profile.User, len(users))
	a.Membership = make([]int32, len(users))
	for k := range Users - 1 {
		u, _ := a.Users.Index(p.name(UserID(k)))
		a.Membership[u] = int32(k % len(Categories))
		for _, e := range Events(k) {
			i, _ := a.Items.Index(e.ItemID)
			a.Profiles[u].Fold(i, &e)
		}
	}
	idle, _ := a.Users.Index(p.name(Idle))
	a.Membership[idle] = -1
	a.Popularity = make([]profile.Item, a.Items.Len())
	for u := range a.Profiles {
		for i := range a.Profiles[u].Touches {
			t := &a.Profiles[u].Touches[i]
			a.Popularity[t.Item].Fold(t)
		}
	}
	asOf := make([]event.Time, len(users))
	for i := range asOf {
		asOf[i] = a.AsOf
	}
	a.UserEncoder = encode.FitUsers(a.Catalogue, users, a.Profiles, asOf, a.Strength)
	a.ItemEncoder = encode.FitItems(a.Catalogue, a.Popularity, a.AsOf)
	var err error
	if a.Interest, err = p.interest(a); err != nil {
		return err
	}
	a.Segments, err = segments(a)
	return err
}

// interest places each item near its category's direction. The feature tower is
// small but not nothing: features must reach the vector.
func (p *platform) interest(a *bundle.Artifact) (*interest.Model, error) {
	r, dim := p.random, p.dim
	noise := func(n int, size float32) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = size * (2*r.Float32() - 1)
		}
		return x
	}
	items := noise(a.Items.Len()*dim, 0.6/float32(math.Sqrt(float64(dim))))
	for i := range a.Catalogue {
		v := items[i*dim : (i+1)*dim]
		v[slices.Index(Categories, a.Catalogue[i].Category)]++
		var sum float64
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		for j := range v {
			v[j] /= float32(math.Sqrt(sum))
		}
	}
	const hidden = 4
	in := a.UserEncoder.Dim()
	return interest.New(interest.Parts{
		Dim: dim, Temperature: 0.2,
		Users: make([]float32, a.Users.Len()*dim), Items: items, Pooled: slices.Clone(items),
		Bias: make([]float32, a.Items.Len()),
		User: interest.Tower{W1: noise(in*hidden, 0.1), B1: noise(hidden, 0.1), W2: noise(hidden*dim, 0.1)},
	})
}

// segments has one component a category, told apart by the share of interest.
func segments(a *bundle.Artifact) (*segment.Model, error) {
	var s segment.Spec
	names := slices.Clone(a.UserEncoder.BehaviourNames())
	for _, category := range a.UserEncoder.Categories() {
		names = append(names, encode.CategoryField+"="+category)
	}
	for _, name := range names {
		s.Columns = append(s.Columns, segment.Column{Name: name, Kind: segment.Linear, Scale: 1})
	}
	for _, category := range Categories {
		row := make([]float64, len(names))
		row[len(a.UserEncoder.BehaviourNames())+slices.Index(a.UserEncoder.Categories(), category)] = 1
		s.Projection = append(s.Projection, row)
	}
	for i, category := range Categories {
		mean, covariance := make([]float64, len(Categories)), make([]float64, segment.Triangle(len(Categories)))
		mean[i] = 1
		for j := range Categories {
			covariance[segment.Triangle(j+1)-1] = 0.1
		}
		s.Components = append(s.Components, segment.Component{Weight: 1 / float64(len(Categories)), Mean: mean, Covariance: covariance})
		s.Segments = append(s.Segments, segment.Segment{
			ID: fmt.Sprintf("s%d", i+1), Name: "likes " + category, Size: 10, Share: 10.0 / Users,
			Traits:        []segment.Trait{{Feature: "affinity " + category, Effect: 2}},
			TopCategories: []segment.Share{{Name: category, Share: 1}},
		})
	}
	return segment.New(s)
}

func seeded(edition string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(edition))
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}

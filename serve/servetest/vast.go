package servetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
	"curio/features/vocab"
)

// Size is how large a vast artifact is.
type Size struct {
	Users, Items int
	Dim          int // of the vectors
	History      int // items each user touched, about
}

// Vast returns an artifact of any size with random vectors and histories, which
// serving takes as long to load and to ask as one that was trained. Equal sizes and
// seeds give equal artifacts.
func Vast(size Size, seed uint64) (*bundle.Artifact, error) {
	random := rand.New(rand.NewPCG(seed, 2))
	a := &bundle.Artifact{
		Strength: profile.DefaultStrength(), AsOf: AsOf,
		Manifest: bundle.Manifest{
			Model:   bundle.KindTwoTower,
			Dataset: []byte(`{"name":"vast"}`), Config: []byte(`{}`), Metrics: []byte(`{}`),
		},
	}
	ids := make([]string, size.Items)
	a.Catalogue = make([]event.Item, size.Items)
	for i := range ids {
		ids[i] = fmt.Sprintf("item-%08d", i)
		a.Catalogue[i] = event.Item{
			ID: ids[i], Title: Title(ids[i], "vast"), Domain: "course", Category: Categories[i%len(Categories)],
			Tags: []string{fmt.Sprint("tag-", i%200)}, Difficulty: int32(100 + i%400), LecturerID: fmt.Sprint("lecturer-", i%5000),
			Price: int64(i % 10000), Currency: "CNY", Duration: int64(i%7200) * 1000,
		}
	}
	a.Items = vocab.New(ids)
	users := make([]event.User, size.Users)
	ids = make([]string, size.Users)
	for u := range users {
		ids[u] = fmt.Sprintf("user-%08d", u)
		users[u] = event.User{ID: ids[u], Occupation: []string{"nurse", "teacher", ""}[u%3], Age: int32(18 + u%50)}
	}
	a.Users, a.People = vocab.New(ids), users
	a.Popularity = make([]profile.Item, size.Items)
	a.Profiles = make([]profile.User, size.Users)
	a.Membership = make([]int32, size.Users)
	asOf := make([]event.Time, size.Users)
	for u := range a.Profiles {
		a.Profiles[u] = wander(random, size)
		for t := range a.Profiles[u].Touches {
			touch := &a.Profiles[u].Touches[t]
			a.Popularity[touch.Item].Fold(touch)
		}
		a.Membership[u], asOf[u] = int32(u%len(Categories)), AsOf
	}
	some := min(size.Users, 2000) // the statistics of features need no more
	a.UserEncoder = encode.FitUsers(a.Catalogue, users[:some], a.Profiles[:some], asOf[:some], a.Strength)
	a.ItemEncoder = encode.FitItems(a.Catalogue, a.Popularity, a.AsOf)
	var err error
	if a.Interest, err = strewn(random, size, a.UserEncoder.Dim()); err != nil {
		return nil, fmt.Errorf("servetest: %w", err)
	}
	a.Segments, err = segments(a)
	return a, err
}

// wander makes a history: popular items come more often, sessions lie days apart.
func wander(random *rand.Rand, size Size) profile.User {
	var p profile.User
	at := event.Time(AsOf) - event.Time(1+random.IntN(365))*event.Day
	for range size.History {
		e := event.Event{TS: at, Type: []event.Type{event.View, event.Watch, event.Complete, event.Rating}[random.IntN(4)]}
		switch e.Type {
		case event.Watch:
			e.Watched, e.Has = int64(random.IntN(3_600_000)), event.HasWatched
		case event.Rating:
			e.Rating, e.Has = int32(100+random.IntN(401)), event.HasRating
		}
		at += event.Time(random.IntN(int(event.Day) / 2))
		p.Fold(int32(float64(size.Items)*math.Pow(random.Float64(), 3)), &e)
	}
	p.Touches = slices.Clip(p.Touches)
	return p
}

// strewn is an interest model of random vectors.
func strewn(random *rand.Rand, size Size, features int) (*interest.Model, error) {
	noise := func(n int, size float32) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = size * (2*random.Float32() - 1)
		}
		return x
	}
	const hidden = 16
	items := noise(size.Items*size.Dim, float32(math.Sqrt(3/float64(size.Dim)))) // unit vectors, about
	return interest.New(interest.Parts{
		Dim: size.Dim, Temperature: 0.2,
		Users: noise(size.Users*size.Dim, 0.1), Items: items, Pooled: slices.Clone(items), Bias: noise(size.Items, 0.1),
		User: interest.Tower{W1: noise(features*hidden, 0.1), B1: noise(hidden, 0.1), W2: noise(hidden*size.Dim, 0.1)},
	})
}

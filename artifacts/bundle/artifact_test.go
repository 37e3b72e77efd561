package bundle

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
	"curio/artifacts/segment"
	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
	"curio/features/vocab"
)

// small is an artifact of three users and two items.
func small(t *testing.T) *Artifact {
	t.Helper()
	a := &Artifact{
		Manifest: Manifest{Model: KindTwoTower}, AsOf: 1_700_000_000_000, Strength: profile.DefaultStrength(),
		Users: vocab.New([]string{"u1", "u2", "u3"}), Items: vocab.New([]string{"i1", "i2"}),
		People: []event.User{{ID: "u1", Age: 20, Consent: []string{}}, {ID: "u2", Age: 40, Consent: []string{"ads"}}, {ID: "u3", Age: 60}},
		Catalogue: []event.Item{
			{ID: "i1", Category: "art", Tags: []string{"new"}, Prerequisites: []string{"i2"}},
			{ID: "i2", Category: "law", Tags: []string{}, Prerequisites: []string{}},
		},
		Profiles: make([]profile.User, 3), Popularity: make([]profile.Item, 2), Membership: []int32{0, 0, -1},
	}
	for u, item := range []int32{0, 1} {
		for range u + 1 {
			a.Profiles[u].Fold(item, &event.Event{Type: event.View, TS: a.AsOf})
		}
		a.Popularity[item].Fold(&a.Profiles[u].Touches[0])
	}
	a.UserEncoder = encode.FitUsers(a.Catalogue, a.People, a.Profiles, []event.Time{a.AsOf, a.AsOf, a.AsOf}, a.Strength)
	a.ItemEncoder = encode.FitItems(a.Catalogue, a.Popularity, a.AsOf)
	a.Interest = interestOf(t, 3, 2, a.UserEncoder.Dim())
	a.Segments = segmentsOf(t, segmentNames(a.UserEncoder)...)
	return a
}

func interestOf(t *testing.T, users, items, features int) *interest.Model {
	t.Helper()
	m, err := interest.New(interest.Parts{
		Dim: 1, Temperature: 1, Users: make([]float32, users), Items: make([]float32, items),
		Pooled: make([]float32, items), Bias: make([]float32, items),
		User: interest.Tower{W1: make([]float32, features), B1: make([]float32, 1), W2: make([]float32, 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// segmentNames are all features that segments may read, but for what users state.
func segmentNames(e *encode.Users) []string {
	names := slices.Clone(e.BehaviourNames())
	for _, c := range e.Categories() {
		names = append(names, encode.CategoryField+"="+c)
	}
	for _, tag := range e.Tags() {
		names = append(names, encode.TagField+"="+tag)
	}
	return names
}

func segmentsOf(t *testing.T, names ...string) *segment.Model {
	t.Helper()
	s := segment.Spec{
		Projection: [][]float64{make([]float64, len(names))},
		Components: []segment.Component{{Weight: 1, Mean: []float64{0}, Covariance: []float64{1}}},
		Segments:   []segment.Segment{{ID: "s1", Name: "all", Size: 3, Share: 1}},
	}
	for _, name := range names {
		s.Columns = append(s.Columns, segment.Column{Name: name, Kind: segment.Linear, Scale: 1})
	}
	m, err := segment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestArtifactRoundTrip(t *testing.T) {
	a := small(t)
	b, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]any{
		"people": {a.People, got.People}, "catalogue": {a.Catalogue, got.Catalogue}, "popularity": {a.Popularity, got.Popularity},
		"membership": {a.Membership, got.Membership}, "users": {a.Users.IDs(), got.Users.IDs()}, "items": {a.Items.IDs(), got.Items.IDs()},
		"tensors": {a.Interest.Tensors(), got.Interest.Tensors()}, "as of": {a.AsOf, got.AsOf},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s changed:\n%s", what, diff)
		}
	}
	if got.Version != b.Manifest.Version() {
		t.Errorf("version %s, want %s", got.Version, b.Manifest.Version())
	}
	again, err := got.Encode()
	if err != nil || again.Manifest.Version() != got.Version {
		t.Errorf("encoded again: %v; another version", err)
	}
}

// headed is the artifact's model with a head that reads so many behaviours.
func headed(t *testing.T, a *Artifact, behaviours int) *interest.Model {
	t.Helper()
	m, err := a.Interest.WithHead(interest.Head{W: make([]float32, 2*a.Interest.HeadInputs(behaviours)), B: make([]float32, 2), V: []float32{0.5}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What a head reads of a user is what the encoder tells of them.
func TestQueryTellsBehaviour(t *testing.T) {
	a := small(t)
	names := a.UserEncoder.BehaviourNames()
	a.Interest = headed(t, a, len(names))
	b, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if a, err = Decode(b); err != nil {
		t.Fatal(err)
	}
	var q interest.Query
	want := make([]float32, len(names))
	for u := range a.Profiles {
		a.Query(&q, int32(u), &a.People[u], &a.Profiles[u], a.AsOf)
		a.UserEncoder.Behaviour(want, &a.People[u], &a.Profiles[u], a.AsOf)
		if diff := cmp.Diff(want, q.Behaviour); diff != "" {
			t.Errorf("user %d: %s", u, diff)
		}
	}
	plain := small(t)
	plain.Query(&q, 0, &plain.People[0], &plain.Profiles[0], plain.AsOf)
	if len(q.Behaviour) != 0 {
		t.Errorf("%d behaviours for a model that reads none", len(q.Behaviour))
	}
}

// Serving depends on what Decode lets pass.
func TestDecodeChecksParts(t *testing.T) {
	for name, test := range map[string]struct {
		says    string
		breakIt func(*Artifact)
	}{
		"Kind":       {`"lstm", this program reads "two-tower"`, func(a *Artifact) { a.Manifest.Model = "lstm" }},
		"ItemOrder":  {"not in order", func(a *Artifact) { slices.Reverse(a.Catalogue) }},
		"UserOrder":  {"not in order", func(a *Artifact) { slices.Reverse(a.People) }},
		"UserTwice":  {"repeated", func(a *Artifact) { a.People[1].ID = "u1" }},
		"Profiles":   {"2 rows for 3 users", func(a *Artifact) { a.Profiles = a.Profiles[:2] }},
		"People":     {"3 rows for 2 users", func(a *Artifact) { a.People = a.People[:2] }},
		"Popularity": {"1 rows for 2 items", func(a *Artifact) { a.Popularity = a.Popularity[:1] }},
		"Membership": {"segment 1 of 1", func(a *Artifact) { a.Membership[2] = 1 }},
		"Below":      {"segment -2 of 1", func(a *Artifact) { a.Membership[2] = -2 }},
		"Items":      {"model has 3 items", func(a *Artifact) { a.Interest = interestOf(t, 3, 3, a.UserEncoder.Dim()) }},
		"Users":      {"model has 4 users", func(a *Artifact) { a.Interest = interestOf(t, 4, 2, a.UserEncoder.Dim()) }},
		"Features":   {"features", func(a *Artifact) { a.Interest = interestOf(t, 3, 2, a.UserEncoder.Dim()+1) }},
		"Behaviours": {"behaviours", func(a *Artifact) { a.Interest = headed(t, a, len(a.UserEncoder.BehaviourNames())+1) }},
		"Columns":    {`no feature "affinity.category=none"`, func(a *Artifact) { a.Segments = segmentsOf(t, "age=18-24", "affinity.category=none") }},
		"Numbered":   {"2 features without names", func(a *Artifact) { a.Segments = segmentsOf(t, "0", "1") }},
		"NoSegments": {"no segments", func(a *Artifact) { a.Segments = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			a := small(t)
			test.breakIt(a)
			b, err := a.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Decode(b); !errors.Is(err, ErrArtifact) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("Decode = %v, want ErrArtifact that says %q", err, test.says)
			}
		})
	}
	b, err := small(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	delete(b.Blobs, blobPopularity)
	if _, err := Decode(b); !errors.Is(err, ErrArtifact) || !strings.Contains(err.Error(), blobPopularity) {
		t.Errorf("Decode without a blob = %v, want ErrArtifact that names it", err)
	}
}

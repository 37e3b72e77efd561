// Package modeltest is the contract suite of interest models: what every way to
// fit one delivers, on data whose truth is known. The way is handed over as a
// function, so that the suite knows of no trainer.
package modeltest

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"curio/artifacts/interest"
)

// Interaction is a user's interest in an item, both dense indices, and how much
// it counts against others.
type Interaction struct {
	User, Item int32
	Weight     float32
}

// Data is what a model is fitted to. The suite hands over faulty data too.
type Data struct {
	Users, Items    int
	Interactions    []Interaction
	UserFeatures    []float32 // [Users, UserFeatureSize]
	UserFeatureSize int
	ItemFeatures    []float32 // [Items, ItemFeatureSize]
	ItemFeatureSize int
}

// Histories returns the interactions of each user as interest.History orders
// them: distinct items with the sum of their weights, the heaviest first.
func (d Data) Histories() [][]interest.Touch {
	all := make([][]interest.Touch, d.Users)
	for _, x := range d.Interactions {
		if x.User < 0 || int(x.User) >= d.Users {
			continue
		}
		h := &all[x.User]
		if at := slices.IndexFunc(*h, func(t interest.Touch) bool { return t.Item == x.Item }); at >= 0 {
			(*h)[at].Weight += x.Weight
		} else {
			*h = append(*h, interest.Touch{Item: x.Item, Weight: x.Weight})
		}
	}
	for _, h := range all {
		slices.SortFunc(h, func(a, b interest.Touch) int {
			return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Item, b.Item))
		})
	}
	return all
}

// Fit fits a model to data with a fixed seed. It leaves the data as they are.
type Fit func(ctx context.Context, d Data) (*interest.Model, error)

// Run checks that what fit returns keeps the contract, and keeps it when it was
// published: reread returns a model as it reads back from its stored bytes.
//
// Of the models that fit may return the suite asks no more than these:
//
//   - Interactions are relative: multiplying all weights by one factor changes no
//     score.
//   - An interaction given n times counts like one of n times the weight, up to
//     the noise of the draws; trainers draw them singly.
//   - Faulty data are refused or learned from, never answered with a panic or
//     with scores that are not finite.
func Run(t *testing.T, fit Fit, reread func(*interest.Model) (*interest.Model, error)) {
	p := plant(1)
	m := fitted(t, fit, p.Data)
	for _, part := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"PlantedTruth", func(t *testing.T) { plantedTruth(t, p, m) }},
		{"QualityFloor", func(t *testing.T) { qualityFloor(t, p, m) }},
		{"NewItem", func(t *testing.T) { newItem(t, p, m) }},
		{"UnknownUser", func(t *testing.T) { unknownUser(t, p, m) }},
		{"UnknownItem", func(t *testing.T) { unknownItem(t, p, m) }},
		{"EmptyHistory", func(t *testing.T) { emptyHistory(t, p, m) }},
		{"HostileQuery", func(t *testing.T) { hostileQuery(t, p, m) }},
		{"OneItem", func(t *testing.T) { oneItem(t, fit) }},
		{"NoFeatures", func(t *testing.T) { noFeatures(t, p, fit) }},
		{"Duplicates", func(t *testing.T) { duplicates(t, fit) }},
		{"Weights", func(t *testing.T) { weights(t, p, m, fit) }},
		{"FaultyData", func(t *testing.T) { faultyData(t, fit) }},
		{"Ranking", func(t *testing.T) { ranking(t, p, m) }},
		{"ReadBack", func(t *testing.T) { readBack(t, p, m, reread) }},
		{"Concurrent", func(t *testing.T) { concurrent(t, p, m) }},
	} {
		t.Run(part.name, part.run)
	}
}

func fitted(t *testing.T, fit Fit, d Data) *interest.Model {
	t.Helper()
	m, err := fit(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if m.Items() != d.Items || m.Users() != d.Users {
		t.Fatalf("the model has %d users and %d items, the data %d and %d", m.Users(), m.Items(), d.Users, d.Items)
	}
	return m
}

// scores returns the score of every item for q.
func scores(m *interest.Model, q interest.Query) []float32 {
	user, all := make([]float32, m.Dim()), make([]float32, m.Items())
	m.User(user, q)
	m.Score(all, user, q.History)
	return all
}

// Package servetest makes small artifacts for the tests of serving: real models
// and encoders over a platform whose right answers are known.
//
// The platform has four categories of twelve items and forty users. User k likes
// category k mod 4: watched its item 3, made progress in 4, bought and rated 5,
// and finished 0. An item's id is category-number, such as code-03; a user's is
// user-07.
package servetest

import (
	"fmt"
	"math/rand/v2"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/datasets/privacy"
	"curio/features/profile"
	"curio/features/vocab"
)

// What stands out on the platform.
const (
	Users       = 41 // with Idle
	PerCategory = 12

	Unavailable = "code-11"   // never to be shown
	Unlisted    = "law-11"    // named by events only
	Blocked     = "math-07"   // wants math-06 finished, which nobody has
	Unblocked   = "math-08"   // wants math-00 finished, which those who like math have
	Idle        = "user-idle" // listed, nothing known
)

// AsOf is when the profiles of an artifact end.
const AsOf event.Time = 1_700_000_000_000

// Categories are the platform's categories.
var Categories = []string{"art", "code", "law", "math"}

// ItemID names an item.
func ItemID(category string, n int) string { return fmt.Sprintf("%s-%02d", category, n) }

// UserID names a user, who likes Categories[k%4].
func UserID(k int) string { return fmt.Sprintf("user-%02d", k) }

// Title is the title that an item has in an edition.
func Title(id, edition string) string { return id + " in edition " + edition }

// platform says how large an artifact becomes, and what varies with its edition.
type platform struct {
	edition     string
	perCategory int
	dim         int // of the vectors: one direction a category, the others noise
	random      *rand.Rand
	key         *privacy.Pseudonymiser // users are known by pseudonyms; nil: by their ids
}

// name is the id of a user in the artifact.
func (p *platform) name(user string) string {
	if p.key == nil {
		return user
	}
	return p.key.User(user)
}

// Bundle returns the platform's artifact as it is published. Editions differ in
// every title, in the vectors a little, and so in the version.
func Bundle(edition string) (*bundle.Bundle, error) {
	a, err := build(platform{edition: edition, perCategory: PerCategory, dim: 8})
	if err != nil {
		return nil, err
	}
	return a.Encode()
}

// Pseudonymous returns what Bundle does, its users known by pseudonyms.
func Pseudonymous(edition string, key *privacy.Pseudonymiser) (*bundle.Bundle, error) {
	a, err := build(platform{edition: edition, perCategory: PerCategory, dim: 8, key: key})
	if err != nil {
		return nil, err
	}
	return a.Encode()
}

// Large returns an artifact with many items in each category, for benchmarks.
func Large(perCategory, dim int) (*bundle.Artifact, error) {
	a, err := build(platform{edition: "large", perCategory: perCategory, dim: dim})
	if err != nil {
		return nil, err
	}
	b, err := a.Encode()
	if err != nil {
		return nil, err
	}
	return bundle.Decode(b)
}

func build(p platform) (*bundle.Artifact, error) {
	p.random = seeded(p.edition)
	cat := p.catalogue()
	ids := make([]string, len(cat))
	for i := range cat {
		ids[i] = cat[i].ID
	}
	a := &bundle.Artifact{
		Items: vocab.New(ids), Strength: profile.DefaultStrength(), AsOf: AsOf,
		Manifest: bundle.Manifest{
			Model:   bundle.KindTwoTower,
			Dataset: []byte(`{"name":"servetest"}`), Config: []byte(`{}`), Metrics: []byte(`{}`),
		},
	}
	a.Catalogue = make([]event.Item, len(cat))
	for _, item := range cat {
		i, _ := a.Items.Index(item.ID)
		a.Catalogue[i] = item
	}
	users := people()
	for i := range users {
		users[i].ID = p.name(users[i].ID)
	}
	if p.key != nil {
		a.Manifest.PseudonymKey = p.key.KeyID()
	}
	if err := p.fill(a, users); err != nil {
		return nil, fmt.Errorf("servetest: %w", err)
	}
	return a, nil
}

// Artifact returns Bundle(edition) as serving reads it.
func Artifact(edition string) (*bundle.Artifact, error) {
	b, err := Bundle(edition)
	if err != nil {
		return nil, err
	}
	return bundle.Decode(b)
}

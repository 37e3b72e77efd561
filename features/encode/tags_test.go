package encode

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/features/profile"
)

// tagShares are the shares of e's tags in the interest of p.
func tagShares(t *testing.T, e *Users, p *profile.User) []float32 {
	t.Helper()
	var names []string
	for _, tag := range e.Tags() {
		names = append(names, TagField+"="+tag)
	}
	f, err := e.Features(names)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, f.Len())
	f.Write(got, nil, p, now)
	return got
}

func TestTagsDivideAnItem(t *testing.T) {
	cat := []event.Item{
		{Tags: []string{"b", "a", "a"}}, {Tags: []string{"b"}}, {Tags: []string{"", "\xff"}}, {},
		{Tags: []string{"b", "twin of a", "a"}}, // "twin of a" is not on item 0
	}
	profiles := make([]profile.User, 5)
	for item := range int32(5) {
		profiles[0].Fold(item, &event.Event{TS: now - 90*event.Day, Type: event.View})
	}
	profiles[0].Fold(1, &event.Event{TS: now, Type: event.Purchase})
	profiles[1].Fold(4, &event.Event{TS: now, Type: event.View})
	profiles[2].Fold(2, &event.Event{TS: now, Type: event.View})
	profiles[3].Fold(99, &event.Event{TS: now, Type: event.View}) // not in the catalogue
	e := FitUsers(cat, nil, profiles, nil, profile.DefaultStrength())
	if want := []string{"a", "b", "twin of a"}; !slices.Equal(e.Tags(), want) {
		t.Fatalf("tags %q, want %q", e.Tags(), want)
	}
	// A view one half-life old counts .5; with the purchase it is 5 and new.
	for u, want := range [][]float32{
		{(.25 + .5/3) / 6, (.25 + 5 + .5/3) / 6, .5 / 3 / 6}, {1. / 3, 1. / 3, 1. / 3}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0},
	} {
		if got := tagShares(t, e, &profiles[u]); !slices.Equal(got, want) {
			t.Errorf("user %d: shares %v, want %v", u, got, want)
		}
	}
	if got := tagShares(t, e, nil); slices.Max(got) != 0 {
		t.Errorf("nobody: shares %v, want none", got)
	}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var read Users
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	read.Bind(cat)
	if diff := cmp.Diff(tagShares(t, e, &profiles[0]), tagShares(t, &read, &profiles[0])); diff != "" || e.Hash() != read.Hash() {
		t.Errorf("read back it is another encoder: %s", diff)
	}
}

// Tags on the same items are one.
func TestTwinTags(t *testing.T) {
	cat := []event.Item{{Tags: []string{"z", "a", "c"}}, {Tags: []string{"a", "z"}}}
	var p profile.User
	p.Fold(0, &event.Event{Type: event.View})
	if got := touchedTags(cat, []profile.User{p}); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("tags %q, want a and c: z is wherever a is", got)
	}
}

func TestTagsOfMostUsersAreTaken(t *testing.T) {
	for _, n := range []int{MaxInterests - 1, MaxInterests, MaxInterests + 1} {
		var cat []event.Item
		var p profile.User
		for i := range n {
			cat = append(cat, event.Item{Tags: []string{fmt.Sprintf("t%02d", i)}})
			p.Fold(int32(i), &event.Event{Type: event.View})
		}
		var q profile.User
		q.Fold(int32(n-1), &event.Event{Type: event.View})
		got := touchedTags(cat, []profile.User{p, q})
		if len(got) != min(n, MaxInterests) || got[0] != cat[n-1].Tags[0] {
			t.Errorf("%d tags: %d kept, first %s", n, len(got), got[0])
		}
	}
	for users, want := range map[int]int{minShare - 1: 1, minShare: 1, minShare + 1: 0} {
		profiles := make([]profile.User, users)
		profiles[0].Fold(0, &event.Event{Type: event.View})
		if got := touchedTags([]event.Item{{Tags: []string{"rare"}}}, profiles); len(got) != want {
			t.Errorf("1 of %d users: tags %q, want %d", users, got, want)
		}
	}
}

// An item may have any number of tags, a user any number of items.
func TestManyTagsAnItem(t *testing.T) {
	var tags []string
	for i := range 3 * MaxInterests {
		tags = append(tags, fmt.Sprintf("t%03d", i))
	}
	cat := make([]event.Item, len(tags))
	var p profile.User
	for i := range cat {
		cat[i].Tags = tags[:i+1]
		p.Fold(int32(i), &event.Event{Type: event.View})
	}
	e := FitUsers(cat, nil, []profile.User{p}, nil, profile.DefaultStrength())
	total := float32(0)
	for _, share := range tagShares(t, e, &p) {
		total += share
	}
	if len(e.Tags()) != MaxInterests || total < 0.9999 || total > 1.0001 {
		t.Errorf("%d tags whose shares sum to %v", len(e.Tags()), total)
	}
}

// TestOldSchemaLoads reads an encoder that was written before there were tags.
func TestOldSchemaLoads(t *testing.T) {
	w := newWorld(1, 120, 40, 60)
	e := w.fitUsers()
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := json.Marshal(e.Tags())
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Replace(string(data), `"tags":`+string(tags)+",", "", 1)
	if old == string(data) {
		t.Fatal("the schema holds no tags")
	}
	var read Users
	if err := json.Unmarshal([]byte(old), &read); err != nil {
		t.Fatal(err)
	}
	read.Bind(w.cat)
	if again, err := json.Marshal(&read); err != nil || string(again) != old || len(read.Tags()) != 0 {
		t.Errorf("it is not written as it was read: %v", err)
	}
	a, b := make([]float32, e.Dim()), make([]float32, e.Dim())
	e.Encode(a, &w.users[0], &w.profiles[0], now)
	read.Encode(b, &w.users[0], &w.profiles[0], now)
	if diff := cmp.Diff(bits(a), bits(b)); diff != "" {
		t.Error(diff)
	}
}

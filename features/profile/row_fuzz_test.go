package profile

import (
	"encoding/json"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

// FuzzFromRow checks that any row is refused or gives a profile that its own
// row reproduces and that can be merged and folded further.
func FuzzFromRow(f *testing.F) {
	items := itemIDs(8)
	u := foldAll([]int32{0, 2, 2}, []event.Event{
		{TS: 1, Type: event.View},
		{TS: 2, Type: event.Rating, Has: event.HasRating, Rating: 450},
		{TS: 3, Type: event.Complete, Has: event.HasWatched, Watched: 5},
	})
	for _, row := range []Row{{}, u.ToRow("u", items.ID), {TouchItem: []string{"item-1", "item-1"}}, {TouchItem: []string{"gone"}, TouchLikes: []int32{70000}}} {
		seed, err := json.Marshal(row)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var row Row
		if json.Unmarshal(data, &row) != nil {
			return
		}
		u, err := FromRow(&row, items.Index)
		if err != nil {
			return
		}
		again := u.ToRow(row.UserID, items.ID)
		back, err := FromRow(&again, items.Index)
		if err != nil {
			t.Fatalf("own row refused: %v", err)
		}
		if diff := cmp.Diff(u, back); diff != "" {
			t.Fatal(diff)
		}
		u.Merge(&back)
		u.Fold(1, &event.Event{Type: event.View})
		if u.Touch(1) == nil || u.Events < back.Events {
			t.Fatalf("folding on: %+v", u)
		}
	})
}

package table

import (
	"bytes"
	"testing"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type itemRow struct {
	ItemID     string   `parquet:"item_id"`
	Title      *string  `parquet:"title"`
	Users      int64    `parquet:"users"`
	StartRate  *float64 `parquet:"start_rate"`
	FinishRate *float64 `parquet:"finish_rate"`
	Amount     int64    `parquet:"amount_minor"`
	Unknown    int64    `parquet:"users_age_unknown"`
	Old        int64    `parquet:"users_age_65_plus"`
	Top        []string `parquet:"top_occupations,list"`
	TopUsers   []int64  `parquet:"top_occupation_users,list"`
}

func TestItemRow(t *testing.T) {
	p := profile.Item{Users: 4, Started: 2, Finished: 1, Amount: 5}
	p.Ages[0], p.Ages[profile.Bands-1] = 1, 3
	jobs := profile.Occupations{"a": 1, "b": 2, "c": 1, "d": 1, "e": 1, "f": 1}
	var file bytes.Buffer
	table := NewItems(&file, encode.FitItems(nil, nil, now), Meta{})
	for _, write := range []func() error{
		func() error { return table.Write(&event.Item{ID: "i", Title: "Ink"}, &p, jobs) },
		func() error { return table.Write(&event.Item{ID: "none"}, &profile.Item{}, nil) },
		table.Close,
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	want := []itemRow{{
		ItemID: "i", Title: pointer("Ink"), Users: 4, StartRate: pointer(0.5), FinishRate: pointer(0.5), Amount: 5, Unknown: 1, Old: 3,
		Top: []string{"b", "a", "c", "d", "e"}, TopUsers: []int64{2, 1, 1, 1, 1},
	}, {ItemID: "none"}}
	if diff := cmp.Diff(want, rowsOf[itemRow](t, file.Bytes()), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

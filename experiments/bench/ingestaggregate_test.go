package bench

import (
	"os"
	"path/filepath"
	"testing"

	"curio/features/profile"

	"github.com/google/go-cmp/cmp"
)

func TestAggregates(t *testing.T) {
	a, b := aggregates{}, aggregates{}
	a.fold("u", 10, 300)
	a.fold("v", 1, 100)
	b.fold("u", 5, 400)
	b.fold("u", 5, 200)
	b.fold("w", 0, 0)
	a.merge(b)
	if want := (Totals{Events: 5, Users: 3, Watched: 21, Last: 400}); a.totals() != want {
		t.Errorf("totals %+v, want %+v", a.totals(), want)
	}
	if diff := cmp.Diff(aggregate{3, 20, 400}, *a["u"], cmp.AllowUnexported(aggregate{})); diff != "" {
		t.Error(diff)
	}
}

func TestFoldsMerge(t *testing.T) {
	a := &fold{items: []profile.Item{{Users: 1}, {Views: 2}}, totals: Totals{Events: 1, Users: 1, Pairs: 1, Watched: 5, Last: 9}}
	a.merge(&fold{items: []profile.Item{{Users: 2}, {Views: 3}}, totals: Totals{Events: 2, Users: 1, Pairs: 2, Watched: 6, Last: 8}})
	if want := (Totals{Events: 3, Users: 2, Pairs: 3, Watched: 11, Last: 9}); a.totals != want {
		t.Errorf("totals %+v, want %+v", a.totals, want)
	}
	if a.items[0].Users != 3 || a.items[1].Views != 5 {
		t.Errorf("items %+v", a.items)
	}
}

func TestStandardRoundsToMilliseconds(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		// 1.005 x 1000 is below 1005 in binary.
		"events.jsonl": `{"user_id":"u","ts":"2026-01-02T03:04:05.678Z","seconds":1.005}` + "\n" + `{"ts":"2026-01-02T03:04:05Z","user_id":"u"}` + "\n",
		"events.csv":   "seconds,user_id,ts\n1.005,u,2026-01-02T03:04:05.678Z\n,u,2026-01-02T03:04:05Z\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"jsonl", "csv"} {
		got, err := Pass{Name: PassStandard, Format: format, Data: dir}.Make(t.Context())
		if want := (Totals{Events: 2, Users: 1, Watched: 1005, Last: 1767323045678}); err != nil || got.Totals != want {
			t.Errorf("%s: %+v, error %v, want %+v", format, got.Totals, err, want)
		}
	}
	for name, text := range map[string]string{"jsonl": `{"seconds":"x"}`, "csv": "user_id,ts\nu,x\n"} {
		if err := os.WriteFile(filepath.Join(dir, "events."+name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := (Pass{Name: PassStandard, Format: name, Data: dir}).Make(t.Context()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

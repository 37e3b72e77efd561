package encode

import (
	"fmt"
	"slices"
	"testing"

	"curio/datasets/event"
	"curio/features/profile"
)

func TestColdItemHasItsAttributes(t *testing.T) {
	w := newWorld(9, 200, 80, 40)
	e := w.fitItems()
	if n := e.Dim() - e.AttributeDim(); n != 4 {
		t.Fatalf("%d behaviour columns of %q, want 4", n, e.Names())
	}
	warm, cold, untouched := make([]float32, e.Dim()), make([]float32, e.Dim()), make([]float32, e.Dim())
	differ := false
	for i := range w.cat {
		e.Encode(warm, &w.cat[i], &w.items[i], now)
		e.Encode(cold, &w.cat[i], nil, now)
		e.Encode(untouched, &w.cat[i], &profile.Item{}, now)
		n := e.AttributeDim()
		if !slices.Equal(warm[:n], cold[:n]) || !slices.Equal(cold, untouched) {
			t.Fatalf("item %d: attributes depend on behaviour", i)
		}
		if slices.ContainsFunc(cold[n:], func(x float32) bool { return x != 0 }) {
			t.Fatalf("item %d: behaviour of a cold item is %v, want 0", i, cold[n:])
		}
		differ = differ || !slices.Equal(warm[n:], cold[n:])
	}
	if !differ {
		t.Error("behaviour says nothing")
	}
}

func TestItemAttributes(t *testing.T) {
	w := newWorld(10, 10, 80, 40)
	e := w.fitItems()
	value := func(it *event.Item, name string) float32 {
		t.Helper()
		j := slices.Index(e.Names(), name)
		if j < 0 {
			t.Fatalf("no column %q in %q", name, e.Names())
		}
		dst := make([]float32, e.Dim())
		e.Encode(dst, it, nil, now)
		return dst[j]
	}
	tests := []struct {
		name, column string
		it           event.Item
		sign         int
	}{
		{"Category", "category=math", event.Item{Category: "math"}, 1},
		{"OtherCategory", "category=math", event.Item{Category: "art"}, -1},
		{"UnknownCategory", "category=math", event.Item{Category: "golf"}, 0},
		{"NoCategory", "category=math", event.Item{}, 0},
		{"Tag", "tag=a", event.Item{Tags: []string{"zzz", "a"}}, 1},
		{"NoTag", "tag=a", event.Item{}, -1},
		{"Hard", "difficulty", event.Item{Difficulty: 400}, 1},
		{"Easy", "difficulty", event.Item{Difficulty: 100}, -1},
		{"NoDifficulty", "difficulty", event.Item{}, 0},
		{"Free", "log_price", event.Item{Currency: "EUR"}, -1},
		{"NoPrice", "log_price", event.Item{}, 0},
		{"NoDuration", "log_duration_hours", event.Item{Duration: -1}, 0},
		{"Prerequisites", "has_prerequisites", event.Item{Prerequisites: []string{"x"}}, 1},
		{"Partner", "partner=p1", event.Item{PartnerID: "p1"}, 1},
		{"PartnerKnown", "known.partner", event.Item{PartnerID: "p1"}, 1},
		{"NoPartner", "known.partner", event.Item{}, -1},
		{"Background", "lecturer_background=industry", event.Item{LecturerBackground: "academia"}, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := value(&tt.it, tt.column)
			if (x > 0) != (tt.sign > 0) || (x < 0) != (tt.sign < 0) {
				t.Errorf("%s = %v, want sign %d", tt.column, x, tt.sign)
			}
		})
	}
}

func TestTagsNeedThreeItems(t *testing.T) {
	for n, want := range map[int]bool{2: false, 3: true, 4: true} {
		cat := make([]event.Item, 6)
		for i := range n {
			cat[i].Tags = []string{"x", "x"}
		}
		e := FitItems(cat, nil, now)
		if got := slices.Contains(e.Names(), "tag=x"); got != want {
			t.Errorf("tag on %d items: column %v, want %v", n, got, want)
		}
	}
	for _, n := range []int{MaxTags - 1, MaxTags, MaxTags + 1} {
		cat := make([]event.Item, 10)
		for tag := range n {
			for i := range minTagged + tag%3 {
				cat[i].Tags = append(cat[i].Tags, fmt.Sprintf("t%03d", tag))
			}
		}
		if got := len(FitItems(cat, nil, now).schema.Tags); got != min(n, MaxTags) {
			t.Errorf("%d tags: %d kept", n, got)
		}
	}
}

func TestItemsOfAListHaveOnlyPopularity(t *testing.T) {
	items := make([]profile.Item, 5)
	for i := range items {
		for range i + 1 {
			items[i].Fold(&profile.Touch{Counts: [event.Types]uint16{event.View: 1}})
		}
	}
	e := FitItems(make([]event.Item, 5), items, 0)
	if want := []string{"popularity.log_users"}; !slices.Equal(e.Names(), want) || e.AttributeDim() != 0 {
		t.Errorf("columns %q, %d attributes, want %q", e.Names(), e.AttributeDim(), want)
	}
}

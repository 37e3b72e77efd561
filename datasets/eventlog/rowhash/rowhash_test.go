package rowhash

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"curio/datasets/event"
)

func TestSetIsASet(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var s Set
	reference := make(map[Sum]bool)
	for range 200_000 {
		k := Sum{Hi: rng.Uint64N(500) << 50, Lo: rng.Uint64N(500) << 55} // often the same
		if got := s.Add(k); got == reference[k] {
			t.Fatalf("%v: added %v, was there %v", k, got, reference[k])
		}
		reference[k] = true
	}
	if s.Len() != len(reference) {
		t.Errorf("%d names, want %d", s.Len(), len(reference))
	}
	if !reference[Sum{}] {
		t.Error("the zero name was never tried")
	}
}

func TestSetMemory(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var s Set
	const n = 400_000
	for range n {
		s.Add(Sum{Hi: rng.Uint64(), Lo: rng.Uint64()})
	}
	slots := 0
	for i := range s.shards {
		slots += len(s.shards[i].slots)
	}
	if each := float64(slots) * 16 / n; each < 20 || each > 31 {
		t.Errorf("%.1f bytes a name, documented as 20 to 30", each)
	}
}

// Every field of a row counts: changing any of them changes the name.
func TestEveryFieldCounts(t *testing.T) {
	var h Hasher
	everyField(t, func(e *event.Event) Sum { return h.Event(e) })
	everyField(t, func(u *event.User) Sum { return h.User(u) })
	everyField(t, func(i *event.Item) Sum { return h.Item(i) })
	everyField(t, func(p *event.Partner) Sum { return h.Partner(p) })
	everyField(t, func(r *event.Trend) Sum { return h.Trend(r) })
}

func everyField[R any](t *testing.T, name func(*R) Sum) {
	t.Helper()
	var zero R
	seen := map[Sum]string{name(&zero): "nothing"}
	for i := range reflect.TypeOf(zero).NumField() {
		var r R
		f := reflect.ValueOf(&r).Elem().Field(i)
		switch f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Float64:
			f.SetFloat(math.Pi)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{"x"}))
		case reflect.Uint8:
			f.SetUint(1)
		default:
			f.SetInt(1)
		}
		field := reflect.TypeOf(zero).Field(i).Name
		if other, ok := seen[name(&r)]; ok {
			t.Errorf("%T: setting %s gives the name of setting %s", zero, field, other)
		}
		seen[name(&r)] = field
	}
}

func TestNoTwoListsLookAlike(t *testing.T) {
	var h Hasher
	seen := make(map[Sum][]string)
	for _, tags := range [][]string{nil, {}, {""}, {"", ""}, {"ab"}, {"a", "b"}, {"a", "b", ""}, {"a\x01b"}} {
		k := h.Item(&event.Item{Tags: tags})
		if other, ok := seen[k]; ok {
			t.Errorf("%q and %q have one name", tags, other)
		}
		seen[k] = tags
	}
	a := h.Item(&event.Item{Tags: []string{"x"}})
	b := h.Item(&event.Item{Prerequisites: []string{"x"}})
	if a == b {
		t.Error("tags and prerequisites are told apart by nothing")
	}
}

func TestIdentity(t *testing.T) {
	var h Hasher
	a, b := event.Event{ID: "1", UserID: "u"}, event.Event{ID: "1", UserID: "v"}
	if h.Identity(&a) != h.Identity(&b) {
		t.Error("one event id has two identities")
	}
	a.ID, b.ID = "", ""
	if h.Identity(&a) == h.Identity(&b) {
		t.Error("events without id that differ have one identity")
	}
}

func BenchmarkAdd(b *testing.B) {
	var h Hasher
	var s Set
	e := event.Event{UserID: "u000001", ItemID: "i0001", Type: event.Watch, TS: 1700000000000}
	b.ReportAllocs()
	for b.Loop() {
		e.TS++
		s.Add(h.Identity(&e))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

package rowhash

import (
	"math"
	"reflect"
	"testing"

	"curio/datasets/event"
)

// Every field of a row counts: changing any of them changes the name.
func TestEveryFieldCounts(t *testing.T) {
	var h Hasher
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

package encode

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestUsersSurviveJSON(t *testing.T) {
	w := newWorld(11, 200, 50, 50)
	e := w.fitUsers()
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var d Users
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	d.Bind(w.cat)
	again, err := json.Marshal(&d)
	if err != nil {
		t.Fatal(err)
	}
	if d.Hash() != e.Hash() || len(d.Hash()) != 64 || !bytes.Equal(again, data) {
		t.Errorf("hash %s became %s", e.Hash(), d.Hash())
	}
	if diff := cmp.Diff(e.Names(), d.Names()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(e.BehaviourNames(), d.BehaviourNames()); diff != "" {
		t.Error(diff)
	}
	a, b := make([]float32, e.Dim()), make([]float32, e.Dim())
	for i := range w.users {
		e.Encode(a, &w.users[i], &w.profiles[i], now)
		d.Encode(b, &w.users[i], &w.profiles[i], now)
		if diff := cmp.Diff(bits(a), bits(b)); diff != "" {
			t.Fatalf("user %d: %s", i, diff)
		}
	}
}

func TestItemsSurviveJSON(t *testing.T) {
	w := newWorld(12, 200, 50, 50)
	e := w.fitItems()
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var d Items
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	if d.Hash() != e.Hash() || d.AttributeDim() != e.AttributeDim() || !slices.Equal(d.Names(), e.Names()) {
		t.Errorf("hash %s became %s, %d attributes %d", e.Hash(), d.Hash(), e.AttributeDim(), d.AttributeDim())
	}
	a, b := make([]float32, e.Dim()), make([]float32, e.Dim())
	for i := range w.cat {
		e.Encode(a, &w.cat[i], &w.items[i], now)
		d.Encode(b, &w.cat[i], &w.items[i], now)
		if !slices.Equal(bits(a), bits(b)) {
			t.Fatalf("item %d differs", i)
		}
	}
}

func TestHashFollowsTheStatistics(t *testing.T) {
	w := newWorld(13, 100, 50, 50)
	users, items := w.fitUsers().Hash(), w.fitItems().Hash()
	if users != w.fitUsers().Hash() || items != w.fitItems().Hash() {
		t.Error("the same data has another hash")
	}
	w.profiles[0].Fold(1, &event.Event{TS: now, Type: event.Like})
	w.items[1].Fold(&w.profiles[0].Touches[0])
	if users == w.fitUsers().Hash() || items == w.fitItems().Hash() {
		t.Error("other data has the same hash")
	}
}

func TestStoredEncodersAreChecked(t *testing.T) {
	w := newWorld(14, 100, 50, 50)
	e := w.fitUsers()
	tests := map[string]func(s *usersSchema){
		"OtherKind":       func(s *usersSchema) { s.Kind = itemsKind },
		"UnknownColumn":   func(s *usersSchema) { s.Columns[0].Name = "mood" },
		"ColumnsSwapped":  func(s *usersSchema) { s.Columns[0], s.Columns[1] = s.Columns[1], s.Columns[0] },
		"ColumnTwice":     func(s *usersSchema) { s.Columns[1] = s.Columns[0] },
		"NoDeviation":     func(s *usersSchema) { s.Columns[0].Std = 0 },
		"Negative":        func(s *usersSchema) { s.Columns[0].Std = -1 },
		"EmptyValue":      func(s *usersSchema) { s.Regions[0] = "" },
		"RepeatedValue":   func(s *usersSchema) { s.Categories[1] = s.Categories[0] },
		"TooManyValues":   func(s *usersSchema) { s.Genders = many(MaxValues + 1) },
		"TooManyDomains":  func(s *usersSchema) { s.Domains = many(MaxDomains + 1) },
		"TooManyAffinity": func(s *usersSchema) { s.Categories = many(MaxCategories + 1) },
		"TooManyAges":     func(s *usersSchema) { s.Ages = many(maxAges + 1) },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			data, _ := e.MarshalJSON()
			var s usersSchema
			if err := json.Unmarshal(data, &s); err != nil {
				t.Fatal(err)
			}
			change(&s)
			data, _ = json.Marshal(s)
			d := *e
			if err := json.Unmarshal(data, &d); !errors.Is(err, ErrSchema) {
				t.Errorf("error %v, want ErrSchema", err)
			}
			if d.Hash() != e.Hash() || d.Dim() != e.Dim() {
				t.Error("the encoder was changed")
			}
		})
	}
	t.Run("MostValues", func(t *testing.T) {
		s := usersSchema{
			Kind: usersKind, Ages: many(maxAges), Genders: many(MaxValues), Occupations: many(MaxValues),
			Regions: many(MaxValues), Domains: many(MaxDomains), Categories: many(MaxCategories),
		}
		data, _ := json.Marshal(s)
		var d Users
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatal(err)
		}
		if n := len(d.rawNames()); n != maxUserRaw {
			t.Errorf("%d raw values, want room for %d", n, maxUserRaw)
		}
		d.Encode(nil, nil, nil, now)
	})
	t.Run("MostItemValues", func(t *testing.T) {
		s := itemsSchema{
			Kind: itemsKind, Domains: many(MaxDomains), Categories: many(MaxCategories), Tags: many(MaxTags),
			Backgrounds: many(MaxValues), Partners: many(MaxValues),
		}
		data, _ := json.Marshal(s)
		var d Items
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatal(err)
		}
		if n := len(d.rawNames()); n != maxItemRaw {
			t.Errorf("%d raw values, want room for %d", n, maxItemRaw)
		}
		d.Encode(nil, nil, nil, now)
		s.Tags = many(MaxTags + 1)
		data, _ = json.Marshal(s)
		if err := json.Unmarshal(data, &d); !errors.Is(err, ErrSchema) {
			t.Errorf("error %v, want ErrSchema", err)
		}
	})
}

func many(n int) []string {
	values := make([]string, n)
	for i := range values {
		values[i] = strings.Repeat("v", i+1)
	}
	return values
}

// FuzzUsers checks that any bytes are refused or give an encoder that writes
// finite values within the limit and itself back.
func FuzzUsers(f *testing.F) {
	w := newWorld(15, 20, 10, 20)
	seed, _ := w.fitUsers().MarshalJSON()
	f.Add(seed)
	f.Add([]byte(`{"kind":"users/1","columns":[{"name":"activity.log_events","mean":1e308,"std":1e-308}]}`))
	f.Add([]byte(`{"kind":"users/1","strength":{"weights":[3e38,3e38],"max":3e38},"categories":["math"],"columns":[{"name":"affinity.category=math","mean":0,"std":1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Users
		if json.Unmarshal(data, &e) != nil || e.hash == "" {
			return
		}
		e.Bind(w.cat)
		dst := make([]float32, e.Dim())
		for i := range w.users {
			e.Encode(dst, &w.users[i], &w.profiles[i], now)
			for j, x := range dst {
				if math.IsNaN(float64(x)) || x < -Limit || x > Limit {
					t.Fatalf("%s = %v", e.Names()[j], x)
				}
			}
		}
		out, err := json.Marshal(&e)
		if err != nil {
			t.Fatal(err)
		}
		var again Users
		if err := json.Unmarshal(out, &again); err != nil || again.Hash() != e.Hash() {
			t.Fatalf("own bytes: %v, hash %s and %s", err, e.Hash(), again.Hash())
		}
	})
}

package clustering

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
)

const end = 1000 * event.Day

// crowd is a catalogue of two categories with a tag each, and users who keep to one.
type crowd struct {
	items    []event.Item
	users    []event.User
	profiles []profile.User
}

func newCrowd(n int, act func(u, item int) event.Event) *crowd {
	c := &crowd{}
	for i := range 20 {
		name := []string{"art", "law"}[i%2]
		c.items = append(c.items, event.Item{Category: name, Tags: []string{name + " history"}})
	}
	for u := range n {
		c.users = append(c.users, event.User{Age: int32(20 + 20*(u%3)), Gender: []string{"f", "m"}[u%2]})
		var p profile.User
		for k := range 3 + u%5 {
			item := (2*k + u%2 + 6*u) % 20
			e := act(u, item)
			p.Fold(int32(item), &e)
		}
		c.profiles = append(c.profiles, p)
	}
	return c
}

func look(u, item int) event.Event {
	return event.Event{Type: event.View, TS: end - event.Time(1+u%50)*event.Day}
}

func buy(u, item int) event.Event {
	return event.Event{Type: event.Purchase, TS: end - event.Time(1+u%50)*event.Day, Has: event.HasAmount, Amount: int64(100 * (1 + (u+item)%7))}
}

func (c *crowd) input(t *testing.T, f Features) Input {
	t.Helper()
	asOf := slices.Repeat([]event.Time{end}, len(c.profiles))
	e := encode.FitUsers(c.items, c.users, c.profiles, asOf, profile.DefaultStrength())
	in, err := NewInput(e, f, len(c.profiles), func(row int) (*event.User, *profile.User, event.Time) {
		return &c.users[row], &c.profiles[row], end
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := check(in, Options{}.withDefaults()); err != nil {
		t.Errorf("%+v: %v", f, err)
	}
	return in
}

func fields(in Input) []string {
	var all []string
	for _, s := range in.Shares {
		all = append(all, s.Field)
	}
	return all
}

func TestPresets(t *testing.T) {
	viewers, buyers := newCrowd(60, look), newCrowd(60, buy)
	for name, tt := range map[string]struct {
		of        *crowd
		f         Features
		behaviour []string
		fields    []string
	}{
		"Default":      {buyers, Features{}, []string{"purchase.log_count", "purchase.log_amount", "recency.log_days"}, []string{Category, Tag}},
		"All":          {viewers, Features{Preset: All}, []string{"interaction.log_views", "recency.log_days"}, []string{Category, Tag}},
		"Behaviour":    {viewers, Features{Preset: Behaviour}, []string{"interaction.log_views", "recency.log_days"}, nil},
		"Interest":     {viewers, Features{Preset: Interest}, nil, []string{Category, Tag}},
		"RFM":          {buyers, Features{Preset: RFM}, []string{"recency.log_days", "purchase.log_count", "purchase.log_amount"}, nil},
		"NobodyBuys":   {viewers, Features{Preset: RFM}, []string{"recency.log_days", "interaction.log_views"}, nil},
		"Demographics": {viewers, Features{Preset: Interest, Stated: true}, nil, []string{Category, Tag, "age", "gender"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := tt.of.input(t, tt.f)
			if d := cmp.Diff(tt.behaviour, in.Names); d != "" {
				t.Errorf("behaviours: %s", d)
			}
			if d := cmp.Diff(tt.fields, fields(in)); d != "" {
				t.Errorf("fields: %s", d)
			}
		})
	}
	_, err := NewInput(encode.FitUsers(nil, nil, nil, nil, profile.DefaultStrength()), Features{Preset: "age"}, 0, nil)
	if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), `"age"`) {
		t.Errorf("a preset that there is not: %v", err)
	}
}

// Every value stands where its column says.
func TestInputValues(t *testing.T) {
	c := newCrowd(40, look)
	in := c.input(t, Features{Stated: true})
	asOf := slices.Repeat([]event.Time{end}, len(c.profiles))
	e := encode.FitUsers(c.items, c.users, c.profiles, asOf, profile.DefaultStrength())
	f, err := e.Features(in.columns())
	if err != nil {
		t.Fatal(err)
	}
	got, want := make([]float32, f.Len()), make([]float32, f.Len())
	for row := range c.profiles {
		in.features(got, row)
		f.Write(want, &c.users[row], &c.profiles[row], end)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("row %d: %s", row, d)
		}
	}
}

// What a user met once, or by chance, tells nobody apart.
func TestUnreliableInterestIsLeftOut(t *testing.T) {
	once := newCrowd(60, look)
	for u := range once.profiles {
		once.profiles[u].Touches = once.profiles[u].Touches[:1]
	}
	if in := once.input(t, Features{Preset: Interest}); in.width() != 0 || in.rows() != 60 {
		t.Errorf("users of one item each: columns %v of %d rows", in.columns(), in.rows())
	}
	chance := newCrowd(60, look)
	for i := range chance.items {
		chance.items[i].Category = fmt.Sprint(i * 7 % 20 / 10) // what users meet is half and half
	}
	if got := fields(chance.input(t, Features{Preset: Interest})); !slices.Equal(got, []string{Tag}) {
		t.Errorf("fields %v, want tags alone", got)
	}
}

// Without categories, tags and demographics there is nothing of them.
func TestInputOfBareLists(t *testing.T) {
	c := newCrowd(30, look)
	clear(c.items)
	clear(c.users)
	in := c.input(t, Features{Stated: true})
	if len(in.Shares) != 0 || len(in.Names) == 0 {
		t.Errorf("columns %v", in.columns())
	}
	if in = c.input(t, Features{Preset: Interest}); in.width() != 0 {
		t.Errorf("columns %v, want none", in.columns())
	}
	if r := mustFit(t, in, Options{Seed: 1}); len(r.Model.Segments()) != 1 || len(r.Members) != 30 {
		t.Errorf("%d segments of %d users", len(r.Model.Segments()), len(r.Members))
	}
}

func TestFeaturesName(t *testing.T) {
	for want, f := range map[string]Features{"all": {}, "rfm": {Preset: RFM}, "interest+demographics": {Preset: Interest, Stated: true}} {
		if got := f.Name(); got != want {
			t.Errorf("%+v is called %s, want %s", f, got, want)
		}
	}
}

// Catalogues of many categories and of items with many tags: there are as many columns
// as the encoder takes, and all users find a segment.
func TestInputOfManyNames(t *testing.T) {
	c := newCrowd(150, look)
	c.items = nil
	for i := range 200 {
		item := event.Item{Category: fmt.Sprint("category ", i)}
		for k := range 64 {
			item.Tags = append(item.Tags, fmt.Sprint("tag ", (i/20*64+k*(1+i%20))%640))
		}
		c.items = append(c.items, item)
	}
	for u := range c.profiles {
		c.profiles[u] = profile.User{}
		for k := range 12 {
			e := look(u, k)
			c.profiles[u].Fold(int32((u%10*20+(u+3*k)%20)%200), &e)
		}
	}
	in := c.input(t, Features{Stated: true})
	for _, s := range in.Shares {
		if s.Field == Category && len(s.Names) > encode.MaxCategories || s.Field == Tag && len(s.Names) > encode.MaxInterests || len(s.Names) == 0 {
			t.Errorf("%d columns of %s", len(s.Names), s.Field)
		}
	}
	r := mustFit(t, in, Options{Seed: 1, Segments: 3})
	if len(r.Members) != 150 || slices.Min(r.Members) < 0 {
		t.Errorf("members %v", r.Members)
	}
}

// Users who all do the same are one segment, by whatever features.
func TestInputOfUsersAlike(t *testing.T) {
	c := newCrowd(80, look)
	for u := range c.profiles {
		c.profiles[u], c.users[u] = c.profiles[0], c.users[0]
	}
	for _, preset := range Presets {
		r := mustFit(t, c.input(t, Features{Preset: preset, Stated: true}), Options{Seed: 1})
		if len(r.Model.Segments()) != 1 {
			t.Errorf("%s: %d segments", preset, len(r.Model.Segments()))
		}
	}
}

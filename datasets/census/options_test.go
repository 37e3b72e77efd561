package census

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

func TestOptions(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*Options)
		want   string // "" if valid
	}{
		{"nobody named", func(o *Options) { o.Top = 0 }, ""},
		{"top below", func(o *Options) { o.Top = -1 }, "top is -1"},
		{"top at", func(o *Options) { o.Top = MaxTop }, ""},
		{"top above", func(o *Options) { o.Top = MaxTop + 1 }, "top is 1001"},
		{"hours at", func(o *Options) { o.Bots.HoursPerDay = 23 }, ""},
		{"hours above", func(o *Options) { o.Bots.HoursPerDay = 24 }, "bots.hours_per_day"},
		{"gaps below", func(o *Options) { o.Bots.SteadyGaps = 9 }, "bots.steady_gaps"},
		{"gaps at", func(o *Options) { o.Bots.SteadyGaps = 10 }, ""},
		{"share below", func(o *Options) { o.Bots.SteadyShare = 0.59 }, "bots.steady_share"},
		{"share at", func(o *Options) { o.Bots.SteadyShare = 0.6 }, ""},
		{"threshold above", func(o *Options) { o.Drift.Number = 1.01 }, "drift.number"},
		{"threshold at", func(o *Options) { o.Drift.Category = 1 }, ""},
		{"volume below", func(o *Options) { o.Drift.Volume = -0.01 }, "drift.volume"},
		{"volume at", func(o *Options) { o.Drift.Volume = 0 }, ""},
		{"volume above", func(o *Options) { o.Drift.Volume = 1.01 }, "drift.volume"},
		{"own threshold", func(o *Options) {
			o.Drift.Each = map[string]float64{"amount/EUR": 0.1, "missing/ts": 0, "volume/items": 1}
		}, ""},
		{"no measure", func(o *Options) { o.Drift.Each = map[string]float64{"colour": 0.1} }, "drift.each.colour is no measure"},
		{"several", func(o *Options) { *o = Options{Top: -1} }, "bots.min_events"},
	} {
		o := Default()
		c.change(&o)
		err := o.Validate()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestOptionsInYAML(t *testing.T) {
	text := "top: 3\nbots:\n  items_per_hour: 900\n  steady_share: 0.9\ndrift:\n  category: 0.1\n  volume: 0.8\n  each:\n    amount/EUR: 0.2\n"
	got, want := Default(), Default()
	want.Top, want.Bots.ItemsPerHour, want.Bots.SteadyShare = 3, 900, 0.9
	want.Drift.Category, want.Drift.Volume, want.Drift.Each = 0.1, 0.8, map[string]float64{"amount/EUR": 0.2}
	if err := yaml.UnmarshalWithOptions([]byte(text), &got, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if err := yaml.UnmarshalWithOptions([]byte("bots:\n  drop: true\n"), &got, yaml.Strict()); err == nil {
		t.Error("drop has a key")
	}
}

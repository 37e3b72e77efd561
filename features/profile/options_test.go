package profile

import (
	"math"
	"strings"
	"testing"

	"curio/datasets/event"
)

func TestOptions(t *testing.T) {
	tests := map[string]struct {
		change func(*Options)
		fault  string
	}{
		"Default":          {func(*Options) {}, ""},
		"GapBelow":         {func(o *Options) { o.SessionGapMinutes = 0 }, "session_gap_minutes"},
		"GapLeast":         {func(o *Options) { o.SessionGapMinutes = 1 }, ""},
		"GapMost":          {func(o *Options) { o.SessionGapMinutes = 1440 }, ""},
		"GapAbove":         {func(o *Options) { o.SessionGapMinutes = 1441 }, "session_gap_minutes"},
		"CategoryBelow":    {func(o *Options) { o.CategoryHalfLifeDays = -0.1 }, "category_half_life_days"},
		"CategoryLeast":    {func(o *Options) { o.CategoryHalfLifeDays = 0 }, ""},
		"CategoryMost":     {func(o *Options) { o.CategoryHalfLifeDays = 36500 }, ""},
		"CategoryAbove":    {func(o *Options) { o.CategoryHalfLifeDays = 36500.5 }, "category_half_life_days"},
		"TagNotANumber":    {func(o *Options) { o.TagHalfLifeDays = math.NaN() }, "tag_half_life_days"},
		"TagInfinite":      {func(o *Options) { o.TagHalfLifeDays = math.Inf(1) }, "tag_half_life_days"},
		"NeedBelow":        {func(o *Options) { o.NeedDays = -1 }, "need_days"},
		"NeedLeast":        {func(o *Options) { o.NeedDays = 0 }, ""},
		"NeedMost":         {func(o *Options) { o.NeedDays = 36500 }, ""},
		"NeedAbove":        {func(o *Options) { o.NeedDays = 36501 }, "need_days"},
		"EveryFaultAtOnce": {func(o *Options) { *o = Options{NeedDays: -1} }, "session_gap_minutes is 0, want 1 to 1440\nneed_days"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := DefaultOptions()
			tt.change(&o)
			err := o.Validate()
			if (err != nil) != (tt.fault != "") || (err != nil && !strings.Contains(err.Error(), tt.fault)) {
				t.Errorf("error %v, want one that says %q", err, tt.fault)
			}
		})
	}
}

func TestOptionsAreUsed(t *testing.T) {
	o := DefaultOptions()
	if s := o.Strength(); s != DefaultStrength() {
		t.Error("the default options change the default strength")
	}
	o.SessionGapMinutes, o.CategoryHalfLifeDays = 7, 0.5
	if gap := o.Empty().Sessions.Gap; gap != 7*60_000 {
		t.Errorf("gap %d, want 7 minutes", gap)
	}
	if s := o.Strength(); s.HalfLife != event.Day/2 {
		t.Errorf("half-life %d, want half a day", s.HalfLife)
	}
}

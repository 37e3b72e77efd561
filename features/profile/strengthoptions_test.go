package profile

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"curio/datasets/event"
)

func TestStrengthOptions(t *testing.T) {
	tests := map[string]struct {
		change func(*StrengthOptions)
		fault  string
	}{
		"Default":      {func(*StrengthOptions) {}, ""},
		"ViewBelow":    {func(o *StrengthOptions) { o.View = -0.1 }, "view is -0.1, want 0 to 1000"},
		"ViewLeast":    {func(o *StrengthOptions) { o.View = 0 }, ""},
		"ViewMost":     {func(o *StrengthOptions) { o.View = 1000 }, ""},
		"ViewAbove":    {func(o *StrengthOptions) { o.View = 1000.5 }, "view"},
		"NotANumber":   {func(o *StrengthOptions) { o.Hours = math.NaN() }, "hours"},
		"RefundBelow":  {func(o *StrengthOptions) { o.Refund = -1000.5 }, "refund"},
		"RefundLeast":  {func(o *StrengthOptions) { o.Refund = -1000 }, ""},
		"DismissMost":  {func(o *StrengthOptions) { o.Dismiss = 0 }, ""},
		"DismissAbove": {func(o *StrengthOptions) { o.Dismiss = 0.5 }, "dismiss is 0.5, want -1000 to 0"},
		"StarsBelow":   {func(o *StrengthOptions) { o.NeutralStars = 0.9 }, "neutral_stars"},
		"StarsLeast":   {func(o *StrengthOptions) { o.NeutralStars = 1 }, ""},
		"StarsMost":    {func(o *StrengthOptions) { o.NeutralStars = 5 }, ""},
		"StarsAbove":   {func(o *StrengthOptions) { o.NeutralStars = 5.1 }, "neutral_stars"},
		"DoubleBelow":  {func(o *StrengthOptions) { o.DoubleStars = 0.09 }, "double_stars"},
		"DoubleLeast":  {func(o *StrengthOptions) { o.DoubleStars = 0.1 }, ""},
		"DoubleMost":   {func(o *StrengthOptions) { o.DoubleStars = 100 }, ""},
		"DoubleAbove":  {func(o *StrengthOptions) { o.DoubleStars = 100.5 }, "double_stars"},
		"NoInterest":   {func(o *StrengthOptions) { *o = StrengthOptions{NeutralStars: 3, DoubleStars: 2} }, "nothing would show interest"},
		"OneInterest":  {func(o *StrengthOptions) { *o = StrengthOptions{NeutralStars: 3, DoubleStars: 2, Hours: 1} }, ""},
		"EveryFault":   {func(o *StrengthOptions) { o.View, o.Share = -1, -1 }, "view is -1, want 0 to 1000\nshare is -1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := DefaultStrengthOptions()
			tt.change(&o)
			err := o.Validate()
			if (err != nil) != (tt.fault != "") || (err != nil && !strings.Contains(err.Error(), tt.fault)) {
				t.Errorf("error %v, want one that says %q", err, tt.fault)
			}
		})
	}
}

// Every behaviour has a weight of its own, under its own name.
func TestStrengthOptionsApply(t *testing.T) {
	o := DefaultStrengthOptions()
	s := DefaultStrength()
	if o.Apply(&s); s != DefaultStrength() {
		t.Errorf("the default options make %+v of the default", s)
	}
	fields := reflect.ValueOf(&o).Elem()
	for i := range fields.NumField() {
		if f := fields.Field(i); f.Kind() == reflect.Float64 {
			f.SetFloat(float64(i))
		}
	}
	o.Apply(&s)
	for typ := event.View; int(typ) < event.Types; typ++ {
		field, _ := fields.Type().FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, typ.String()) })
		if len(field.Index) == 0 || s.Weights[typ] != float32(field.Index[0]) {
			t.Errorf("weight of %s is %v, want that of field %v", typ, s.Weights[typ], field)
		}
	}
	if s.ReachedWeight != float32(o.Reached) || s.HoursWeight != float32(o.Hours) ||
		s.RatingMidpoint != float32(o.NeutralStars*100) || s.RatingScale != float32(o.DoubleStars*100) {
		t.Errorf("strength is %+v of %+v", s, o)
	}
	if want := DefaultStrength(); s.HalfLife != want.HalfLife || s.Max != want.Max || s.RatingFloor != want.RatingFloor {
		t.Error("what is not an option has changed")
	}
}

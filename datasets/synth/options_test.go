package synth

import (
	"strings"
	"testing"
	"time"
)

func TestOptionsLimits(t *testing.T) {
	set := func(f func(*Options)) Options {
		o := Default()
		f(&o)
		return o
	}
	for _, c := range []struct {
		name  string
		o     Options
		fault string
	}{
		{"default", Default(), ""},
		{"users below", set(func(o *Options) { o.Users = 0 }), "users is 0"},
		{"users at low", set(func(o *Options) { o.Users, o.Events = 1, 10 }), ""},
		{"users at high", set(func(o *Options) { o.Users = MaxUsers }), ""},
		{"users above", set(func(o *Options) { o.Users = MaxUsers + 1 }), "users is 20000001"},
		{"items below", set(func(o *Options) { o.Items = 0 }), "items is 0"},
		{"items at low", set(func(o *Options) { o.Items = 1 }), ""},
		{"items at high", set(func(o *Options) { o.Items = MaxItems }), ""},
		{"items above", set(func(o *Options) { o.Items = MaxItems + 1 }), "items is 2000001"},
		{"segments below", set(func(o *Options) { o.Segments = 0 }), "segments is 0"},
		{"segments at low", set(func(o *Options) { o.Segments = 1 }), ""},
		{"segments at high", set(func(o *Options) { o.Segments = MaxSegments }), ""},
		{"segments above", set(func(o *Options) { o.Segments = MaxSegments + 1 }), "segments is 13"},
		{"events below", set(func(o *Options) { o.Events = 0 }), "events is 0"},
		{"events at low", set(func(o *Options) { o.Events = 1 }), ""},
		{"events at high", set(func(o *Options) { o.Users, o.Events = 2, 2*MaxEventsPerUser }), ""},
		{"events above", set(func(o *Options) { o.Users, o.Events = 2, 2*MaxEventsPerUser+1 }), "events is 40001, must be 1..40000"},
		{"end below", set(func(o *Options) { o.End = minEnd - 1 }), "end is"},
		{"end at low", set(func(o *Options) { o.End = minEnd }), ""},
		{"end at high", set(func(o *Options) { o.End = maxEnd }), ""},
		{"end above", set(func(o *Options) { o.End = maxEnd + 1 }), "end is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.o.Validate()
			switch {
			case c.fault == "" && err != nil:
				t.Fatal(err)
			case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
				t.Fatalf("error %v, want one with %q", err, c.fault)
			}
		})
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	_, err := New(Options{Users: -1, Items: -2, Segments: -3, Events: -4, End: -5})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"users is -1", "items is -2", "segments is -3", "events is -4", "end is -5"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
}

func TestEndIsADate(t *testing.T) {
	if got := time.UnixMilli(int64(End)).UTC().Format(time.RFC3339); got != "2026-11-01T00:00:00Z" {
		t.Error(got)
	}
}

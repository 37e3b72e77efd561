package split

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"curio/datasets/event"
)

func TestCheck(t *testing.T) {
	cuts := []event.Time{10, Never}
	for _, c := range []struct {
		name        string
		train, held []First
		fault       string // "" if there is none
	}{
		{"clean", []First{{0, 1, 9}, {0, 2, 0}, {1, 1, 99}}, []First{{0, 3, 10}}, ""},
		{"nothing", nil, nil, ""},
		{"training at the cut", []First{{0, 1, 9}, {0, 2, 10}}, nil, "training row 2: user 0, item 2 at 10"},
		{"training after the cut", []First{{0, 2, 11}, {0, 2, 12}}, nil, "training row 1: user 0, item 2 at 11"},
		{"held out before the cut", nil, []First{{0, 2, 10}, {0, 3, 9}}, "held-out row 2: user 0, item 3 at 9"},
		{"held out at an unknown time", nil, []First{{0, 3, 0}}, "held-out row 1: user 0, item 3 at 0"},
		{"held out without a cut", nil, []First{{1, 3, 50}}, "held-out row 1: user 1, item 3 at 50"},
		{"in both", []First{{0, 1, 9}, {0, 3, 9}}, []First{{0, 3, 12}}, "training row 2: user 0, item 3 is held out too"},
		{"the same item of another user", []First{{1, 3, 9}}, []First{{0, 3, 12}}, ""},
		{"training user above", []First{{2, 1, 9}}, nil, "training row 1: user 2 has no cut"},
		{"training user below", []First{{-1, 1, 9}}, nil, "training row 1: user -1 has no cut"},
		{"held-out user above", nil, []First{{2, 1, 19}}, "held-out row 1: user 2 has no cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Check(cuts, slices.Values(c.train), slices.Values(c.held))
			switch {
			case c.fault == "" && err != nil:
				t.Fatal(err)
			case c.fault != "" && (!errors.Is(err, ErrLeak) || !strings.Contains(err.Error(), c.fault)):
				t.Fatalf("error %v, want one with %q", err, c.fault)
			}
		})
	}
}

func TestCheckFixed(t *testing.T) {
	train := []First{{0, 1, 0}, {0, 2, 0}, {0, 2, 0}, {1, 1, 0}}
	test := []First{{0, 3, 0}, {1, 1, 5}, {0, 2, 0}, {2, 2, 0}, {2, 3, 0}, {0, 3, 0}, {2, 4, 0}}
	got := CheckFixed(slices.Values(train), slices.Values(test))
	want := Overlap{
		TrainRows: 4, TestRows: 7, TrainPairs: 3, TestPairs: 6, Both: 2,
		ColdUsers: 1, ColdItems: 2, First: First{1, 1, 5},
	}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := CheckFixed(slices.Values([]First(nil)), slices.Values([]First(nil))); got != (Overlap{}) {
		t.Errorf("of nothing: %+v", got)
	}
}

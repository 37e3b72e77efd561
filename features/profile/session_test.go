package profile

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func sessionsOf(gap event.Time, times ...event.Time) Sessions {
	s := Sessions{Gap: gap}
	for _, at := range times {
		s.add(at)
	}
	return s
}

func TestSessions(t *testing.T) {
	tests := []struct {
		name  string
		times []event.Time
		want  []Span
	}{
		{"One", []event.Time{5}, []Span{{5, 5}}},
		{"Same", []event.Time{5, 5}, []Span{{5, 5}}},
		{"BelowGap", []event.Time{5, 14}, []Span{{5, 14}}},
		{"AtGap", []event.Time{5, 15}, []Span{{5, 5}, {15, 15}}},
		{"AboveGap", []event.Time{5, 16}, []Span{{5, 5}, {16, 16}}},
		{"Chain", []event.Time{1, 10, 19, 28}, []Span{{1, 28}}},
		{"Backwards", []event.Time{28, 19, 10, 1}, []Span{{1, 28}}},
		{"Bridge", []event.Time{1, 19, 10}, []Span{{1, 19}}},
		{"BridgeTooShort", []event.Time{1, 21, 11}, []Span{{1, 1}, {11, 11}, {21, 21}}},
		{"Between", []event.Time{1, 50, 30}, []Span{{1, 1}, {30, 30}, {50, 50}}},
		{"JoinsNext", []event.Time{1, 50, 41}, []Span{{1, 1}, {41, 50}}},
		{"JoinsLast", []event.Time{1, 50, 10}, []Span{{1, 10}, {50, 50}}},
		{"Within", []event.Time{1, 9, 50, 4}, []Span{{1, 9}, {50, 50}}},
		{"AcrossZero", []event.Time{-4, 4}, []Span{{-4, 4}}},
		{"Ends", []event.Time{math.MaxInt64, math.MinInt64}, []Span{{math.MinInt64, math.MinInt64}, {math.MaxInt64, math.MaxInt64}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sessionsOf(10, tt.times...)
			if diff := cmp.Diff(tt.want, s.Spans); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := s.Count(); n != int64(len(tt.want)) {
				t.Errorf("%d sessions, want %d", n, len(tt.want))
			}
		})
	}
}

// linked returns the sessions of a set of times by their definition.
func linked(gap event.Time, times []event.Time) []Span {
	times = slices.Clone(times)
	slices.Sort(times)
	var spans []Span
	for i, at := range times {
		if i > 0 && at-times[i-1] < gap {
			spans[len(spans)-1].End = at
		} else {
			spans = append(spans, Span{at, at})
		}
	}
	return spans
}

func TestSessionsAreThoseOfTheSet(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range 500 {
		gap := event.Time(1 + r.IntN(30))
		times := make([]event.Time, r.IntN(60))
		for i := range times {
			times[i] = event.Time(1 + r.IntN(400))
		}
		want := linked(gap, times)
		parts := make([]Sessions, 1+r.IntN(4))
		for i := range parts {
			parts[i].Gap = event.Time(r.IntN(int(gap))) // shorter gaps give way
			if parts[i].Gap == 0 {
				parts[i].Gap = gap
			}
		}
		parts[0].Gap = gap
		for _, at := range times {
			parts[r.IntN(len(parts))].add(at)
		}
		var got Sessions
		for _, i := range r.Perm(len(parts)) {
			before := slices.Clone(parts[i].Spans)
			got.merge(&parts[i])
			if !slices.Equal(before, parts[i].Spans) {
				t.Fatal("merge changed its argument")
			}
		}
		if diff := cmp.Diff(want, got.Spans); diff != "" || got.Gap != gap {
			t.Fatalf("gap %d, merged %d, times %v (-want +got):\n%s", gap, got.Gap, times, diff)
		}
	}
}

func TestSessionGap(t *testing.T) {
	var u User
	u.Fold(-1, &event.Event{Type: event.View})
	if u.Sessions.Gap != 0 || u.Sessions.Count() != 0 {
		t.Errorf("an event without a time gives sessions %+v", u.Sessions)
	}
	for _, minute := range []event.Time{10, 39, 69} {
		u.Fold(-1, &event.Event{Type: event.View, TS: minute * 60_000})
	}
	if n, total := u.Sessions.Count(), u.Sessions.Total(); n != 2 || total != 29*60_000 {
		t.Errorf("%d sessions of %d ms, want 2 of 29 minutes", n, total)
	}
	o := DefaultOptions()
	o.SessionGapMinutes = 31
	longer := o.Empty()
	longer.Merge(&u)
	if n := longer.Sessions.Count(); n != 1 {
		t.Errorf("%d sessions with a longer gap, want 1", n)
	}
	u.Merge(&User{Sessions: Sessions{Gap: 1}})
	if n := u.Sessions.Count(); n != 2 {
		t.Errorf("%d sessions after a shorter gap, want 2", n)
	}
}

func TestSessionTotalSaturates(t *testing.T) {
	s := Sessions{Gap: 1, Spans: []Span{{math.MinInt64, math.MaxInt64}}}
	if got := s.Total(); got != math.MaxInt64 {
		t.Errorf("total %d, want the largest int64", got)
	}
	var none Sessions
	if none.Total() != 0 || none.Count() != 0 {
		t.Error("no sessions have a length")
	}
}

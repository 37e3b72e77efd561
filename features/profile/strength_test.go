package profile

import (
	"math"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
)

func touchOf(counts map[event.Type]uint16) *Touch {
	var t Touch
	for typ, n := range counts {
		t.Counts[typ] = n
		if typ == event.Complete {
			t.Progress = FullProgress
		}
	}
	return &t
}

func TestStrengthOfOneKind(t *testing.T) {
	s := DefaultStrength()
	for typ := event.View; int(typ) < event.Types; typ++ {
		got := s.Of(touchOf(map[event.Type]uint16{typ: 1}))
		switch typ {
		case event.View:
			if got != 1 {
				t.Errorf("one view is worth %v, want 1", got)
			}
		case event.Refund, event.Dismiss:
			if got != 0 {
				t.Errorf("%s alone is worth %v, want 0", typ, got)
			}
		case event.Complete, event.Purchase:
			if got < 3 {
				t.Errorf("%s is worth %v, want at least 3", typ, got)
			}
		default:
			if got <= 0 {
				t.Errorf("%s is worth %v, want more than 0", typ, got)
			}
		}
	}
}

func TestStrengthTakesBack(t *testing.T) {
	s := DefaultStrength()
	tests := []struct {
		name   string
		counts map[event.Type]uint16
		want   float32
	}{
		{"Nothing", nil, 0},
		{"Refunded", map[event.Type]uint16{event.Purchase: 1, event.Refund: 1}, 0},
		{"ViewedAndDismissed", map[event.Type]uint16{event.View: 1, event.Dismiss: 1}, 0},
		{"RefundedAfterViews", map[event.Type]uint16{event.View: 3, event.Purchase: 1, event.Refund: 1}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := s.Of(touchOf(tt.counts)); got != tt.want {
				t.Errorf("strength %v, want %v", got, tt.want)
			}
		})
	}
}

func TestStrengthFollowsTheRating(t *testing.T) {
	s := DefaultStrength()
	for rating, want := range map[uint32]float32{500: 2, 400: 1.5, 300: 1, 200: 0.5, 100: 0.1} {
		touch := touchOf(map[event.Type]uint16{event.Rating: 1})
		touch.RatingSum = rating
		if got := s.Of(touch); got != want {
			t.Errorf("rating %d is worth %v, want %v", rating, got, want)
		}
	}
}

func TestStrengthIsBounded(t *testing.T) {
	s := DefaultStrength()
	most := Touch{RatingSum: math.MaxUint32, Progress: FullProgress, Watched: math.MaxInt64}
	for i := range most.Counts {
		most.Counts[i] = math.MaxUint16
	}
	most.Counts[event.Dismiss], most.Counts[event.Refund] = 0, 0
	if got := s.Of(&most); got != s.Max {
		t.Errorf("the largest touch is worth %v, want %v", got, s.Max)
	}
	views := touchOf(map[event.Type]uint16{event.View: math.MaxUint16})
	if got := s.Of(views); got != 16 {
		t.Errorf("65535 views are worth %v, want 16", got)
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		index, events := randomEvents(r, 20, 3)
		for _, touch := range foldAll(index, events).Touches {
			if got := s.Of(&touch); !(got >= 0 && got <= s.Max) {
				t.Fatalf("strength %v of %+v", got, touch)
			}
		}
	}
}

func TestCountsPastTheTable(t *testing.T) {
	for _, n := range []int64{0, 1, 62, 63, 64, 65, 1000} {
		if got, want := log2(n), math.Log2(float64(n+1)); got != want {
			t.Errorf("log2(%d) = %v, want %v", n, got, want)
		}
	}
}

func TestRecency(t *testing.T) {
	s := Strength{HalfLife: 10 * event.Day}
	day := event.Day
	tests := []struct {
		name       string
		last, asOf event.Time
		want       float32
	}{
		{"Now", 100 * day, 100 * day, 1},
		{"HalfLife", 90 * day, 100 * day, 0.5},
		{"TwoHalfLives", 80 * day, 100 * day, 0.25},
		{"Future", 101 * day, 100 * day, 1},
		{"LastUnknown", 0, 100 * day, 1},
		{"AsOfUnknown", 90 * day, 0, 1},
		{"LongGone", math.MinInt64, math.MaxInt64, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := s.Recency(tt.last, tt.asOf); got != tt.want {
				t.Errorf("recency %v, want %v", got, tt.want)
			}
		})
	}
	for _, halfLife := range []event.Time{0, -1} {
		s.HalfLife = halfLife
		if got := s.Recency(day, 100*day); got != 1 {
			t.Errorf("half-life %d: recency %v, want 1", halfLife, got)
		}
	}
}

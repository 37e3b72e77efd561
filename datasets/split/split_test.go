package split

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/datasets/event"
)

// of makes the pairs of one user whose items have these first times.
func of(user int32, times ...event.Time) []First {
	var firsts []First
	for i, at := range times {
		firsts = append(firsts, First{User: user, Item: int32(i), At: at})
	}
	return firsts
}

func TestByUser(t *testing.T) {
	for _, c := range []struct {
		name  string
		times []event.Time
		share float64
		want  event.Time
	}{
		{"four items are too few", []event.Time{1, 2, 3, 4}, 0.2, Never},
		{"five are enough", []event.Time{1, 2, 3, 4, 5}, 0.2, 5},
		{"six round up", []event.Time{1, 2, 3, 4, 5, 6}, 0.2, 5},
		{"ten", []event.Time{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.2, 9},
		{"a product just above a whole number", times(1, 100), 0.07, 94}, // 0.07*100 is more than 7
		{"any order", []event.Time{5, 3, 1, 2, 4}, 0.2, 5},
		{"a tie moves the cut later", []event.Time{1, 2, 3, 4, 4, 5}, 0.3, 5},
		{"a tie above the cut does not", []event.Time{1, 2, 3, 4, 4}, 0.4, 4},
		{"a tie at the end holds out nothing", []event.Time{1, 2, 3, 4, 4}, 0.2, Never},
		{"all at once", []event.Time{7, 7, 7, 7, 7}, 0.9, Never},
		{"training is not emptied", []event.Time{1, 2, 3, 4, 5}, 1, 2},
		{"nor by a share above one", []event.Time{1, 1, 3, 4, 5}, 7, 3},
		{"nothing asked for", []event.Time{1, 2, 3, 4, 5}, 0, Never},
		{"less than nothing", []event.Time{1, 2, 3, 4, 5}, -1, Never},
		{"no number", []event.Time{1, 2, 3, 4, 5}, math.NaN(), Never},
		{"unknown times count as items", []event.Time{0, 0, 0, 4, 5}, 0.2, 5},
		{"unknown times are trained on", []event.Time{0, 0, 0, 0, 5}, 0.9, 5},
		{"only unknown times", []event.Time{0, 0, 0, 0, 0}, 0.5, Never},
		{"before 1970", []event.Time{-5, -4, -3, -2, 0, 1}, 0.3, -2},
		{"nobody", nil, 0.2, Never},
	} {
		t.Run(c.name, func(t *testing.T) {
			known, unknown := known(of(0, c.times...))
			if got := ByUser(known, unknown, c.share); got != c.want {
				t.Errorf("cut %v, want %d", got, c.want)
			}
		})
	}
}

// known parts the known times from the number of unknown ones.
func known(firsts []First) (known []event.Time, unknown int) {
	for _, f := range firsts {
		if f.At == 0 {
			unknown++
		} else {
			known = append(known, f.At)
		}
	}
	return known, unknown
}

// byUser returns the cut of each user.
func byUser(users int, firsts []First, share float64) []event.Time {
	cuts := make([]event.Time, users)
	for u := range cuts {
		known, unknown := known(slices.DeleteFunc(slices.Clone(firsts), func(f First) bool { return int(f.User) != u }))
		cuts[u] = ByUser(known, unknown, share)
	}
	return cuts
}

// global returns the cut of each user.
func global(users int, firsts []First, share float64) []event.Time {
	known, unknown := known(firsts)
	return slices.Repeat([]event.Time{Global(known, unknown, share)}, users)
}

func times(from, to event.Time) []event.Time {
	var list []event.Time
	for at := from; at <= to; at++ {
		list = append(list, at)
	}
	return list
}

func TestGlobal(t *testing.T) {
	for _, c := range []struct {
		name   string
		firsts []First
		share  float64
		want   event.Time
	}{
		{"over all users", append(of(0, 1, 2, 3), of(1, 4, 5)...), 0.4, 4},
		{"rounds up", append(of(0, 1, 2, 3), of(1, 4, 5)...), 0.3, 4},
		{"a tie across users moves it later", append(of(0, 1, 2, 4), of(1, 4, 5)...), 0.4, 5},
		{"unknown times are trained on", append(of(0, 0, 0), of(1, 4)...), 0.9, 4},
		{"training is not emptied", of(0, 3, 4), 1, 4},
		{"all at once", append(of(0, 3, 3), of(1, 3)...), 0.5, Never},
		{"nobody", nil, 0.5, Never},
	} {
		t.Run(c.name, func(t *testing.T) {
			known, unknown := known(c.firsts)
			if got := Global(known, unknown, c.share); got != c.want {
				t.Errorf("cut %v, want %d", got, c.want)
			}
		})
	}
}

func TestHeld(t *testing.T) {
	for _, c := range []struct {
		at, cut event.Time
		want    bool
	}{
		{4, 5, false}, {5, 5, true}, {6, 5, true}, {0, 5, false}, {0, -5, false}, {-6, -5, false}, {-5, -5, true},
		{math.MaxInt64 - 1, Never, false},
	} {
		if got := Held(c.at, c.cut); got != c.want {
			t.Errorf("Held(%d, %d) = %v", c.at, c.cut, got)
		}
	}
}

// random makes pairs with many equal and some unknown times.
func random(r *rand.Rand) (users int, firsts []First) {
	users = 1 + r.IntN(6)
	for u := range users {
		span := 1 + r.Int64N(30)
		for i := range r.IntN(25) {
			firsts = append(firsts, First{User: int32(u), Item: int32(i), At: event.Time(r.Int64N(span))})
		}
	}
	return users, firsts
}

func TestSplitsHoldWhatTheyPromise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		users, firsts := random(r)
		share := r.Float64()
		own, all := byUser(users, firsts, share), global(users, firsts, share)
		shuffled := slices.Clone(firsts)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if !slices.Equal(own, byUser(users, shuffled, share)) || !slices.Equal(all, global(users, shuffled, share)) {
			t.Fatalf("the order of %v matters", firsts)
		}
		for _, cuts := range [][]event.Time{own, all} {
			train, held := parts(cuts, firsts)
			if err := Check(cuts, slices.Values(train), slices.Values(held)); err != nil {
				t.Fatal(err)
			}
			if len(train) == 0 && len(firsts) > 0 {
				t.Fatalf("nothing of %v is left to train on", firsts)
			}
		}
		for u, cut := range own {
			mine := slices.DeleteFunc(slices.Clone(firsts), func(f First) bool { return int(f.User) != u })
			train, held := parts(own, mine)
			n := len(mine)
			switch most := int(math.Ceil(share*float64(n) - 1e-9)); {
			case n < MinItems && len(held) > 0:
				t.Fatalf("%d of %d items held out", len(held), n)
			case len(held) > most:
				t.Fatalf("%d of %d items held out for a share of %v", len(held), n, share)
			case n >= MinItems && len(held) < most && len(train) > 1 && !ties(mine, cut, most):
				t.Fatalf("only %d of %d items held out for a share of %v: %v", len(held), n, share, own)
			}
			if len(train) == 0 && n > 0 {
				t.Fatalf("nothing of user %d is left to train on: %v", u, mine)
			}
		}
	}
}

// ties reports whether equal or unknown times keep a cut from being any earlier:
// the next earlier instant would hold out more than most.
func ties(own []First, cut event.Time, most int) bool {
	earlier := event.Time(math.MinInt64)
	for _, f := range own {
		if f.At != 0 && f.At < cut {
			earlier = max(earlier, f.At)
		}
	}
	var held, left int
	for _, f := range own {
		if Held(f.At, earlier) {
			held++
		} else {
			left++
		}
	}
	return held > most || left == 0 || earlier == math.MinInt64
}

func parts(cuts []event.Time, firsts []First) (train, held []First) {
	for _, f := range firsts {
		if Held(f.At, cuts[f.User]) {
			held = append(held, f)
		} else {
			train = append(train, f)
		}
	}
	return train, held
}

func BenchmarkByUser(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	firsts := make([]event.Time, 20)
	b.ReportAllocs()
	for b.Loop() {
		for i := range firsts {
			firsts[i] = event.Time(1 + r.Int64N(1e9))
		}
		ByUser(firsts, 0, 0.2)
	}
	b.ReportMetric(float64(len(firsts))*float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
}

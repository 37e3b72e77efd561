package live

import (
	"fmt"
	"math"
	"testing"
)

func TestSplitShare(t *testing.T) {
	const users = 100_000
	for _, share := range []float64{0, 0.05, 0.5, 0.95, 1} {
		s, n := Split{"checkout", share}, 0
		for u := range users {
			if s.Side(fmt.Sprint("user-", u)) == Challenger {
				n++
			}
		}
		deviation := math.Sqrt(users * share * (1 - share))
		if got := float64(n); math.Abs(got-users*share) > 4*deviation {
			t.Errorf("share %v: %v of %d, more than four standard deviations off", share, got, users)
		}
	}
}

// A larger share adds to the challenger's users and takes none away; another experiment
// splits them anew.
func TestSplitIsStable(t *testing.T) {
	for id, want := range map[string]Side{"alice": Champion, "bob": Challenger, "": Challenger, "用户-7": Champion} {
		if got := (Split{"checkout", 0.5}).Side(id); got != want {
			t.Errorf("%q is the %s's: users change sides when the hash does", id, got)
		}
	}
	both, users := 0, 10_000
	for u := range users {
		id := fmt.Sprint("user-", u)
		small, large := Split{"checkout", 0.2}.Side(id), Split{"checkout", 0.5}.Side(id)
		if small == Challenger && large == Champion {
			t.Fatalf("%s left the challenger when its share grew", id)
		}
		if large == Challenger && (Split{"another", 0.5}).Side(id) == Challenger {
			both++
		}
	}
	if math.Abs(float64(both)-float64(users)/4) > 200 {
		t.Errorf("%d of %d are the challenger's in two experiments, want a quarter", both, users)
	}
}

func TestPair(t *testing.T) {
	split := Split{"checkout", 0.5}
	id := map[Side]string{}
	for u := 0; len(id) < 2; u++ {
		id[split.Side(fmt.Sprint(u))] = fmt.Sprint(u)
	}
	champion, first, _ := follower(t)
	challenger, second, _ := follower(t)
	p := NewPair(champion, challenger, split)
	check := func(what, user string, version string, arm Arm) {
		t.Helper()
		m, got := p.For(user)
		if got != arm || (m == nil) != (version == "") || m != nil && m.Pointer.Version != version {
			t.Errorf("%s: %+v by %+v, want %+v by %s", what, got, m, arm, version)
		}
	}
	check("nothing", id[Champion], "", Arm{Champion, Champion})
	check("nothing", id[Challenger], "", Arm{Challenger, Champion})
	b := second.move(t, "b")
	step(t, challenger, Swapped)
	check("challenger only", id[Champion], b, Arm{Champion, Challenger})
	check("challenger only", id[Challenger], b, Arm{Challenger, Challenger})
	a := first.move(t, "a")
	step(t, champion, Swapped)
	check("both", id[Champion], a, Arm{Champion, Champion})
	check("both", id[Challenger], b, Arm{Challenger, Challenger})
	if m, s, ok := p.Challenger(); !ok || m.Pointer.Version != b || s.Version != b || p.Current().Pointer.Version != a || p.Status().Version != a {
		t.Error("the pair tells of other models than it has")
	}
	c := second.move(t, "c") // another version changes no sides
	if one, two := p.Step(t.Context()); one != Unchanged || two != Swapped {
		t.Errorf("steps %s and %s", one, two)
	}
	check("next", id[Champion], a, Arm{Champion, Champion})
	check("next", id[Challenger], c, Arm{Challenger, Challenger})

	p = NewPair(champion, nil, split)
	check("alone", id[Challenger], a, Arm{Champion, Champion})
	p = NewPair(champion, challenger, Split{"checkout", 0})
	check("no share", id[Challenger], a, Arm{Champion, Champion})
	p = NewPair(champion, challenger, Split{"checkout", 1})
	check("all", id[Champion], c, Arm{Challenger, Challenger})
}

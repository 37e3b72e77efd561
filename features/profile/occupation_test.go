package profile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOccupations(t *testing.T) {
	a, b := Occupations{}, Occupations{}
	for _, name := range []string{"nurse", "clerk", "", "nurse"} {
		a.Fold(name)
	}
	for _, name := range []string{"coder", "clerk", "actor"} {
		b.Fold(name)
	}
	a.Merge(b)
	if diff := cmp.Diff(Occupations{"nurse": 2, "clerk": 2, "coder": 1, "actor": 1}, a); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	all := []string{"clerk", "nurse", "actor", "coder"}
	for n := range 6 {
		if diff := cmp.Diff(all[:min(n, 4)], a.Top(n)); diff != "" {
			t.Errorf("top %d (-want +got):\n%s", n, diff)
		}
	}
	if got := Occupations(nil).Top(3); len(got) != 0 {
		t.Errorf("top of none: %v", got)
	}
}

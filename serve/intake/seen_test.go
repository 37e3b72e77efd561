package intake

import "testing"

func TestSeen(t *testing.T) {
	s := newSeen(2)
	a, b, c, d := nameOf("a"), nameOf("b"), nameOf("c"), nameOf("d")
	for _, n := range []name{a, b, c, d} {
		s.add(n, said{content: uint64(n[0])})
	}
	for _, n := range []name{a, b, c, d} {
		if v, ok := s.get(n); !ok || v.content != uint64(n[0]) {
			t.Errorf("%x is %+v, %v", n, v, ok)
		}
	}
	s.remove(a) // of the older half
	s.remove(d)
	if _, ok := s.get(a); ok || s.len() != 2 {
		t.Errorf("a is still known, or %d are, want 2", s.len())
	}
	if _, ok := s.get(d); ok {
		t.Error("d is still known")
	}
	for range 100 {
		s.add(nameOf("x"), said{})
	}
	if s.len() != 3 {
		t.Errorf("%d are known, want 3: an id counts once", s.len())
	}
}

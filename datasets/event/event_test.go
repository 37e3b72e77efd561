package event

import "testing"

func TestTypesRoundTrip(t *testing.T) {
	seen := map[string]bool{}
	for i := 1; i < Types; i++ {
		name := Type(i).String()
		if got, ok := ParseType(name); !ok || got != Type(i) || seen[name] {
			t.Errorf("type %d is called %q, which is read as %d (%v)", i, name, got, ok)
		}
		seen[name] = true
	}
	for _, name := range []string{"", "View", "views", "type(0)"} {
		if got, ok := ParseType(name); ok {
			t.Errorf("%q was read as %v", name, got)
		}
	}
	for wrong, want := range map[Type]string{0: "type(0)", Type(Types): "type(14)", 255: "type(255)"} {
		if got := wrong.String(); got != want {
			t.Errorf("type %d is called %q, want %q", uint8(wrong), got, want)
		}
	}
}

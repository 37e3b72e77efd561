package guard

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestUses(t *testing.T) {
	c := newClock()
	path, plain := keyFileOf(t, Key{Name: "often", Scopes: Read, Rate: 1}, Key{Name: "never", Scopes: Read}, Key{Name: "in vain", Scopes: Events})
	keys := load(t, path, c)
	_, h := wrap(t, Options{Clock: c.now, Keys: keys, Needs: func(r *http.Request) Scope {
		if r.URL.Path == "/docs" {
			return Public
		}
		return Read
	}}, nil)
	for _, path := range []string{"/", "/", "/docs"} {
		c.move(time.Second)
		for _, i := range []int{0, 2} {
			ask(h, "GET", path, "X-API-Key", plain[i])
		}
	}
	last := c.now().Add(-time.Second)
	want := map[string]Use{
		"often":   {Requests: 2, Last: last},
		"never":   {},
		"in vain": {},
	}
	check := func() {
		t.Helper()
		uses := keys.Uses()
		got := map[string]Use{}
		for i, u := range uses {
			if i > 0 && uses[i-1].Key >= u.Key {
				t.Error("not in order")
			}
			u.Key = ""
			name := u.Name
			u.Name = ""
			got[name] = u
		}
		if !cmp.Equal(got, want) {
			t.Error(cmp.Diff(want, got))
		}
	}
	check()
	// A reload does not lose them.
	_, more, err := NewKey(Key{Name: "new", Scopes: Read})
	if err != nil {
		t.Fatal(err)
	}
	if err := AddKey(t.Context(), path, more); err != nil {
		t.Fatal(err)
	}
	if err := keys.Reload(); err != nil {
		t.Fatal(err)
	}
	want["new"] = Use{}
	check()
}

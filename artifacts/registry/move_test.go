package registry

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

func TestMove(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		r := New(s, clock())
		a, b, c := publish(t, r, 1), publish(t, r, 2), publish(t, r, 3)
		move := func(version, from string, want error) {
			t.Helper()
			if err := r.Move(t.Context(), "latest", version, from, "me", "because"); !errors.Is(err, want) {
				t.Errorf("Move to %s from %q = %v, want %v", version, from, err, want)
			}
		}
		move(a, b, ErrMoved) // there is no alias yet
		move(a, "", nil)
		first, err := r.Resolve(t.Context(), "latest")
		if err != nil {
			t.Fatal(err)
		}
		want := Pointer{Alias: "latest", Version: a, ManifestSHA256: testBundle(t, 1).Manifest.Digest(), Seq: 1,
			Nonce: first.Nonce, Moved: start.Add(time.Second), By: "me", Why: "because"}
		if first != want {
			t.Errorf("Resolve = %+v, want %+v", first, want)
		}
		move(a, "", nil) // there already
		move(a, c, nil)  // there already, wherever it came from
		move(b, c, ErrMoved)
		move(b, a, nil)
		move(c, a, ErrMoved)
		move(a, "", nil) // back
		move("0123456789abcdef", "", store.ErrNotFound)
		wantHistory(t, r, "latest", a, b, a)

		last, err := r.Resolve(t.Context(), "latest")
		if err != nil || last.Nonce == first.Nonce {
			t.Errorf("back at the same version the nonce is the same: %+v, %v", last, err)
		}
		for _, alias := range []string{"champion", "a-b", "a"} {
			if err := r.Move(t.Context(), alias, c, "", "", ""); err != nil {
				t.Error(err)
			}
		}
		aliases, err := r.Aliases(t.Context())
		if got := strings.Join(aliases, " "); err != nil || got != "a a-b champion latest" {
			t.Errorf("Aliases = %q, %v", got, err)
		}
	})
}

func TestNames(t *testing.T) {
	r := New(folder(t), clock())
	version := publish(t, r, 1)
	for alias, ok := range map[string]bool{
		"latest": true, "a": true, "0": true, "a_b-c": true, strings.Repeat("a", MaxAlias): true,
		"": false, "-a": false, "Latest": false, "a.b": false, "a/b": false, "..": false, "a b": false, strings.Repeat("a", MaxAlias+1): false,
	} {
		err := r.Move(t.Context(), alias, version, "", "", "")
		if (err == nil) != ok || (!ok && !errors.Is(err, ErrName)) {
			t.Errorf("Move of alias %q = %v, want ok %v", alias, err, ok)
		}
		_, err = r.Resolve(t.Context(), alias)
		if (err == nil) != ok || (!ok && !errors.Is(err, ErrName)) {
			t.Errorf("Resolve of alias %q = %v, want ok %v", alias, err, ok)
		}
	}
	for text, ok := range map[string]bool{strings.Repeat("é", MaxText/2): true, strings.Repeat("x", MaxText+1): false, "\xff": false} {
		if err := r.Move(t.Context(), "text", version, "", text, text); (err == nil) != ok {
			t.Errorf("Move with a text of %d bytes = %v, want ok %v", len(text), err, ok)
		}
	}
}

// TestMovers: of concurrent moves none is lost and none is done twice.
func TestMovers(t *testing.T) {
	t.Parallel()
	const movers, each = 4, 5
	eachStore(t, func(t *testing.T, s store.Store) {
		var wg sync.WaitGroup
		for m := range movers {
			wg.Go(func() {
				r := New(s, clock()) // as in a process of its own
				for i := range each {
					version, err := r.Publish(t.Context(), testBundle(t, m*each+i))
					if err == nil {
						err = r.Move(t.Context(), "latest", version, "", fmt.Sprint(m), fmt.Sprint(i))
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		r := New(s, clock())
		versions, err := r.Versions(t.Context())
		if err != nil || len(versions) != movers*each {
			t.Errorf("%d versions, %v, want %d", len(versions), err, movers*each)
		}
		states, err := r.History(t.Context(), "latest")
		if err != nil || len(states) != movers*each {
			t.Fatalf("%d states, %v, want %d", len(states), err, movers*each)
		}
		from, seen, next := "", map[string]bool{}, map[string]int{}
		for i, p := range states {
			if p.Seq != int64(i+1) || p.From != from || seen[p.Version] {
				t.Errorf("state %d is %+v after %q", i+1, p, from)
			}
			if p.Why != fmt.Sprint(next[p.By]) {
				t.Errorf("move %s of mover %s comes after its move %d", p.Why, p.By, next[p.By])
			}
			next[p.By]++
			from, seen[p.Version] = p.Version, true
		}
	})
}

// TestOneOfTwoMovers: of two moves from the same version one is refused.
func TestOneOfTwoMovers(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		r := New(s, clock())
		a := publish(t, r, 0)
		if err := r.Move(t.Context(), "latest", a, "", "", ""); err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i := range errs {
			version := publish(t, r, i+1)
			wg.Go(func() { errs[i] = r.Move(t.Context(), "latest", version, a, "", "") })
		}
		wg.Wait()
		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		if errs[winner] != nil || !errors.Is(errs[1-winner], ErrMoved) {
			t.Errorf("the moves end with %v and %v, want one nil and one ErrMoved", errs[0], errs[1])
		}
		wantHistory(t, r, "latest", a, testBundle(t, winner+1).Manifest.Version())
	})
}

func TestAliasRemovedByHand(t *testing.T) {
	s := folder(t)
	r := New(s, clock())
	a, b := publish(t, r, 1), publish(t, r, 2)
	for _, v := range []string{a, b} {
		if err := r.Move(t.Context(), "latest", v, "", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Delete(t.Context(), "aliases/latest.json"); err != nil {
		t.Fatal(err)
	}
	if err := r.Move(t.Context(), "latest", a, "", "", ""); err != nil {
		t.Fatal(err)
	}
	if states, err := r.History(t.Context(), "latest"); err != nil || len(states) != 3 || states[2].Seq != 3 {
		t.Errorf("History = %+v, %v, want three states", states, err)
	}
}

func TestDamagedAlias(t *testing.T) {
	s := folder(t)
	r := New(s, clock())
	version := publish(t, r, 1)
	if err := r.Move(t.Context(), "latest", version, "", "", ""); err != nil {
		t.Fatal(err)
	}
	good := string(read(t, s, "aliases/latest.json"))
	swap := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	tests := map[string]struct {
		body string
		want error
	}{
		"Good":         {good, nil},
		"Empty":        {"", bundle.ErrCorrupt},
		"Cut":          {good[:len(good)-1], bundle.ErrCorrupt},
		"More":         {good + "{}", bundle.ErrCorrupt},
		"OtherAlias":   {swap(`"alias":"latest"`, `"alias":"champion"`), bundle.ErrCorrupt},
		"OtherVersion": {swap(`"version":"`+version, `"version":"0123456789abcdef`), bundle.ErrCorrupt},
		"NoNonce":      {swap(`"nonce":"`, `"nonce":"x`), bundle.ErrCorrupt},
		"NoSeq":        {swap(`"seq":1`, `"seq":0`), bundle.ErrCorrupt},
		"NoFormat":     {swap(`"format":2`, `"format":0`), bundle.ErrCorrupt},
		"Newer":        {swap(`"format":2`, `"future":1,"format":3`), bundle.ErrFormat},
		"Unknown":      {swap(`"format":2`, `"future":1,"format":2`), bundle.ErrCorrupt},
		"NoDigest":     {strings.Split(good, ownDigest)[0] + "}", bundle.ErrCorrupt},
		"Other":        {swap(`"moved":"2026`, `"moved":"2025`), bundle.ErrCorrupt},
		"Spaced":       {good + " ", bundle.ErrCorrupt},
		"Old":          {unchained(good), nil},
		"OldCut":       {unchained(good)[:40], bundle.ErrCorrupt},
		"OldMore":      {unchained(good) + "{}", bundle.ErrCorrupt},
		"OldChained":   {strings.Replace(good, `"format":2`, `"format":1`, 1), bundle.ErrCorrupt},
		"OldLargest":   {unchained(good) + strings.Repeat(" ", maxPointer-len(unchained(good))), nil},
		"OldLarger":    {unchained(good) + strings.Repeat(" ", maxPointer-len(unchained(good))+1), bundle.ErrCorrupt},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			overwrite(t, s, "aliases/latest.json", []byte(test.body))
			if _, err := r.Resolve(t.Context(), "latest"); !errors.Is(err, test.want) {
				t.Errorf("Resolve = %v, want %v", err, test.want)
			}
		})
	}
}

func FuzzDecodePointer(f *testing.F) {
	p := Pointer{Alias: "latest", Version: strings.Repeat("ab", 8), ManifestSHA256: strings.Repeat("ab", 32), Seq: 1,
		Nonce: strings.Repeat("0", 32), Moved: start, By: "me"}
	body, err := p.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(unchained(string(body))))
	f.Add([]byte(`{"format":3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decodePointer(data, "latest")
		if err != nil {
			if !errors.Is(err, bundle.ErrCorrupt) && !errors.Is(err, bundle.ErrFormat) {
				t.Errorf("the error has no sentinel: %v", err)
			}
			return
		}
		again, err := p.encode()
		if err != nil {
			t.Fatal(err)
		}
		if q, err := decodePointer(again, "latest"); err != nil || q.Nonce != p.Nonce || !q.Moved.Equal(p.Moved) {
			t.Errorf("%+v comes back as %+v, %v", p, q, err)
		}
	})
}

package registry

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"curio/artifacts/store"
)

var chained = regexp.MustCompile(`(,"before":"[0-9a-f]*")?,"sha256":"[0-9a-f]*"`)

// unchained is a state as format 1 has it.
func unchained(state string) string {
	return strings.Replace(chained.ReplaceAllString(state, ""), `"format":2`, `"format":1`, 1)
}

// ageHistory puts an alias back into format 1.
func ageHistory(t *testing.T, s store.Store, alias string) {
	t.Helper()
	for info, err := range s.List(t.Context(), "aliases/"+alias) {
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, s, info.Key, []byte(unchained(string(read(t, s, info.Key)))))
	}
}

// aliasFault is what a verification says of an alias.
func aliasFault(ctx context.Context, s store.Store, alias string) error {
	v := &verifier{Registry: New(s, clock()), report: &Report{}, known: map[string]string{}}
	return v.alias(ctx, alias)
}

// TestEveryBitOfAHistoryCounts flips every bit of an alias and of its history, and of
// one that was begun in format 1, whose last state is covered by the next.
func TestEveryBitOfAHistoryCounts(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]int{"New": 0, "BegunInFormat1": 1} {
		t.Run(name, func(t *testing.T) {
			s := newRAM()
			r := New(s, clock())
			const states = 4
			for i := range states {
				if i == old {
					ageHistory(t, s, "latest")
				}
				version := publish(t, r, i)
				if err := r.Move(t.Context(), "latest", version, "", "someone", "of <state> & "+fmt.Sprint(i)); err != nil {
					t.Fatal(err)
				}
			}
			all := []string{"aliases/latest.json"}
			for i := range states {
				all = append(all, stepKey("latest", int64(i+1)))
			}
			if err := aliasFault(t.Context(), s, "latest"); err != nil {
				t.Fatalf("as it is: %v", err)
			}
			m := newMemory(t, s)
			for _, key := range all {
				content := slices.Clone(read(t, s, key))
				m.content = map[string][]byte{key: content}
				for i := range 8 * len(content) {
					content[i/8] ^= 1 << (i % 8)
					if err := aliasFault(t.Context(), m, "latest"); err == nil {
						t.Fatalf("a flip of bit %d of byte %d of %s is no fault: %s", i%8, i/8, key, content)
					}
					content[i/8] ^= 1 << (i % 8)
				}
				for n := range len(content) {
					m.content[key] = content[:n]
					if err := aliasFault(t.Context(), m, "latest"); err == nil {
						t.Fatalf("%s cut to %d bytes is no fault", key, n)
					}
				}
			}
		})
	}
}

// TestOldHistory: what format 1 wrote can be read, and moved on from.
func TestOldHistory(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		r := New(s, clock())
		a, b := publish(t, r, 1), publish(t, r, 2)
		for _, version := range []string{a, b} {
			if err := r.Move(t.Context(), "latest", version, "", "me", "because"); err != nil {
				t.Fatal(err)
			}
		}
		ageHistory(t, s, "latest")
		before := read(t, s, stepKey("latest", 2))
		if err := s.Delete(t.Context(), stepKey("latest", 2)); err != nil { // as if its mover had been killed
			t.Fatal(err)
		}
		if err := r.Move(t.Context(), "latest", a, b, "me", "back"); err != nil {
			t.Fatal(err)
		}
		if after := read(t, s, stepKey("latest", 2)); string(after) != string(before) {
			t.Errorf("state 2 is recorded as %s, was %s", after, before)
		}
		wantHistory(t, r, "latest", a, b, a)
		if err := aliasFault(t.Context(), s, "latest"); err != nil {
			t.Error(err)
		}
	})
}

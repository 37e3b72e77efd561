package privacy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Computed with Python's hmac: pseudonyms must stay what they are, or no model
// finds its users any more.
func TestPseudonymsStay(t *testing.T) {
	p := testKey(t)
	if got := p.KeyID(); got != "62800d5b7dfd68c8" {
		t.Errorf("key id %s", got)
	}
	for id, want := range map[string]string{
		"alice": "pfD6Ppz1oBr9uKOafP93jyg", "": "pOAtcZaoYNy3W5Gt2fQGe0A", "用户-7": "p0zKlrQkFdEsArOjKYdrdxg",
	} {
		if got := p.User(id); got != want || len(got) != PseudonymLen {
			t.Errorf("%q: %s, want %s", id, got, want)
		}
	}
	if got := p.Handle().event("alice"); got != "etBnUAvvIyTMu_A8yRWfbDA" {
		t.Errorf("event: %s", got)
	}
}

func TestPseudonymsDiffer(t *testing.T) {
	other, err := ParseKey(keyText[2:] + "07")
	if err != nil {
		t.Fatal(err)
	}
	if other.KeyID() == testKey(t).KeyID() || other.User("alice") == testKey(t).User("alice") {
		t.Error("two keys give the same")
	}
	form := regexp.MustCompile(`^p[A-Za-z0-9_-]{22}$`)
	h, seen := testKey(t).Handle(), map[string]bool{}
	for i := range 100_000 {
		p := h.User(strconv.Itoa(i))
		if seen[p] || !form.MatchString(p) {
			t.Fatalf("%d: %s, seen before: %v", i, p, seen[p])
		}
		seen[p] = true
	}
	// An id as long as several blocks of the hash, and a prefix of it.
	long := strings.Repeat("x", 4096)
	if h.User(long) == h.User(long[1:]) || h.User("a\x00") == h.User("a") {
		t.Error("two ids share a pseudonym")
	}
}

func TestPseudonymsConcurrently(t *testing.T) {
	p := testKey(t)
	want := make([]string, 200)
	for i := range want {
		want[i] = p.Handle().User(strconv.Itoa(i))
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			h := p.Handle()
			for i := range want {
				id := strconv.Itoa(i)
				if got, pooled := h.User(id), p.User(id); got != want[i] || pooled != want[i] {
					t.Errorf("%d: %s and %s, want %s", i, got, pooled, want[i])
				}
			}
		})
	}
	all.Wait()
}

// Whatever prints a configuration must not print the key.
func TestKeyIsNotPrinted(t *testing.T) {
	p := testKey(t)
	type config struct{ Key, key *Pseudonymiser }
	var out bytes.Buffer
	for _, v := range []any{p, config{p, p}, &config{p, p}, Options{Pseudonyms: p, Erasures: erase("raw-1")}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("started", "key", p)
	slog.New(slog.NewTextHandler(&out, nil)).Info("started", "key", p, "config", config{p, p})
	if data, err := json.Marshal(config{p, p}); err == nil {
		out.Write(data)
	}
	tells(t, "printed", strings.ToLower(out.String()), keyText)
	for _, part := range []string{"143 29 12", "0x8f, 0x1d", "raw-1"} {
		if strings.Contains(out.String(), part) {
			t.Errorf("it tells %q: %s", part, out.String())
		}
	}
	if !strings.Contains(out.String(), p.KeyID()) {
		t.Error("the key is not named either")
	}
}

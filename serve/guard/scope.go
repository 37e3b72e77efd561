package guard

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Scope is a set of things that a caller may do. None of them includes another.
type Scope uint8

// What a key may be for.
const (
	Read   Scope = 1 << iota // ask
	Events                   // append events
	Admin                    // move aliases, reload, and look inside
)

// Public is the empty set: a route that needs it is open to everybody.
const Public Scope = 0

const everything = Read | Events | Admin

var scopeWords = [...]string{"read", "events", "admin"}

// Has reports whether s holds all of want.
func (s Scope) Has(want Scope) bool { return s&want == want }

// String returns the words of s with spaces between, as RFC 6750 lists scopes.
func (s Scope) String() string { return strings.Join(s.words(), " ") }

func (s Scope) words() []string {
	words := []string{}
	for i, word := range scopeWords {
		if s.Has(1 << i) {
			words = append(words, word)
		}
	}
	return words
}

// ParseScope reads words: read, events and admin. A word that is none of them, or
// no word at all, is an error that wraps ErrKeys.
func ParseScope(words ...string) (Scope, error) {
	var s Scope
next:
	for _, word := range words {
		for i, known := range scopeWords {
			if word == known {
				s |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("%w: there is no scope %.20q; want some of %s", ErrKeys, word, strings.Join(scopeWords[:], ", "))
	}
	if s == Public {
		return 0, fmt.Errorf("%w: no scope; want some of %s", ErrKeys, strings.Join(scopeWords[:], ", "))
	}
	return s, nil
}

// MarshalJSON writes s as a list of words.
func (s Scope) MarshalJSON() ([]byte, error) { return json.Marshal(s.words()) }

// UnmarshalJSON reads a list of words.
func (s *Scope) UnmarshalJSON(data []byte) error {
	var words []string
	err := json.Unmarshal(data, &words)
	if err == nil {
		*s, err = ParseScope(words...)
	}
	return err
}

// Package identity knows by which ids a model knows its users: their own, or
// pseudonyms under a key.
package identity

import (
	"errors"
	"fmt"

	"curio/artifacts/bundle"
	"curio/datasets/privacy"
)

// ErrKey means that a model knows its users by pseudonyms that cannot be made
// here: the key is missing or another.
var ErrKey = errors.New("the model knows its users by pseudonyms under another key than the server has")

// Names turns the ids of requests into those of models. The zero value has no
// key. It is safe for concurrent use.
type Names struct{ Key *privacy.Pseudonymiser }

// Accept returns an error that wraps ErrKey and says what to do when Of would
// fail.
func (n Names) Accept(m *bundle.Manifest) error {
	want := m.PseudonymKey
	switch {
	case want == "":
		return nil
	case n.Key == nil:
		return fmt.Errorf("%w: the model's is %s, the server has none: give it in %s or --pseudonym-key-file", ErrKey, want, privacy.KeyVariable)
	case n.Key.KeyID() != want:
		return fmt.Errorf("%w: the model's is %s, the server's %s", ErrKey, want, n.Key.KeyID())
	}
	return nil
}

// Of returns the id that the model described by m has for the user of that id. An
// empty id, nobody's, stays empty. The error wraps ErrKey.
func (n Names) Of(m *bundle.Manifest, user string) (string, error) {
	if user == "" || m.PseudonymKey == "" {
		return user, nil
	}
	if err := n.Accept(m); err != nil {
		return "", err
	}
	return n.Key.User(user), nil
}

package identity

import (
	"errors"
	"strings"
	"testing"

	"curio/artifacts/bundle"
	"curio/datasets/privacy"
)

func key(t *testing.T, text string) *privacy.Pseudonymiser {
	t.Helper()
	p, err := privacy.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestNames(t *testing.T) {
	ours := key(t, "3b0e7c51a8d94f26be1758f09c6a42d37f81e5046d9bc23aa5907e14fd6832cb")
	other := key(t, "c4a90f6e28d1537bb0e86d42f91a3c757e2058bd4693fe1a0bd7c58236ef9041")
	raw, pseudonymous := &bundle.Manifest{}, &bundle.Manifest{PseudonymKey: ours.KeyID()}
	for name, c := range map[string]struct {
		key    *privacy.Pseudonymiser
		model  *bundle.Manifest
		want   string // of alice
		says   []string
		refuse bool
	}{
		"NeitherHasOne": {nil, raw, "alice", nil, false},
		"OnlyTheServer": {ours, raw, "alice", nil, false},
		"TheSame":       {ours, pseudonymous, ours.User("alice"), nil, false},
		"OnlyTheModel":  {nil, pseudonymous, "", []string{ours.KeyID(), "CURIO_PSEUDONYM_KEY", "--pseudonym-key-file"}, true},
		"Another":       {other, pseudonymous, "", []string{ours.KeyID(), other.KeyID()}, true},
	} {
		n := Names{c.key}
		got, err := n.Of(c.model, "alice")
		accept := n.Accept(c.model)
		if got != c.want || errors.Is(err, ErrKey) != c.refuse || errors.Is(accept, ErrKey) != c.refuse || (err == nil) == c.refuse || (accept == nil) == c.refuse {
			t.Errorf("%s: %q, %v, %v", name, got, err, accept)
		}
		for _, says := range c.says {
			if !strings.Contains(err.Error(), says) || !strings.Contains(accept.Error(), says) {
				t.Errorf("%s: %v, %v; want %s in both", name, err, accept, says)
			}
		}
		if nobody, err := n.Of(c.model, ""); nobody != "" || err != nil {
			t.Errorf("%s: nobody is %q, %v", name, nobody, err)
		}
	}
}

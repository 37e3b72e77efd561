// Package seal encrypts files with age, so that a few recipients alone can read
// them.
package seal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// Extension is what the name of a sealed file has behind its own.
const Extension = ".age"

// ErrRecipient is wrapped by every error about what a recipient is.
var ErrRecipient = errors.New("bad recipient")

// ErrIdentity is wrapped by every error about what a file of identities holds.
var ErrIdentity = errors.New("bad identity file")

const secretPrefix = "AGE-SECRET-KEY-"

// Sealer encrypts to a fixed set of recipients, any of whom can read the result.
// Sealing the same twice gives different bytes. It is safe for concurrent use.
type Sealer struct{ recipients []age.Recipient }

// New takes recipients: each is one as age-keygen prints it (age1...), or
// the name of a file of them, one a line with # before comments. The error names
// every one that is wrong, without what may be a secret.
func New(recipients ...string) (*Sealer, error) {
	var (
		s      Sealer
		faults []error
	)
	for _, text := range recipients {
		list, err := parseRecipients(text)
		if err != nil {
			faults = append(faults, err)
		}
		s.recipients = append(s.recipients, list...)
	}
	if len(recipients) == 0 {
		faults = append(faults, fmt.Errorf("%w: none given", ErrRecipient))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	// Recipients of different kinds may not go together: age says so first here.
	if _, err := s.Seal(io.Discard); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecipient, err)
	}
	return &s, nil
}

func parseRecipients(text string) ([]age.Recipient, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, fmt.Errorf("%w: an empty one", ErrRecipient)
	case strings.Contains(strings.ToUpper(text), secretPrefix):
		return nil, fmt.Errorf("%w: a secret key was given; give the age1... that age-keygen -y prints for it", ErrRecipient)
	case strings.HasPrefix(text, "age1"):
		list, err := age.ParseRecipients(strings.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%w %q: it is mistyped, or of a plugin, which are not supported", ErrRecipient, text)
		}
		return list, nil
	}
	f, err := os.Open(text)
	if err != nil {
		return nil, fmt.Errorf("%w: neither age1... nor a file that can be read: %w", ErrRecipient, err)
	}
	defer f.Close()
	list, err := age.ParseRecipients(f)
	if err != nil {
		return nil, fmt.Errorf("%w: file %s: %w", ErrRecipient, text, err)
	}
	return list, nil
}

// Seal returns a writer that encrypts to w. What was written is whole, and can be
// read, only after Close, which does not close w.
func (s *Sealer) Seal(w io.Writer) (io.WriteCloser, error) {
	sealed, err := age.Encrypt(w, s.recipients...)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return sealed, nil
}

// Identity decrypts what was sealed for it.
type Identity struct{ identities []age.Identity }

// LoadIdentity reads a file of identities as age-keygen writes it; one under a
// passphrase is not supported. The error wraps ErrIdentity.
func LoadIdentity(file string) (*Identity, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIdentity, err)
	}
	defer f.Close()
	identities, err := age.ParseIdentities(f)
	if err != nil { // it may hold some of what it is about
		return nil, fmt.Errorf("%w: %s holds no identity as age-keygen writes it", ErrIdentity, file)
	}
	return &Identity{identities}, nil
}

// Open returns what was sealed. Reading it fails where the content was changed or cut
// off. The error says that none of the identities can read it.
func (i *Identity) Open(r io.Reader) (io.Reader, error) {
	plain, err := age.Decrypt(r, i.identities...)
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	return plain, nil
}

// Open is Identity.Open for the identities in a file.
func Open(r io.Reader, identityFile string) (io.Reader, error) {
	identity, err := LoadIdentity(identityFile)
	if err != nil {
		return nil, err
	}
	return identity.Open(r)
}

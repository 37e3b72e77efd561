package seal

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func identity(t *testing.T) (recipient, secret string) {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return i.Recipient().String(), i.String()
}

func sealed(t *testing.T, plain []byte, recipients ...string) []byte {
	t.Helper()
	s, err := New(recipients...)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := s.Seal(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unsealed(data []byte, identityFile string) ([]byte, error) {
	r, err := Open(bytes.NewReader(data), identityFile)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestSealForEachRecipient(t *testing.T) {
	first, firstSecret := identity(t)
	second, secondSecret := identity(t)
	_, stranger := identity(t)
	plain := bytes.Repeat([]byte("user-17 "), 20_000) // more than one chunk of age
	data := sealed(t, plain, first, file(t, "# analysts\n\n"+second+"\n"))
	if bytes.Contains(data, []byte("user-17")) {
		t.Error("the plain text is there")
	}
	for _, secret := range []string{firstSecret, secondSecret} {
		got, err := unsealed(data, file(t, "# created: today\n"+secret+"\n"))
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
	var no *age.NoIdentityMatchError
	if _, err := unsealed(data, file(t, stranger)); !errors.As(err, &no) {
		t.Errorf("a stranger reads it: %v", err)
	}
	if empty := sealed(t, nil, first); len(empty) == 0 {
		t.Error("nothing is written for nothing")
	} else if got, err := unsealed(empty, file(t, firstSecret)); err != nil || len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	recipient, secret := identity(t)
	keys := file(t, secret)
	data := sealed(t, bytes.Repeat([]byte("x"), 100_000), recipient)
	for name, bad := range map[string][]byte{
		"CutOff":       data[:len(data)-1],
		"CutAtChunk":   data[:len(data)-(100_000-65_536)-16],
		"HeaderOnly":   data[:20],
		"Changed":      append(bytes.Clone(data[:len(data)-5]), "?????"...),
		"Longer":       append(bytes.Clone(data), 0),
		"PlainText":    []byte("user_id\n1\n"),
		"Nothing":      nil,
		"TwiceAppends": append(bytes.Clone(data), data...),
	} {
		if got, err := unsealed(bad, keys); err == nil {
			t.Errorf("%s: read %d bytes", name, len(got))
		}
	}
	if _, err := unsealed(data, filepath.Join(t.TempDir(), "no")); !errors.Is(err, ErrIdentity) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	for name, text := range map[string]string{
		"Empty": "", "Recipient": recipient, "Mistyped": secret[:len(secret)-1] + "?", "Twice": secret + secret, "NUL": "\x00",
	} {
		_, err := unsealed(data, file(t, text))
		if !errors.Is(err, ErrIdentity) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		tells(t, name, err.Error(), secret)
	}
}

// tells reports when text holds eight bytes in a row of the secret.
func tells(t *testing.T, what, text, secret string) {
	t.Helper()
	for i := 0; i+8 <= len(secret); i++ {
		if part := secret[i : i+8]; strings.Contains(text, part) {
			t.Errorf("%s: %q tells %q", what, text, part)
			return
		}
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	good, secret := identity(t)
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(hybrid.Recipient().String()); err != nil {
		t.Errorf("a hybrid recipient: %v", err)
	}
	missing := filepath.Join(t.TempDir(), "no")
	for name, c := range map[string]struct {
		recipients []string
		want       []string
	}{
		"None":       {nil, []string{"none given"}},
		"Empty":      {[]string{good, " "}, []string{"an empty one"}},
		"Mistyped":   {[]string{good[:len(good)-1] + "b", good}, []string{good[:len(good)-1] + "b"}},
		"Plugin":     {[]string{"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"}, []string{"age1yubikey1", "plugin"}},
		"Secret":     {[]string{secret}, []string{"secret key was given"}},
		"SmallLower": {[]string{strings.ToLower(secret)}, []string{"secret key was given"}},
		"SecretFile": {[]string{file(t, secret)}, []string{"line 1"}},
		"EmptyFile":  {[]string{file(t, "# nobody\n")}, []string{"no recipients"}},
		"BadLine":    {[]string{file(t, good+"\nssh-rsa AAAA\n")}, []string{"line 2"}},
		"Several":    {[]string{"", good, missing, secret}, []string{"an empty one", missing, "secret key"}},
		"Mixed":      {[]string{good, hybrid.Recipient().String()}, []string{"recipient"}},
	} {
		_, err := New(c.recipients...)
		if !errors.Is(err, ErrRecipient) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v lacks %q", name, err, want)
			}
		}
		tells(t, name, strings.ToUpper(err.Error()), secret[len(secretPrefix):])
	}
}

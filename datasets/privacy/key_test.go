package privacy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const keyText = "8f1d0c6be2a94735d80b5e1f6c93a7420e7bd5683fa1c29478e60bd3914f5ac2"

func testKey(t testing.TB) *Pseudonymiser {
	t.Helper()
	p, err := ParseKey(keyText)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParseKey(t *testing.T) {
	want := testKey(t).KeyID()
	for name, text := range map[string]string{
		"Lower":      keyText,
		"Upper":      strings.ToUpper(keyText),
		"LineEnd":    keyText + "\n",
		"WhiteSpace": " \t" + keyText + "\r\n\n",
	} {
		if p, err := ParseKey(text); err != nil || p.KeyID() != want {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	for name, text := range map[string]string{
		"AboveLeast": keyText + "00",
		"Most":       keyText + keyText[2:] + "aa",
	} {
		if p, err := ParseKey(text); err != nil || p.KeyID() == want && name != "AboveLeast" {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	for name, text := range map[string]string{
		"Empty":      "",
		"WhiteSpace": " \n\t ",
		"BelowLeast": keyText[:62],
		"Odd":        keyText + "0",
		"AboveMost":  keyText + keyText + "00",
		"Base64":     "jx0Ma+KpRzXYC14fbJOnQg571Wg/ocKUeOYL05FPWsIAAAAAAAAAAAAAAAAAAAAA",
		"Inside":     keyText[:32] + "\n" + keyText[32:],
		"NUL":        keyText[:62] + "\x00\x00",
		"Wide":       strings.Repeat("１", 64),
		"Zero":       strings.Repeat("0", 64),
		"NearlyZero": strings.Repeat("0", 63) + "1",
		"Repeats":    strings.Repeat("0123456789abcdef", 4),
		"Counts":     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"Password":   "correct horse battery staple correct horse battery staple correct",
	} {
		p, err := ParseKey(text)
		if !errors.Is(err, ErrKey) || p != nil {
			t.Errorf("%s: %v, %v", name, p, err)
			continue
		}
		if !strings.Contains(err.Error(), "openssl rand -hex 32") {
			t.Errorf("%s: %v does not say how to make a key", name, err)
		}
		tells(t, name, err.Error(), text)
	}
}

// tells reports when text holds eight bytes in a row of the secret.
func tells(t *testing.T, what, text, secret string) {
	t.Helper()
	for i := 0; i+8 <= len(secret); i++ {
		if part := secret[i : i+8]; strings.TrimSpace(part) == part && strings.Contains(text, part) {
			t.Errorf("%s: %q tells %q", what, text, part)
			return
		}
	}
}

func TestLoadKey(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	want := testKey(t).KeyID()
	for name, c := range map[string]struct {
		file string
		set  bool
		env  string
		key  bool
		err  error
	}{
		"Neither":        {},
		"Variable":       {set: true, env: keyText, key: true},
		"File":           {file: write(keyText + "\n"), key: true},
		"Both":           {file: write(keyText), set: true, env: keyText, err: ErrKey},
		"BothOneEmpty":   {file: write(keyText), set: true, err: ErrKey},
		"EmptyVariable":  {set: true, err: ErrKey},
		"EmptyFile":      {file: write(""), err: ErrKey},
		"WhiteSpaceFile": {file: write(" \n"), err: ErrKey},
		"FileAtMost":     {file: write(keyText + strings.Repeat("\n", maxKeyFile-64)), key: true},
		"FileAboveMost":  {file: write(keyText + strings.Repeat("\n", maxKeyFile-63)), err: ErrKey},
		"MissingFile":    {file: filepath.Join(t.TempDir(), "no"), err: fs.ErrNotExist},
		"Folder":         {file: t.TempDir(), err: errAny},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := LoadKey(c.file, func(name string) (string, bool) { return c.env, c.set && name == "CURIO_PSEUDONYM_KEY" })
			switch {
			case c.err == errAny && err != nil:
			case !errors.Is(err, c.err), (p != nil) != c.key, c.key && p.KeyID() != want:
				t.Fatalf("%v, %v; want error %v", p, err, c.err)
			}
			if err != nil {
				tells(t, name, err.Error(), keyText)
			}
		})
	}
}

var errAny = errors.New("any error")

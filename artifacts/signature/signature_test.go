package signature

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	digest = strings.Repeat("ab", 32)
	at     = time.Date(2026, 11, 24, 5, 0, 0, 123e6, time.UTC)
)

func newKey(t testing.TB) Private {
	t.Helper()
	key, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signed(t testing.TB, key Private, manifest string, at time.Time) Signature {
	t.Helper()
	s, err := key.Sign(manifest, at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRoundTrip(t *testing.T) {
	key := newKey(t)
	s := signed(t, key, digest, at.Add(999*time.Microsecond).In(time.FixedZone("x", 3600)))
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, got); diff != "" {
		t.Error(diff)
	}
	if !got.Signed.Equal(at) || !got.By(key.Public()) || got.By(newKey(t).Public()) {
		t.Errorf("signed %v, by its key %v", got.Signed, got.By(key.Public()))
	}
	want := "curio artifact signature 1\nmanifest " + digest + "\nsigned 2026-11-24T05:00:00.123Z\n"
	if got := string(s.Statement()); got != want {
		t.Errorf("the statement is %q, want %q", got, want)
	}
}

// Of a stored signature every bit counts: changed, it is no signature, or one that
// does not verify.
func TestEveryBitCounts(t *testing.T) {
	key := newKey(t)
	keys := Keys{key.String(): key.Public()}
	s := signed(t, key, digest, at)
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	verifies := func(data []byte) bool {
		s, err := Decode(data)
		if err == nil {
			_, err = keys.Verify(digest, []Signature{s})
		} else if !errors.Is(err, ErrCorrupt) {
			t.Errorf("the error has no sentinel: %v", err)
		}
		return err == nil
	}
	if !verifies(data) {
		t.Fatal("it does not verify as it is")
	}
	for i := range 8 * len(data) {
		data[i/8] ^= 1 << (i % 8)
		if verifies(data) {
			t.Errorf("a flip of bit %d of byte %d is not noticed: %s", i%8, i/8, data)
		}
		data[i/8] ^= 1 << (i % 8)
	}
	for n := range len(data) {
		if verifies(data[:n]) {
			t.Errorf("cut to %d bytes it verifies", n)
		}
	}
	for _, more := range []string{" ", "\n", "{}"} {
		if verifies(append(bytes.Clone(data), more...)) {
			t.Errorf("with %q behind it, it verifies", more)
		}
	}
}

func TestVerify(t *testing.T) {
	ours, other, stranger := newKey(t), newKey(t), newKey(t)
	keys := Keys{ours.String(): ours.Public(), other.String(): other.Public()}
	good := signed(t, ours, digest, at)
	later := signed(t, other, digest, at.Add(time.Hour))
	strange := signed(t, stranger, digest, at.Add(2*time.Hour))
	ofAnother := signed(t, ours, strings.Repeat("cd", 32), at)
	moved := ofAnother // the signature of another manifest
	moved.ManifestSHA256 = digest
	posing := strange // says it is by a key that is trusted
	posing.Key = ours.String()
	postdated := good
	postdated.Signed = at.Add(time.Millisecond)
	for name, test := range map[string]struct {
		all  []Signature
		want error
		at   time.Time
	}{
		"None":             {nil, ErrUnsigned, at},
		"Good":             {[]Signature{good}, nil, at},
		"Newest":           {[]Signature{later, good}, nil, at.Add(time.Hour)},
		"BesideStranger":   {[]Signature{strange, good}, nil, at},
		"BesideForged":     {[]Signature{posing, good}, nil, at},
		"Stranger":         {[]Signature{strange}, ErrStranger, at},
		"OfAnother":        {[]Signature{ofAnother}, ErrForged, at},
		"Moved":            {[]Signature{moved}, ErrForged, at},
		"Posing":           {[]Signature{posing}, ErrForged, at},
		"Postdated":        {[]Signature{postdated}, ErrForged, at},
		"ForgedOrStranger": {[]Signature{strange, posing}, ErrForged, at},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := keys.Verify(digest, test.all)
			if !errors.Is(err, test.want) || (err != nil && !errors.Is(err, ErrUntrusted)) {
				t.Errorf("Verify = %v, want %v", err, test.want)
			}
			if err == nil && !s.Signed.Equal(test.at) {
				t.Errorf("it was signed at %v, want %v", s.Signed, test.at)
			}
		})
	}
}

func TestNotBefore(t *testing.T) {
	s := signed(t, newKey(t), digest, at)
	for d, want := range map[time.Duration]error{-time.Millisecond: nil, 0: nil, time.Millisecond: ErrOld} {
		if err := s.NotBefore(at.Add(d), "the pin"); !errors.Is(err, want) {
			t.Errorf("signed %v after the pin: %v, want %v", -d, err, want)
		}
	}
}

func TestKeyFiles(t *testing.T) {
	key := newKey(t)
	private, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.Public().PEM()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParsePrivate(private); err != nil || again.String() != key.String() {
		t.Errorf("ParsePrivate = %v, %v", again, err)
	}
	second, err := newKey(t).Public().PEM()
	if err != nil {
		t.Fatal(err)
	}
	both := "ours:\n" + string(public) + "\nthe other's:\n" + string(second)
	if keys, err := ParsePublic([]byte(both)); err != nil || len(keys) != 2 || keys[0].ID() != key.String() {
		t.Errorf("ParsePublic = %v, %v", keys, err)
	}
	for name, text := range map[string]string{
		"Empty": "", "Text": "nothing", "Private": string(private), "Mistyped": both[:len(both)-60] + "!" + both[len(both)-59:],
		"Cut": string(public[:len(public)-10]), "OtherKind": strings.Replace(string(public), "MCowBQYDK2VwAyEA", "MCowBQYDK2VuAyEA", 1),
	} {
		if keys, err := ParsePublic([]byte(text)); !errors.Is(err, ErrKey) {
			t.Errorf("ParsePublic of %s = %v, %v, want ErrKey", name, keys, err)
		}
	}
	for name, text := range map[string]string{
		"Empty": "", "Public": string(public), "Two": string(private) + string(private), "Cut": string(private[:40]),
		"Encrypted": strings.ReplaceAll(string(private), "PRIVATE", "ENCRYPTED PRIVATE"),
	} {
		_, err := ParsePrivate([]byte(text))
		if !errors.Is(err, ErrKey) {
			t.Errorf("ParsePrivate of %s = %v, want ErrKey", name, err)
		}
		if body := strings.Split(string(private), "\n")[1]; err != nil && strings.Contains(err.Error(), body[20:40]) {
			t.Errorf("the error tells of the key: %v", err)
		}
	}
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte(both), 0o600); err != nil {
		t.Fatal(err)
	}
	if keys, err := LoadKeys(file, file); err != nil || len(keys.IDs()) != 2 {
		t.Errorf("LoadKeys = %v, %v", keys, err)
	}
	if _, err := LoadKeys(file, file+".none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("LoadKeys of a file that is not there = %v", err)
	}
	if err := os.WriteFile(file, bytes.Repeat([]byte("x"), maxKeyFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadPublic(file); !errors.Is(err, ErrKey) {
		t.Errorf("LoadPublic of a large file = %v, want ErrKey", err)
	}
}

// OpenSSL makes keys that are read here, reads those made here, and both verify
// what the other signs.
func TestOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl on this machine")
	}
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	do := func(args ...string) []byte {
		t.Helper()
		out, err := exec.Command(openssl, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return out
	}
	do("genpkey", "-algorithm", "ed25519", "-out", path("key.pem"))
	do("pkey", "-in", path("key.pem"), "-pubout", "-out", path("key.pub"))
	key, err := LoadPrivate(path("key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := LoadKeys(path("key.pub"))
	if err != nil {
		t.Fatal(err)
	}
	s := signed(t, key, digest, at)
	if _, err := keys.Verify(digest, []Signature{s}); err != nil {
		t.Error(err)
	}
	for name, data := range map[string][]byte{"statement": s.Statement(), "signature": s.Value} {
		if err := os.WriteFile(path(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do("pkeyutl", "-verify", "-pubin", "-inkey", path("key.pub"), "-rawin", "-in", path("statement"), "-sigfile", path("signature"))
	do("pkeyutl", "-sign", "-inkey", path("key.pem"), "-rawin", "-in", path("statement"), "-out", path("theirs"))
	if s.Value, err = os.ReadFile(path("theirs")); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Verify(digest, []Signature{s}); err != nil {
		t.Errorf("what OpenSSL signed: %v", err)
	}
	private, err := newKey(t).PEM()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("ours.pem"), private, 0o600); err != nil {
		t.Fatal(err)
	}
	do("pkey", "-in", path("ours.pem"), "-pubout")
}

func TestPin(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pin")
	p, err := OpenPin(file)
	if err != nil || !p.Time().IsZero() {
		t.Fatalf("OpenPin = %v, %v", p, err)
	}
	for _, step := range []struct{ to, want time.Time }{{at, at}, {at.Add(-time.Hour), at}, {at.Add(time.Hour), at.Add(time.Hour)}} {
		if err := p.Raise(step.to); err != nil || !p.Time().Equal(step.want) {
			t.Errorf("raised to %v it is at %v, %v, want %v", step.to, p.Time(), err, step.want)
		}
		if again, err := OpenPin(file); err != nil || !again.Time().Equal(step.want) {
			t.Errorf("opened again it is at %v, %v", again.Time(), err)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
	for _, text := range []string{"", "yesterday\n", "2026-11-24T05:00:00.123Z\nmore"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenPin(file); !errors.Is(err, ErrPin) {
			t.Errorf("OpenPin of %q = %v, want ErrPin", text, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	s := signed(f, newKey(f), digest, at)
	data, err := s.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode(data)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("the error has no sentinel: %v", err)
			}
			return
		}
		if again, err := s.Encode(); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%s comes back as %s, %v", data, again, err)
		}
	})
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/signature"
)

// signingKey makes a key and writes the public half of it to a file.
func signingKey(t *testing.T) (signature.Private, string) {
	t.Helper()
	key, err := signature.Generate()
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.Public().PEM()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), key.String()+".pub")
	if err := os.WriteFile(file, public, 0o600); err != nil {
		t.Fatal(err)
	}
	return key, file
}

func (s *shelf) sign(t *testing.T, version string, key signature.Private) signature.Signature {
	t.Helper()
	signed, err := s.Sign(t.Context(), version, key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// refused waits until the server says that it refuses a version, and why.
func (s *server) refused(t *testing.T, version, why string) {
	t.Helper()
	until(t, "refused "+version+" because "+why, func() bool {
		_, body := s.get(t, "/v1/model")
		refused, _ := body["follow"].(map[string]any)["refused"].(map[string]any)
		reason, _ := refused["reason"].(string)
		return refused["version"] == version && strings.Contains(reason, why)
	})
}

func (s *server) serves(t *testing.T, version string) {
	t.Helper()
	until(t, "served "+version, func() bool { _, body := s.get(t, "/v1/model"); return body["model_version"] == version })
}

// Only what a trusted key signed is served; of all else the reason is told, and what
// was served before stays.
func TestTrustedKeys(t *testing.T) {
	shelf := newShelf(t)
	ours, ourFile := signingKey(t)
	other, otherFile := signingKey(t)
	stranger, _ := signingKey(t)
	unsigned, strange := shelf.publish(t, "unsigned"), shelf.publish(t, "strange")
	a, b, tampered := shelf.publish(t, "a"), shelf.publish(t, "b"), shelf.publish(t, "tampered")
	shelf.sign(t, strange, stranger)
	shelf.sign(t, a, ours)
	shelf.sign(t, b, other)
	shelf.sign(t, tampered, ours)
	shelf.tamper(t, tampered)

	shelf.move(t, unsigned)
	s := launch(t, "--store", shelf.dir, "--trusted-keys", ourFile+","+otherFile)
	s.refused(t, unsigned, "it is not signed")
	if code, _ := s.get(t, "/health/ready"); code != 503 {
		t.Errorf("ready with an unsigned artifact: %d", code)
	}
	shelf.move(t, a)
	s.serves(t, a)
	shelf.move(t, strange)
	s.refused(t, strange, "no trusted key signed it: key "+stranger.String()+" is not trusted")
	s.serves(t, a)
	shelf.move(t, b)
	s.serves(t, b)
	shelf.move(t, tampered)
	s.refused(t, tampered, "digest")
	s.serves(t, b)
	shelf.move(t, unsigned)
	shelf.sign(t, unsigned, ours)
	s.serves(t, unsigned)
}

// An alias that is moved back is followed unless the artifact was signed before the
// pin; then it takes the key to go back.
func TestReplayIsRefused(t *testing.T) {
	shelf := newShelf(t)
	key, file := signingKey(t)
	a, b := shelf.publish(t, "a"), shelf.publish(t, "b")
	shelf.sign(t, a, key)
	time.Sleep(2 * time.Millisecond) // times of signing are in milliseconds
	signed := shelf.sign(t, b, key)
	pin := filepath.Join(t.TempDir(), "pin")
	for name, test := range map[string]struct {
		flags []string
		why   string
	}{
		"Version": {[]string{"--not-older-than", b}, "pinned version " + b},
		"Time":    {[]string{"--not-older-than", signed.Signed.Format(time.RFC3339Nano)}, "the pin asks for"},
		"PinFile": {[]string{"--pin-file", pin}, "the pin file asks for"},
	} {
		t.Run(name, func(t *testing.T) {
			shelf.move(t, b)
			args := append([]string{"--store", shelf.dir, "--trusted-keys", file}, test.flags...)
			s := launch(t, args...)
			s.serves(t, b)
			shelf.move(t, a)
			s.refused(t, a, test.why)
			s.serves(t, b)
			s.stop()
			again := launch(t, args...)
			again.refused(t, a, test.why)
			if code, _ := again.get(t, "/health/ready"); code != 503 {
				t.Errorf("after a restart it serves what was replayed: %d", code)
			}
		})
	}
	shelf.move(t, b)
	free := launch(t, "--store", shelf.dir, "--trusted-keys", file)
	free.serves(t, b)
	shelf.move(t, a)
	free.serves(t, a)
	pinned := launch(t, "--store", shelf.dir, "--trusted-keys", file, "--pin-file", pin)
	pinned.refused(t, a, "sign it again")
	shelf.sign(t, a, key)
	pinned.serves(t, a)
}

func TestTrustedFlags(t *testing.T) {
	_, file := signingKey(t)
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"PinAlone":  {[]string{"--pin-file", "x"}, "they want --trusted-keys"},
		"TimeAlone": {[]string{"--not-older-than", "0123456789abcdef"}, "they want --trusted-keys"},
		"NoFile":    {[]string{"--trusted-keys", file + "," + file + ".none"}, file + ".none"},
		"NoKey":     {[]string{"--trusted-keys", bad}, "no block BEGIN PUBLIC KEY"},
		"BadTime":   {[]string{"--trusted-keys", file, "--not-older-than", "yesterday"}, `--not-older-than "yesterday"`},
		"BadPin":    {[]string{"--trusted-keys", file, "--pin-file", bad}, "--pin-file"},
		"Empty":     {[]string{"--trusted-keys", ""}, "--trusted-keys"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(t.Context(), append(test.args, "--store", t.TempDir()), &out, &errs); code != command.BadUsage || !strings.Contains(errs.String(), test.says) {
				t.Errorf("exit code %d, %q, want one that says %q", code, errs.String(), test.says)
			}
		})
	}
}

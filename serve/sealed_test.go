package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"curio/artifacts/command"
	"curio/datasets/privacy/seal"
	"curio/serve/servetest"
)

// An encrypted artifact is served by who has an identity, and refused with the reason
// by who has not.
func TestEncryptedArtifact(t *testing.T) {
	shelf := newShelf(t)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	identity := filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(identity, []byte(key.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := servetest.Bundle("a")
	if err != nil {
		t.Fatal(err)
	}
	version, err := shelf.Sealing(sealer).Publish(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	shelf.move(t, version)
	launch(t, "--store", shelf.dir).refused(t, version, "it takes the identity of one of its recipients")
	launch(t, "--store", shelf.dir, "--identity", identity).serves(t, version)

	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"--identity", identity + ".none"}, &out, &errs); code != command.BadUsage || !strings.Contains(errs.String(), "--identity") {
		t.Errorf("exit code %d, %q", code, errs.String())
	}
}

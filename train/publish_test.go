package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/artifacts/store/open"
	"curio/datasets/privacy/seal"
)

// What is published can be encrypted: then nobody's id is in the store but in it, and
// the next run, which has the identity, goes on from its segments.
func TestEncryptArtifact(t *testing.T) {
	ctx, folder := context.Background(), filepath.Join(t.TempDir(), "store")
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(file, []byte(key.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--store", folder, "--no-rehearsal", "--encrypt-artifact-to", key.Recipient().String()}, small...)
	for try, more := range [][]string{{}, {"--seed", "2", "--identity", file}} {
		code, _, stderr := program(ctx, append(args, more...)...)
		if code != command.Done || strings.Contains(stderr, "cannot be read") {
			t.Fatalf("run %d: exit code %d, standard error %q", try, code, stderr)
		}
	}
	r := registryIn(t, folder)
	p, err := r.Resolve(ctx, "latest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(ctx, p.Version); !errors.Is(err, registry.ErrSealed) {
		t.Errorf("Load without the identity = %v", err)
	}
	identity, err := seal.LoadIdentity(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.Opening(identity).Load(ctx, p.Version)
	if err != nil || b.Verify() != nil {
		t.Errorf("Load = %v", err)
	}
	code, _, stderr := program(ctx, append(args, "--encrypt-artifact-to", "age1", "--identity", file+".none")...)
	if code != command.BadUsage || !strings.Contains(stderr, "--encrypt-artifact-to") || !strings.Contains(stderr, "--identity") {
		t.Errorf("bad flags: exit code %d, standard error %q", code, stderr)
	}
}

// What is published is signed before the alias moves.
func TestSignKey(t *testing.T) {
	ctx, folder := context.Background(), filepath.Join(t.TempDir(), "store")
	key, err := signature.Generate()
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, private, 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--store", folder, "--no-rehearsal", "--sign-key", file}, small...)
	if code, _, stderr := program(ctx, args...); code != command.Done {
		t.Fatalf("exit code %d, standard error %q", code, stderr)
	}
	in, err := open.Open(ctx, folder, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := registryIn(t, folder).Trusting(&registry.Trust{Keys: signature.Keys{key.String(): key.Public()}})
	p, err := r.Resolve(ctx, "latest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(ctx, p.Version); err != nil {
		t.Error(err)
	}
	for info, err := range in.List(ctx, "signatures/") {
		if err != nil {
			t.Fatal(err)
		}
		if alias, err := in.Stat(ctx, "aliases/latest.json"); err != nil || alias.Modified.Before(info.Modified) {
			t.Errorf("the alias moved at %v, signed was at %v (%v)", alias.Modified, info.Modified, err)
		}
	}
	code, _, stderr := program(ctx, append(args, "--sign-key", file+".none")...)
	if code != command.BadUsage || !strings.Contains(stderr, "--sign-key") {
		t.Errorf("no key: exit code %d, standard error %q", code, stderr)
	}
}

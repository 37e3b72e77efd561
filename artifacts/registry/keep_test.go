package registry

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/signature"
	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
)

// note is a whole artifact of one blob.
func note(t *testing.T, text string) *bundle.Bundle {
	t.Helper()
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: bundle.KindTwoTower}}
	if err := b.Add("note.json", "json", []byte(fmt.Sprintf("%q", text))); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestKeep: what was kept resolves and is read as in the store, by the same rules, and
// holds no blobs.
func TestKeep(t *testing.T) {
	ctx := t.Context()
	folder := func() *fsstore.Store {
		s, err := fsstore.New(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	source, local := folder(), folder()
	key, err := signature.Generate()
	if err != nil {
		t.Fatal(err)
	}
	open := New(source, time.Now)
	publish := func(i int) Pointer {
		version, err := open.Publish(ctx, note(t, fmt.Sprint(i)))
		if err == nil {
			_, err = open.Sign(ctx, version, key)
		}
		if err == nil {
			err = open.Move(ctx, "latest", version, "", "me", "because")
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := open.Resolve(ctx, "latest")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := publish(0)
	public := key.Public()
	from := open.Trusting(&Trust{Keys: signature.Keys{public.ID(): public}, NotOlderThan: first.Version})
	kept := from.Over(local)
	last := first
	for i := range spare + 4 {
		last = publish(i + 1)
		for range 2 { // it may be repeated
			if err := kept.Keep(ctx, from, last); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.RemoveAll(source.Root()); err != nil {
		t.Fatal(err)
	}
	again := New(local, time.Now).Trusting(&Trust{Keys: signature.Keys{public.ID(): public}, NotOlderThan: first.Version})
	if p, err := again.Resolve(ctx, "latest"); err != nil || p != last {
		t.Errorf("resolved %+v, %v, want %+v", p, err, last)
	}
	if m, err := again.Manifest(ctx, last.Version); err != nil || m.Version() != last.Version {
		t.Errorf("manifest: %v", err)
	}
	if _, err := again.Load(ctx, last.Version); !errors.Is(err, bundle.ErrCorrupt) {
		t.Errorf("loaded without a blob: %v", err)
	}
	other, err := signature.Generate()
	if err != nil {
		t.Fatal(err)
	}
	stranger := New(local, time.Now).Trusting(&Trust{Keys: signature.Keys{other.Public().ID(): other.Public()}})
	if _, err := stranger.Manifest(ctx, last.Version); !errors.Is(err, signature.ErrUntrusted) {
		t.Errorf("another key: %v", err)
	}
	if versions, err := again.Versions(ctx); err != nil || len(versions) != spare+1 {
		t.Errorf("%d versions are kept, want %d: %v", len(versions), spare+1, err)
	}
	if folders, _ := filepath.Glob(filepath.Join(local.Root(), "signatures", "*", "*")); len(folders) != spare+2 {
		t.Errorf("%d signatures are kept, want those of the versions and of the pinned one: %v", len(folders), folders)
	}
}

// TestKeepMissing: a version that cannot be read leaves what was kept.
func TestKeepMissing(t *testing.T) {
	ctx := t.Context()
	s, err := fsstore.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	local, err := fsstore.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	from := New(s, time.Now)
	kept := from.Over(local)
	if err := kept.Keep(ctx, from, Pointer{Alias: "latest", Version: "0123456789abcdef"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
	if _, err := kept.Resolve(ctx, "latest"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an alias is kept: %v", err)
	}
}

package registry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
)

// opening counts the blobs that are opened, and may damage the first ones on their
// way.
type opening struct {
	store.Store
	blobs  int
	damage int // so many
}

func (o *opening) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	in, info, err := o.Store.Open(ctx, key)
	if err != nil || !strings.HasPrefix(key, blobFolder) {
		return in, info, err
	}
	o.blobs++
	defer in.Close()
	data, err := io.ReadAll(in)
	if err == nil && o.blobs <= o.damage && len(data) > 0 {
		data[0] ^= 1
	}
	return io.NopCloser(bytes.NewReader(data)), info, err // cannot be mapped
}

func cached(t *testing.T) (cache *blobcache.Cache, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "cache")
	cache, err := blobcache.New(folder, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return cache, folder
}

// loads fails the test unless r loads edition n, whole.
func loads(t *testing.T, r *Registry, n int) {
	t.Helper()
	b, err := r.Load(t.Context(), testBundle(t, n).Manifest.Version())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Verify(); err != nil {
		t.Error(err)
	}
}

// TestCachedLoad: what was loaded is not fetched again, in whatever version it is,
// and a copy that is damaged is.
func TestCachedLoad(t *testing.T) {
	o := &opening{Store: folder(t)}
	cache, place := cached(t)
	publish(t, New(o, clock()), 1)
	publish(t, New(o, clock()), 2)
	r := New(o, clock()).Caching(cache)
	for _, step := range []struct {
		edition, fetches int
	}{{1, 3}, {1, 0}, {2, 1}, {1, 0}, {2, 0}} {
		o.blobs = 0
		loads(t, r, step.edition)
		if o.blobs != step.fetches {
			t.Errorf("edition %d: %d blobs were fetched, want %d", step.edition, o.blobs, step.fetches)
		}
	}
	copy := filepath.Join(place, bundle.DigestOf([]byte("content 1")))
	if err := os.WriteFile(copy, []byte("content ?"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.blobs = 0
	loads(t, r, 1)
	if healed, _ := os.ReadFile(copy); o.blobs != 1 || string(healed) != "content 1" {
		t.Errorf("after damage %d blobs were fetched and the copy is %q, want 1 and the content", o.blobs, healed)
	}
	// Nothing but Load looks into it: what is published is what the store has.
	if err := o.Delete(t.Context(), "blobs/"+bundle.DigestOf([]byte("content 1"))); err != nil {
		t.Fatal(err)
	}
	publish(t, r, 1)
	loads(t, New(o, clock()), 1)
}

func TestCacheThatCannotBeWrittenTo(t *testing.T) {
	o := &opening{Store: folder(t)}
	cache, place := cached(t)
	publish(t, New(o, clock()), 1)
	if err := os.RemoveAll(place); err != nil {
		t.Fatal(err)
	}
	loads(t, New(o, clock()).Caching(cache), 1)
}

// TestSecondLook: a blob that is damaged on its way once is read again, one that is
// damaged each time is corrupt, and no copy is made of it.
func TestSecondLook(t *testing.T) {
	for name, damage := range map[string]int{"Once": 1, "Always": 1000} {
		for _, with := range []bool{false, true} {
			o := &opening{Store: folder(t)}
			publish(t, New(o, clock()), 1)
			r := New(o, clock())
			cache, place := cached(t)
			if with {
				r = r.Caching(cache)
			}
			o.blobs, o.damage = 0, damage
			b, err := r.Load(t.Context(), testBundle(t, 1).Manifest.Version())
			if name == "Once" && (err != nil || b.Verify() != nil) {
				t.Errorf("%s, cache %v: %v", name, with, err)
			}
			if left, _ := os.ReadDir(place); name == "Always" && (!errors.Is(err, bundle.ErrCorrupt) || len(left) != 0) {
				t.Errorf("%s, cache %v: %v and the copies %v, want bundle.ErrCorrupt and none", name, with, err, left)
			}
		}
	}
}

// TestMapped: large blobs of a folder store are mapped, not read, and the bundle
// gives them back.
func TestMapped(t *testing.T) {
	s := folder(t)
	r := New(s, clock())
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "test"}}
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<18) // 4 MiB
	if err := b.Add("large", "bytes", want); err != nil {
		t.Fatal(err)
	}
	version, err := r.Publish(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Load(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Blobs["large"], want) {
		t.Error("what is mapped is not what was published")
	}
	if err := got.Close(); err != nil || got.Blobs != nil {
		t.Errorf("Close = %v, and the blobs are %d: they are not mapped", err, len(got.Blobs))
	}
}

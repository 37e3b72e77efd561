package registry

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
	"curio/datasets/privacy/seal"
)

// pair makes a recipient and its identity.
func pair(t *testing.T) (*seal.Sealer, *seal.Identity) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(file, []byte(key.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	identity, err := seal.LoadIdentity(file)
	if err != nil {
		t.Fatal(err)
	}
	return sealer, identity
}

// An encrypted version has the name it would have without, its content is nowhere in
// the store, and it takes an identity to read it.
func TestSealed(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		sealer, identity := pair(t)
		_, other := pair(t)
		r := New(s, clock())
		version, err := r.Sealing(sealer).Publish(t.Context(), testBundle(t, 1))
		if err != nil || version != versionOf(t, 1) {
			t.Fatalf("Publish = %s, %v", version, err)
		}
		for key := range keysOf(t, s, "") {
			if content := read(t, s, key); bytes.Contains(content, []byte("content 1")) || bytes.Contains(content, []byte("the same for all")) {
				t.Errorf("%s tells the content", key)
			}
		}
		if _, err := r.Load(t.Context(), version); !errors.Is(err, ErrSealed) || !strings.Contains(err.Error(), "identity") {
			t.Errorf("Load without an identity = %v, want ErrSealed", err)
		}
		if _, err := r.Opening(other).Load(t.Context(), version); !errors.Is(err, ErrSealed) {
			t.Errorf("Load with another identity = %v, want ErrSealed", err)
		}
		reader := r.Opening(identity)
		b, err := reader.Load(t.Context(), version)
		if err != nil || b.Verify() != nil || string(b.Blobs["own"]) != "content 1" {
			t.Errorf("Load = %+v, %v", b, err)
		}
		if err := r.Move(t.Context(), "latest", version, "", "", ""); err != nil {
			t.Errorf("Move takes no identity: %v", err)
		}
		for _, test := range []struct {
			r      *Registry
			sealed int
		}{{r, 3}, {reader, 0}} {
			report, err := test.r.Verify(t.Context(), nil, nil)
			if err != nil || len(report.Faults) > 0 || report.Sealed != test.sealed {
				t.Errorf("Verify = %+v, %v, want %d unchecked", report, err, test.sealed)
			}
		}

		// Beside it the same in the clear, and then again for somebody else.
		if _, err := r.Publish(t.Context(), testBundle(t, 1)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Load(t.Context(), version); err != nil {
			t.Errorf("Load of what is there in the clear as well = %v", err)
		}
		again, theirs := pair(t)
		if _, err := New(s, clock()).Sealing(again).Publish(t.Context(), testBundle(t, 2)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Opening(theirs).Load(t.Context(), versionOf(t, 2)); err != nil {
			t.Errorf("Load of another by its recipient = %v", err)
		}
	})
}

// Encrypted for others anew it can be read by them, and no more by those before.
func TestSealedAnew(t *testing.T) {
	r := New(newRAM(), clock())
	first, before := pair(t)
	second, after := pair(t)
	for _, s := range []*seal.Sealer{first, second} {
		if _, err := r.Sealing(s).Publish(t.Context(), testBundle(t, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Opening(after).Load(t.Context(), versionOf(t, 1)); err != nil {
		t.Error(err)
	}
	if _, err := r.Opening(before).Load(t.Context(), versionOf(t, 1)); !errors.Is(err, ErrSealed) {
		t.Errorf("Load by who it is no longer for = %v", err)
	}
}

// It takes no identity to copy what is encrypted, and the copy is the same.
func TestSealedCopy(t *testing.T) {
	home, away := newRAM(), newRAM()
	sealer, identity := pair(t)
	from, to := New(home, clock()), New(away, clock())
	version, err := from.Sealing(sealer).Publish(t.Context(), testBundle(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range []int{3, 0} {
		if c, err := to.Copy(t.Context(), from, version); err != nil || c.Sent != sent {
			t.Errorf("Copy = %+v, %v, want %d sent", c, err, sent)
		}
	}
	// With an identity it is not decrypted on the way either.
	if c, err := to.Copy(t.Context(), from.Opening(identity), version); err != nil || c.Sent != 0 {
		t.Errorf("Copy = %+v, %v", c, err)
	}
	if !slices.Equal(home.keys("blobs/"), away.keys("blobs/")) {
		t.Errorf("there are %q, want %q", away.keys("blobs/"), home.keys("blobs/"))
	}
	if _, err := to.Opening(identity).Load(t.Context(), version); err != nil {
		t.Error(err)
	}
}

// Every bit of what is encrypted counts.
func TestEveryBitOfASealedBlobCounts(t *testing.T) {
	t.Parallel()
	disk := newRAM()
	sealer, identity := pair(t)
	version, err := New(disk, clock()).Sealing(sealer).Publish(t.Context(), testBundle(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	s := newMemory(t, disk)
	r := New(s, clock()).Opening(identity)
	key := disk.keys("blobs/" + bundle.DigestOf([]byte("content 1")))[0]
	content := s.objects()[key]
	for i := range 8 * len(content) {
		content[i/8] ^= 1 << (i % 8)
		if _, err := r.Load(t.Context(), version); !errors.Is(err, ErrSealed) && !errors.Is(err, bundle.ErrCorrupt) {
			t.Fatalf("a flip of bit %d of byte %d: Load = %v", i%8, i/8, err)
		}
		content[i/8] ^= 1 << (i % 8)
	}
	for n := range len(content) {
		s.content[key] = content[:n]
		if _, err := r.Load(t.Context(), version); !errors.Is(err, ErrSealed) && !errors.Is(err, bundle.ErrCorrupt) {
			t.Fatalf("cut to %d bytes: Load = %v", n, err)
		}
	}
	// More than the manifest says, encrypted for the same.
	var longer bytes.Buffer
	w, err := sealer.Seal(&longer)
	if err == nil {
		_, err = w.Write([]byte("content 1 and more"))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	s.content[key] = longer.Bytes()
	if _, err := r.Load(t.Context(), version); !errors.Is(err, bundle.ErrCorrupt) {
		t.Errorf("longer than it should be: Load = %v", err)
	}
	// Another blob in its place is whole in itself, and not what the manifest says.
	s.content[key] = read(t, disk, disk.keys("blobs/" + bundle.DigestOf([]byte("the same for all")))[0])
	if _, err := r.Load(t.Context(), version); !errors.Is(err, bundle.ErrCorrupt) {
		t.Errorf("another blob in its place: Load = %v", err)
	}
}

// A collection removes encrypted blobs like others, and a publisher keeps out of its
// way; no cache keeps what is decrypted.
func TestSealedAndCollected(t *testing.T) {
	s := newRAM()
	sealer, identity := pair(t)
	folder := t.TempDir()
	cache, err := blobcache.New(folder, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	r := New(s, still).Sealing(sealer).Opening(identity).Caching(cache)
	version := publish(t, r, 1)
	if _, err := r.Load(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("the cache holds %v, %v", left, err)
	}
	key := s.keys("blobs/")[0]
	overwrite(t, s, "sweeps/"+newNonce()+".json", []byte(`{"format":1,"keys":["`+key+`"]}`))
	publish(t, r, 1)
	if err := s.Delete(t.Context(), key); err != nil { // as the collection would
		t.Fatal(err)
	}
	if _, err := r.Load(t.Context(), version); err != nil {
		t.Errorf("Load of what was published while it was being deleted = %v", err)
	}
	for range 3 {
		s.pass(2 * day)
		collect(t, r, strict)
	}
	if left := s.keys(""); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

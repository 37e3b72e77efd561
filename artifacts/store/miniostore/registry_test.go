package miniostore

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store/blobcache"
	"curio/artifacts/store/faultproxy"
	"curio/artifacts/store/miniotest"
)

// edition returns a bundle whose content depends on n, with a blob that is uploaded
// in parts each fourth time.
func edition(t *testing.T, n int) *bundle.Bundle {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(n), 7))
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "test", Config: fmt.Appendf(nil, `{"seed":%d}`, n)}}
	sizes := []int{100, smallSize + 1}
	if n%4 == 0 {
		sizes = append(sizes, minPartSize+1)
	}
	for _, size := range sizes {
		if err := b.Add(fmt.Sprint("blob", size), "bytes", content(random, size)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// TestRegistryBehindFaults publishes, moves and loads over random schedules of
// faults. Every step succeeds and is right or fails with a documented error; a
// version that was published is whole, an alias is where a move put it, and after
// the faults everything goes on as if there had been none. Nothing is taken for
// corrupt, for nothing is damaged where it lies.
func TestRegistryBehindFaults(t *testing.T) {
	t.Parallel()
	o := options(miniotest.Start(t))
	direct := registry.New(open(t, o), time.Now)
	s, proxy := behind(t, o)
	faulty := registry.New(s, time.Now)
	cache, err := blobcache.New(t.TempDir(), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	same := func(seed int, b *bundle.Bundle, err error) {
		t.Helper()
		if err != nil {
			return
		}
		defer b.Close()
		want := edition(t, seed)
		for name, data := range want.Blobs {
			if !bytes.Equal(b.Blobs[name], data) {
				t.Errorf("seed %d: blob %s is not what was published", seed, name)
			}
		}
		if b.Manifest.Version() != want.Manifest.Version() {
			t.Errorf("seed %d: version %s, want %s", seed, b.Manifest.Version(), want.Manifest.Version())
		}
	}
	failed, calls, moves := 0, 0, 0
	for seed := range schedules(t, 8) {
		random := rand.New(rand.NewPCG(uint64(seed), 2))
		proxy.Follow(faultproxy.Random(uint64(seed), 0.7*random.Float64(), faultproxy.Kinds()...))
		want := edition(t, seed).Manifest.Version()
		check := func(what string, err error) error {
			t.Helper()
			calls++
			if err == nil {
				return nil
			}
			failed++
			if !documented(err) || errors.Is(err, bundle.ErrCorrupt) {
				t.Errorf("seed %d: %s = %v", seed, what, err)
			}
			return err
		}
		_, publishErr := faulty.Publish(t.Context(), edition(t, seed))
		if check("Publish", publishErr) == nil {
			b, err := direct.Load(t.Context(), want)
			if err != nil {
				t.Errorf("seed %d: a version that was published: %v", seed, err)
			}
			same(seed, b, err)
			moveErr := check("Move", faulty.Move(t.Context(), "latest", want, "", "test", fmt.Sprint(seed)))
			if p, err := direct.Resolve(t.Context(), "latest"); moveErr == nil && (err != nil || p.Version != want) {
				t.Errorf("seed %d: the alias is at %+v, %v after a move to %s", seed, p, err, want)
			}
			if p, err := faulty.Resolve(t.Context(), "latest"); check("Resolve", err) == nil && p.Version != want && moveErr == nil {
				t.Errorf("seed %d: Resolve = %s, want %s", seed, p.Version, want)
			}
		}
		for _, reader := range []*registry.Registry{faulty, faulty.Caching(cache)} {
			b, err := reader.Load(t.Context(), want)
			same(seed, b, check("Load", err))
		}
		// The faults are over.
		proxy.Follow(faultproxy.Through)
		if _, err := faulty.Publish(t.Context(), edition(t, seed)); err != nil {
			t.Fatalf("seed %d: published again: %v", seed, err)
		}
		if err := faulty.Move(t.Context(), "latest", want, "", "test", fmt.Sprint(seed)); err != nil {
			t.Fatalf("seed %d: moved again: %v", seed, err)
		}
		b, err := faulty.Caching(cache).Load(t.Context(), want)
		if err != nil {
			t.Fatalf("seed %d: loaded again: %v", seed, err)
		}
		same(seed, b, nil)
		moves++
	}
	states, err := direct.History(t.Context(), "latest")
	if err != nil || len(states) != moves {
		t.Errorf("the history has %d states, %v, want %d", len(states), err, moves)
	}
	t.Logf("%d of %d calls failed", failed, calls)
	if failed == 0 || failed > calls*9/10 {
		t.Errorf("%d of %d calls failed: the faults do not test much", failed, calls)
	}
}

package live

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store/blobcache"
	"curio/artifacts/store/fsstore"
	"curio/serve/recommend"
	"curio/serve/servetest"
)

var (
	vastUsers  = flag.Int("vast-users", 10_000, "users of the artifact that a start is measured with, and a tenth as many items")
	vastFolder = flag.String("vast-folder", "", "where that artifact stays: making one of a million users takes a minute, and the first start another")
)

// vast returns a machine whose store has a vast artifact, and whose cache knows it.
func vast(b *testing.B) *machine {
	b.Helper()
	home := *vastFolder
	if home == "" {
		home = b.TempDir()
	}
	home = filepath.Join(home, fmt.Sprint(*vastUsers))
	s, err := fsstore.New(filepath.Join(home, "store"))
	if err != nil {
		b.Fatal(err)
	}
	m := &machine{store: s, cache: filepath.Join(home, "cache")}
	r := registry.New(s, time.Now)
	if _, err := r.Resolve(b.Context(), "latest"); err != nil {
		a, err := servetest.Vast(servetest.Size{Users: *vastUsers, Items: *vastUsers / 10, Dim: 64, History: 20}, 1)
		if err != nil {
			b.Fatal(err)
		}
		made, err := a.Encode()
		if err != nil {
			b.Fatal(err)
		}
		version, err := r.Publish(b.Context(), made)
		if err != nil {
			b.Fatal(err)
		}
		move(b, s, version)
	}
	if r := m.start(b, nil).Step(b.Context()); r != Swapped {
		b.Fatal(r)
	}
	return m
}

// BenchmarkStart measures what a program takes from its start until it is ready, with a
// warm cache, and its parts. For a million users:
//
//	go test -run - -bench Start$ -benchtime 5x ./serve/live -vast-users 1000000 -vast-folder /tmp/vast
func BenchmarkStart(b *testing.B) {
	m := vast(b)
	b.Run("Ready", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f := m.start(b, nil)
			if r := f.Step(b.Context()); r != Swapped {
				b.Fatal(r)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/start")
	})
	b.Run("Parts", func(b *testing.B) {
		cache, err := blobcache.New(m.cache, 1<<40)
		if err != nil {
			b.Fatal(err)
		}
		r := registry.New(m.store, time.Now)
		p, err := r.Resolve(b.Context(), "latest")
		if err != nil {
			b.Fatal(err)
		}
		var parts [4]time.Duration
		for b.Loop() {
			at := time.Now()
			lap := func(i int) { parts[i], at = parts[i]+time.Since(at), time.Now() }
			manifest, err := r.Manifest(b.Context(), p.Version)
			if err != nil {
				b.Fatal(err)
			}
			mapped, err := cache.FindMade(manifest.Digest(), bundle.ImageKind())
			if err != nil || mapped == nil {
				b.Fatal(mapped, err)
			}
			lap(0)
			a, err := bundle.ReadImage(mapped, manifest)
			if err != nil {
				b.Fatal(err)
			}
			lap(1)
			engine := recommend.New(a)
			lap(2)
			if err := engine.Warm(nil); err != nil {
				b.Fatal(err)
			}
			lap(3)
		}
		for i, name := range []string{"manifest", "image", "engine", "warm"} {
			b.ReportMetric(parts[i].Seconds()*1e3/float64(b.N), name+"-ms")
		}
	})
}

// BenchmarkFirst measures a start without a cache.
func BenchmarkFirst(b *testing.B) {
	m := vast(b)
	for b.Loop() {
		if err := os.RemoveAll(m.cache); err != nil {
			b.Fatal(err)
		}
		if r := m.start(b, nil).Step(b.Context()); r != Swapped {
			b.Fatal(r)
		}
	}
}

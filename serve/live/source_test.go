package live

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/serve/servetest"
)

type source struct {
	mu      sync.Mutex
	bundles map[string]*bundle.Bundle
	pointer registry.Pointer
	resolve error // instead of the pointer
	load    error // instead of any bundle
	panics  bool
	loads   int
	moves   int
	looks   []time.Time
	clock   func() time.Time
}

func (s *source) Resolve(ctx context.Context, alias string) (registry.Pointer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks = append(s.looks, s.clock())
	return s.pointer, s.resolve
}

func (s *source) Load(ctx context.Context, version string) (*bundle.Bundle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	if s.panics {
		panic("decoder went astray")
	}
	if s.load != nil {
		return nil, s.load
	}
	b, ok := s.bundles[version]
	if !ok {
		return nil, fmt.Errorf("version %s: %w", version, store.ErrNotFound)
	}
	return b, nil
}

func (s *source) Manifest(ctx context.Context, version string) (*bundle.Manifest, error) {
	b, err := s.Load(ctx, version)
	if err != nil {
		return nil, err
	}
	return &b.Manifest, nil
}

func edition(t testing.TB, name string) *bundle.Bundle {
	t.Helper()
	made, _ := editions.LoadOrStore(name, sync.OnceValues(func() (*bundle.Bundle, error) { return servetest.Bundle(name) }))
	b, err := made.(func() (*bundle.Bundle, error))()
	if err != nil {
		t.Fatal(err)
	}
	return &bundle.Bundle{Manifest: b.Manifest, Blobs: maps.Clone(b.Blobs)}
}

var editions sync.Map

func (s *source) move(t testing.TB, name string) string {
	t.Helper()
	b := edition(t, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	v := b.Manifest.Version()
	s.bundles[v] = b
	s.point(v)
	return v
}

func (s *source) point(version string) {
	s.resolve = nil
	s.moves++
	s.pointer = registry.Pointer{Alias: "latest", Version: version, Nonce: fmt.Sprint(s.moves)}
	if b, ok := s.bundles[version]; ok {
		s.pointer.ManifestSHA256 = b.Manifest.Digest()
	}
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func follower(t testing.TB) (*Follower, *source, *clock) {
	t.Helper()
	c := &clock{now: time.Unix(1_700_000_000, 0)}
	s := &source{bundles: map[string]*bundle.Bundle{}, resolve: fmt.Errorf("alias: %w", store.ErrNotFound), clock: c.Now}
	f := New(Options{
		Registry: s, Alias: "latest", Poll: time.Second, MaxRetry: 4 * time.Second,
		Clock: c.Now, Jitter: func() float64 { return 0.5 }, Log: slog.New(slog.DiscardHandler),
	})
	return f, s, c
}

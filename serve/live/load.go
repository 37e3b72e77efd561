package live

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/serve/recommend"
)

// load reads what pointer names, checks it, builds an engine and warms it,
// without touching the model in service.
//
// Decoders are made to return errors, but an artifact comes from outside and
// loading runs beside the traffic: a panic here becomes an error too, so that the
// worst artifact cannot end the process.
func (f *Follower) load(ctx context.Context, from Registry, pointer registry.Pointer, admit func(context.Context, string) error) (m *Model, err error) {
	defer func() {
		if v := recover(); v != nil {
			m, err = nil, fmt.Errorf("load %s: panic: %v", pointer.Version, v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, f.o.LoadTimeout)
	defer cancel()
	began := f.o.Clock()
	// Blobs may lie in mapped files, and a file that is truncated while it is looked at
	// shows as a fault.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	artifact, err := f.artifact(ctx, from, &pointer)
	if err != nil {
		return nil, err // names the version
	}
	engine, err := f.warm(ctx, artifact)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", pointer.Version, err)
	}
	if admit != nil {
		if err := admit(ctx, pointer.Version); err != nil {
			return nil, fmt.Errorf("load %s: %w", pointer.Version, err)
		}
	}
	now := f.o.Clock()
	f.held.Add(1)
	runtime.AddCleanup(engine, func(held *atomic.Int64) { held.Add(-1) }, f.held)
	return &Model{Engine: engine, Pointer: pointer, LoadedAt: now, Took: now.Sub(began)}, nil
}

// accept checks that a manifest is the one that pointer names, which for a pinned
// version is any of that name, and that it can be served here.
func (f *Follower) accept(m *bundle.Manifest, pointer *registry.Pointer) error {
	digest := m.Digest()
	if f.o.Pin != "" {
		pointer.ManifestSHA256 = digest
	}
	if digest != pointer.ManifestSHA256 || m.Version() != pointer.Version {
		return fmt.Errorf("load %s: the manifest there has digest %s, the alias says %s", pointer.Version, digest, pointer.ManifestSHA256)
	}
	if f.o.Accept != nil {
		if err := f.o.Accept(m); err != nil {
			return fmt.Errorf("load %s: %w", pointer.Version, err)
		}
	}
	return nil
}

// maxAsked is how many of the requests that the model in service remembers the next one
// answers before it takes its place.
const maxAsked = 2000

const maxRest = 20 * time.Millisecond // after one of them

// resting returns a function that waits as long as it took since it was called last, so
// that warming beside the traffic takes half a processor at most; it does not wait while
// there is no model in service.
func (f *Follower) resting() func() {
	if f.current.Load() == nil {
		return func() {}
	}
	last := f.o.Clock()
	return func() {
		time.Sleep(min(f.o.Clock().Sub(last), maxRest))
		last = f.o.Clock()
	}
}

// warm makes a warm engine of an artifact: it answers what every engine is warmed with,
// what was recorded, and what the model in service is asked. It looks at ctx between its
// stages.
func (f *Follower) warm(ctx context.Context, a *bundle.Artifact) (*recommend.Engine, error) {
	engine, rest := recommend.New(a), f.resting()
	if err := engine.Warm(rest); err != nil {
		return nil, fmt.Errorf("warm: %w", err)
	}
	until := f.o.Clock().Add(f.o.WarmupTimeout)
	var requests []recommend.Request
	if f.o.Warmup != nil {
		requests = f.o.Warmup(&a.Manifest)
	}
	if old := f.current.Load(); old != nil && old.Engine.Manifest().PseudonymKey == a.Manifest.PseudonymKey {
		requests = append(requests, old.Engine.Asked(maxAsked)...)
	}
	for _, r := range requests {
		rest()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f.o.Clock().After(until) {
			f.o.Log.InfoContext(ctx, "warming ended before all recorded requests were answered", "version", a.Version, "after", f.o.WarmupTimeout.Round(time.Millisecond))
			break
		}
		for _, item := range engine.Recommend(r).Items {
			if item.Score-item.Score != 0 { // NaN or infinite
				return nil, fmt.Errorf("warm: a recorded request is answered with the score %v: %w", item.Score, bundle.ErrArtifact)
			}
		}
	}
	return engine, ctx.Err()
}

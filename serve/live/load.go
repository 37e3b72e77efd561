package live

import (
	"context"
	"fmt"
	"runtime/debug"

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
func (f *Follower) load(ctx context.Context, pointer registry.Pointer) (m *Model, err error) {
	defer func() {
		if v := recover(); v != nil {
			m, err = nil, fmt.Errorf("load %s: panic: %v", pointer.Version, v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, f.o.LoadTimeout)
	defer cancel()
	began := f.o.Clock()
	b, err := f.o.Registry.Load(ctx, pointer.Version)
	if err != nil {
		return nil, err // names the version
	}
	// Blobs may lie in mapped files. Nothing made of them needs them afterwards, and
	// a file that is truncated while it is looked at shows as a fault.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer b.Close()
	if got := b.Manifest.Digest(); got != pointer.ManifestSHA256 {
		return nil, fmt.Errorf("load %s: the manifest there has digest %s, the alias says %s", pointer.Version, got, pointer.ManifestSHA256)
	}
	if f.o.Accept != nil {
		if err := f.o.Accept(&b.Manifest); err != nil {
			return nil, fmt.Errorf("load %s: %w", pointer.Version, err)
		}
	}
	engine, err := build(ctx, b)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", pointer.Version, err)
	}
	if f.o.Admit != nil {
		if err := f.o.Admit(ctx, pointer.Version); err != nil {
			return nil, fmt.Errorf("load %s: %w", pointer.Version, err)
		}
	}
	now := f.o.Clock()
	return &Model{Engine: engine, Pointer: pointer, LoadedAt: now, Took: now.Sub(began)}, nil
}

// build makes a warm engine of a bundle. It looks at ctx between its stages.
func build(ctx context.Context, b *bundle.Bundle) (*recommend.Engine, error) {
	artifact, err := bundle.Decode(b)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	engine := recommend.New(artifact)
	if err := engine.Warm(); err != nil {
		return nil, fmt.Errorf("warm: %w", err)
	}
	return engine, ctx.Err()
}

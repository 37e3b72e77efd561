package live

import (
	"context"
	"errors"
	"fmt"
	"io"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
)

// artifact returns what pointer names, from its image if there is one. If there is not,
// and can be, it makes one: reading that back costs little, and what is served is then
// the same after every start.
func (f *Follower) artifact(ctx context.Context, from Registry, pointer *registry.Pointer) (*bundle.Artifact, error) {
	if f.o.Cache != nil {
		m, err := from.Manifest(ctx, pointer.Version)
		if err != nil {
			return nil, err
		}
		if err := f.accept(m, pointer); err != nil {
			return nil, err
		}
		if a := f.image(ctx, m); a != nil {
			return a, ctx.Err()
		}
	}
	b, err := from.Load(ctx, pointer.Version)
	if err != nil {
		return nil, err
	}
	defer b.Close() // nothing made of the blobs needs them
	if err := f.accept(&b.Manifest, pointer); err != nil {
		return nil, err
	}
	a, err := bundle.Decode(b)
	if err != nil {
		return nil, fmt.Errorf("load %s: decode: %w", pointer.Version, err)
	}
	if f.o.Cache != nil && f.makeImage(ctx, a, b) {
		if again := f.image(ctx, &a.Manifest); again != nil {
			a = again
		}
	}
	return a, ctx.Err()
}

// image returns the artifact with a manifest from its image, nil if there is none that
// is whole.
func (f *Follower) image(ctx context.Context, m *bundle.Manifest) *bundle.Artifact {
	digest := m.Digest()
	mapped, err := f.o.Cache.FindMade(digest, bundle.ImageKind())
	if mapped == nil && err == nil {
		return nil
	}
	var a *bundle.Artifact
	if err == nil {
		a, err = bundle.ReadImage(mapped, m)
	}
	if err != nil {
		f.o.Log.WarnContext(ctx, "image of an artifact not used", "version", m.Version(), "error", err)
		f.o.Cache.DropMade(digest, bundle.ImageKind())
		return nil
	}
	return a
}

// makeImage reports whether an image was made.
func (f *Follower) makeImage(ctx context.Context, a *bundle.Artifact, b *bundle.Bundle) bool {
	err := f.o.Cache.AddMade(a.Manifest.Digest(), bundle.ImageKind(), func(w io.Writer) error {
		return bundle.WriteImage(w, a, b)
	})
	if err != nil && !errors.Is(err, bundle.ErrNoImage) {
		f.o.Log.WarnContext(ctx, "no image made of an artifact", "version", a.Version, "error", err)
	}
	return err == nil
}

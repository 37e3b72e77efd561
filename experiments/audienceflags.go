package main

import (
	"context"
	"fmt"

	"curio/artifacts/audience"
	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/datasets/privacy"
)

// audienceFlags say which artifact is read, and of how few of its users may be told.
type audienceFlags struct {
	storeFlags
	artifact string
	minGroup int
	secret   identityFlag
}

func (a *audienceFlags) define(f *command.Flags) {
	a.storeFlags.define(f)
	f.String(&a.artifact, "artifact", "latest", "alias or version of the artifact")
	a.secret.define(f)
	f.Int(&a.minGroup, "min-group", 0, 0, 1_000_000, fmt.Sprintf("fewest users behind anything that is told of a group, no fewer than the artifact was trained with (%d if it does not say)", privacy.MinGroup))
}

func (a *audienceFlags) check(f *command.Flags) {
	a.storeFlags.check(f)
	a.secret.check(f)
}

// load reads the artifact. The error for one that is not there is a
// *command.UsageError, that for one that cannot be read wraps bundle.ErrCorrupt,
// bundle.ErrFormat or bundle.ErrArtifact.
func (a *audienceFlags) load(ctx context.Context) (*bundle.Artifact, *audience.Audience, error) {
	r, err := a.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	version, err := resolve(ctx, r, a.artifact, a.target)
	if err != nil {
		return nil, nil, err
	}
	b, err := a.secret.of(r).Load(ctx, version)
	if err != nil {
		return nil, nil, absent(err, a.target)
	}
	art, err := bundle.Decode(b)
	if err != nil {
		return nil, nil, fmt.Errorf("version %s: %w: %w", version, bundle.ErrArtifact, err)
	}
	return art, audience.New(art, max(a.minGroup, audience.MinGroup(art))), nil
}

package registry

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

func (v *verifier) aliases(ctx context.Context) error {
	aliases, err := v.Aliases(ctx)
	if err != nil {
		return err
	}
	for _, alias := range aliases {
		v.report.Aliases++
		if err := v.fault(ctx, "alias "+alias, v.alias(ctx, alias)); err != nil {
			return err
		}
	}
	return nil
}

// alias checks where an alias is and, step by step, how it came there.
func (v *verifier) alias(ctx context.Context, alias string) error {
	p, _, err := v.resolve(ctx, alias)
	if errors.Is(err, store.ErrNotFound) {
		return nil // removed meanwhile
	}
	if err != nil {
		return err
	}
	v.report.States++
	if manifest, err := v.manifest(ctx, p.Version); err != nil && !errors.Is(err, bundle.ErrCorrupt) {
		return fmt.Errorf("it names version %s: %w", p.Version, err)
	} else if digest := bundle.DigestOf(manifest); err == nil && digest != p.ManifestSHA256 {
		return fmt.Errorf("it names version %s with the digest %s, which is %s", p.Version, p.ManifestSHA256, digest)
	}
	steps, err := v.names(ctx, aliasFolder+alias+history, suffix, isStep)
	if err != nil {
		return err
	}
	before, next := "", int64(1)
	var faults []error
	for _, step := range steps {
		seq, _ := strconv.ParseInt(step, 10, 64)
		if seq > p.Seq {
			continue // moved meanwhile
		}
		if seq != next {
			faults = append(faults, fmt.Errorf("states %d to %d are missing from its history", next, seq-1))
		}
		next = seq + 1
		state, err := v.recorded(ctx, alias, seq)
		if store.Unavailable(err) || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("state %d of its history: %w", seq, err))
			before = ""
			continue
		}
		v.report.States++
		faults = append(faults, follows(state, before, seq == p.Seq, p))
		if digest := v.known[state.Version]; digest != "" && digest != state.ManifestSHA256 {
			faults = append(faults, fmt.Errorf("state %d of its history has the digest %s for version %s, which is %s", seq, state.ManifestSHA256, state.Version, digest))
		}
		before = state.Version
	}
	if next < p.Seq {
		faults = append(faults, fmt.Errorf("states %d to %d are missing from its history", next, p.Seq-1))
	} else if next == p.Seq {
		faults = append(faults, follows(p, before, false, p))
	} else {
		v.report.States-- // the present one is in the history as well
	}
	return errors.Join(faults...)
}

// follows checks that a state comes from the version before, if that is known, and
// that the newest of the history is the present one.
func follows(state Pointer, before string, newest bool, present Pointer) error {
	switch {
	case before != "" && state.From != "" && state.From != before:
		return fmt.Errorf("state %d of its history comes from version %s, but the one before is at %s", state.Seq, state.From, before)
	case newest && state != present:
		return fmt.Errorf("state %d of its history is not the one it is in", state.Seq)
	}
	return nil
}

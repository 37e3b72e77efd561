package registry

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
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
	return v.gone(ctx, aliases)
}

var stateKey = regexp.MustCompile(`^` + aliasFolder + `([^/]*)` + history + `[0-9]{10}\` + suffix + `$`)

// gone notes the aliases of which there is nothing but a history.
func (v *verifier) gone(ctx context.Context, there []string) error {
	left := map[string]int{}
	for info, err := range v.store.List(ctx, aliasFolder) {
		if err != nil {
			return err
		}
		if alias := submatch(stateKey.FindStringSubmatch(info.Key)); CheckAlias(alias) == nil && !slices.Contains(there, alias) {
			left[alias]++
		}
	}
	for _, alias := range slices.Sorted(maps.Keys(left)) {
		if _, _, err := v.resolve(ctx, alias); !errors.Is(err, store.ErrNotFound) {
			continue // made meanwhile
		}
		err := fmt.Errorf("it is gone, with a history of %d states: move it, or remove %s%s%s as well", left[alias], aliasFolder, alias, history)
		if err := v.fault(ctx, "alias "+alias, err); err != nil {
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
	var before recordedState
	next := int64(1)
	var faults []error
	for _, step := range steps {
		seq, _ := strconv.ParseInt(step, 10, 64)
		if seq > p.Seq {
			continue // moved meanwhile
		}
		if seq != next {
			faults = append(faults, fmt.Errorf("states %d to %d are missing from its history", next, seq-1))
			before = recordedState{}
		}
		next = seq + 1
		state, digest, err := v.recordedAs(ctx, alias, seq)
		if store.Unavailable(err) || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("state %d of its history: %w", seq, err))
			before = recordedState{digest: digest}
			continue
		}
		v.report.States++
		faults = append(faults, follows(state, before, seq == p.Seq, p))
		if digest := v.known[state.Version]; digest != "" && digest != state.ManifestSHA256 {
			faults = append(faults, fmt.Errorf("state %d of its history has the digest %s for version %s, which is %s", seq, state.ManifestSHA256, state.Version, digest))
		}
		before = recordedState{state.Version, digest}
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

// recordedState is what is known of a state of the history: the version, if it can be
// read, and the digest of what is stored, if there is something.
type recordedState struct{ version, digest string }

// follows checks that a state comes from the one before, as far as that is known, and
// that the newest of the history is the present one.
func follows(state Pointer, before recordedState, newest bool, present Pointer) error {
	switch {
	case before.version != "" && state.From != "" && state.From != before.version:
		return fmt.Errorf("state %d of its history comes from version %s, but the one before is at %s", state.Seq, state.From, before.version)
	case before.digest != "" && state.Before != "" && state.Before != before.digest:
		return fmt.Errorf("state %d of its history comes from a state with the digest %s, but the one before has %s", state.Seq, state.Before, before.digest)
	case newest && state != present:
		return fmt.Errorf("state %d of its history is not the one it is in", state.Seq)
	}
	return nil
}

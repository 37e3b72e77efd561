package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// History returns every state the alias has had, oldest first; the last is the
// present one. The error wraps store.ErrNotFound if it was never moved.
func (r *Registry) History(ctx context.Context, alias string) ([]Pointer, error) {
	states, err := r.history(ctx, alias)
	if err != nil {
		return nil, fmt.Errorf("history of alias %q: %w", alias, err)
	}
	return states, nil
}

func (r *Registry) history(ctx context.Context, alias string) ([]Pointer, error) {
	// The present state first: all before it are recorded by then.
	current, _, err := r.resolve(ctx, alias)
	if err != nil {
		return nil, err
	}
	steps, err := r.names(ctx, aliasFolder+alias+history, suffix, isStep)
	if err != nil {
		return nil, err
	}
	var states []Pointer
	for _, step := range steps {
		seq, _ := strconv.ParseInt(step, 10, 64)
		if seq >= current.Seq {
			break
		}
		p, err := r.recorded(ctx, alias, seq)
		if err != nil {
			return nil, err
		}
		states = append(states, p)
	}
	return append(states, current), nil
}

var isStep = regexp.MustCompile(`^[0-9]{10}$`).MatchString

// stepKey orders as text as the states do.
func stepKey(alias string, seq int64) string {
	return fmt.Sprintf("%s%s%s%010d%s", aliasFolder, alias, history, seq, suffix)
}

// record keeps a state in the history and returns its digest there. It is no error
// if it is there, and one that is there but damaged is written again.
func (r *Registry) record(ctx context.Context, p Pointer) (digest string, err error) {
	body, err := p.encode()
	if err != nil {
		return "", err
	}
	digest = bundle.DigestOf(body)
	key := stepKey(p.Alias, p.Seq)
	// Whoever moved the alias there has nearly always recorded it.
	switch _, there, err := r.recordedAs(ctx, p.Alias, p.Seq); {
	case there == digest:
		return digest, nil
	case errors.Is(err, store.ErrNotFound):
		return digest, r.create(ctx, key, bytes.NewReader(body), int64(len(body)))
	case errors.Is(err, bundle.ErrCorrupt):
		_, err = r.store.Put(ctx, key, bytes.NewReader(body), int64(len(body)), store.Always)
		return digest, err
	case err != nil:
		return "", err
	}
	return "", fmt.Errorf("%q holds another state: %w", key, store.ErrConflict)
}

// recorded reads a state from the history.
func (r *Registry) recorded(ctx context.Context, alias string, seq int64) (Pointer, error) {
	p, _, err := r.recordedAs(ctx, alias, seq)
	return p, err
}

// recordedAs also returns the digest of what is stored, whether or not it can be read
// as a state; empty if there is nothing.
func (r *Registry) recordedAs(ctx context.Context, alias string, seq int64) (p Pointer, digest string, err error) {
	key := stepKey(alias, seq)
	data, _, err := r.get(ctx, key, maxPointer)
	if errors.Is(err, errTooLarge) {
		err = fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
	}
	if err != nil {
		return Pointer{}, "", err
	}
	digest = bundle.DigestOf(data)
	p, err = decodePointer(data, alias)
	if err == nil && p.Seq != seq {
		err = fmt.Errorf("%w: it is state %d", bundle.ErrCorrupt, p.Seq)
	}
	if err != nil {
		return Pointer{}, digest, fmt.Errorf("%q: %w", key, err)
	}
	return p, digest, nil
}

// lastRecorded returns the number of the newest state in the history, or 0: an
// alias whose file was removed by hand goes on where it was.
func (r *Registry) lastRecorded(ctx context.Context, alias string) (int64, error) {
	steps, err := r.names(ctx, aliasFolder+alias+history, suffix, isStep)
	if err != nil || len(steps) == 0 {
		return 0, err
	}
	return strconv.ParseInt(steps[len(steps)-1], 10, 64)
}

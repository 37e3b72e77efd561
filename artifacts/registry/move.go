package registry

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// ErrMoved is wrapped by the error for an alias that is not where a move was to
// start from.
var ErrMoved = errors.New("alias has moved")

const (
	maxTries  = 100 // of one move that others keep getting ahead of
	firstWait = 2 * time.Millisecond
	lastWait  = 100 * time.Millisecond
)

// Move points alias at a published version. by and why go into its history.
//
// With from, the alias must be at that version, else nothing changes and the
// error wraps ErrMoved. Without, it is moved from wherever it is; a concurrent
// move then comes before this one or after it, and both are in the history. An
// alias that is at version already stays as it is, so a move may be repeated.
func (r *Registry) Move(ctx context.Context, alias, version, from, by, why string) error {
	if err := r.move(ctx, alias, version, from, by, why); err != nil {
		return fmt.Errorf("move alias %q to version %s: %w", alias, version, err)
	}
	return nil
}

func (r *Registry) move(ctx context.Context, alias, version, from, by, why string) error {
	if err := CheckAlias(alias); err != nil {
		return err
	}
	if !isText(by) || !isText(why) {
		return fmt.Errorf("who moves it and why are texts of up to %d bytes", MaxText)
	}
	manifest, err := r.manifest(ctx, version)
	if err != nil {
		return err
	}
	next := Pointer{Alias: alias, Version: version, ManifestSHA256: bundle.DigestOf(manifest), By: by, Why: why}
	var held *claim
	for try := range maxTries {
		current, tag, err := r.resolve(ctx, alias)
		switch {
		case errors.Is(err, store.ErrNotFound):
			err = nil
		case err == nil && current.Version == version:
			return nil
		}
		if errors.Is(err, bundle.ErrCorrupt) {
			return fmt.Errorf("%w: remove %s%s%s and move it again; its history stays", err, aliasFolder, alias, suffix)
		}
		if err != nil {
			return err
		}
		if from != "" && current.Version != from {
			return fmt.Errorf("%w: it is at %q, not at %q", ErrMoved, current.Version, from)
		}
		if held == nil {
			if held, err = r.hold(ctx, version, manifest); err != nil {
				return err
			}
			defer held.release(ctx)
		}
		done, err := r.swap(ctx, current, tag, next)
		if done || err != nil {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: others moved it %d times in a row: try again", ErrMoved, maxTries)
}

// swap replaces the state current, which has the tag, by next. Without error it
// reports whether it did: false when another move came in between.
func (r *Registry) swap(ctx context.Context, current Pointer, tag string, next Pointer) (done bool, err error) {
	when := store.Matches(tag)
	if current.Seq > 0 {
		// What is replaced must be in the history first, for its own mover may
		// have been stopped before it could record it.
		next.Before, err = r.record(ctx, current)
	} else {
		when = store.Absent
		current.Seq, err = r.lastRecorded(ctx, next.Alias)
	}
	if err != nil {
		return false, err
	}
	next.Seq, next.From, next.Nonce = current.Seq+1, current.Version, newNonce()
	next.Moved = r.clock().UTC().Truncate(time.Millisecond)
	body, err := next.encode()
	if err != nil {
		return false, err
	}
	_, err = r.store.Put(ctx, aliasFolder+next.Alias+suffix, bytes.NewReader(body), int64(len(body)), when)
	if err != nil {
		// The answer may have been lost after the swap was done, even one that
		// says the condition failed. Looking is the only way to know; swapping
		// again could move the alias back from where others have taken it since.
		done, lookErr := r.happened(ctx, next)
		switch {
		case done:
		case !errors.Is(err, store.ErrConflict):
			return false, err
		default:
			return false, lookErr
		}
	}
	// The move is done whether or not this succeeds: History knows the newest
	// state from the alias itself, and the next move records it.
	_, _ = r.record(ctx, next)
	return true, nil
}

// happened reports whether the alias has ever been in the state p.
func (r *Registry) happened(ctx context.Context, p Pointer) (bool, error) {
	current, _, err := r.resolve(ctx, p.Alias)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil || current.Seq <= p.Seq {
		return current.Nonce == p.Nonce, err
	}
	past, err := r.recorded(ctx, p.Alias, p.Seq)
	return err == nil && past.Nonce == p.Nonce, err
}

func newNonce() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// pause waits after a lost swap: longer each time, and at random, so that those
// who met once do not meet again.
func pause(ctx context.Context, try int) error {
	var b [8]byte
	rand.Read(b[:])
	longest := min(firstWait<<min(try, 10), lastWait)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(binary.LittleEndian.Uint64(b[:]) % uint64(longest))):
		return nil
	}
}

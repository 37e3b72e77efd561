package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/signature"
)

// Trust says whose signature a version needs, and from when, to be read. See package
// signature for what that defends against.
type Trust struct {
	Keys      signature.Keys
	NotBefore time.Time // zero: from any time
	// NotOlderThan is a version: those signed before it are refused, and all while it
	// has no trusted signature in the store. Empty: none.
	NotOlderThan string
	Pin          *signature.Pin // nil: none

	mu     sync.Mutex // guards pinned
	pinned time.Time  // of NotOlderThan, once known
}

// Trusting returns the same registry for a reader that t must satisfy: Load,
// Manifest and Move fail for other versions with an error that wraps
// signature.ErrUntrusted, before anything else of them is read.
func (r *Registry) Trusting(t *Trust) *Registry {
	c := *r
	c.trust = t
	return &c
}

// Verify returns the trusted signature of a version that counts, with the errors of
// Trusting.
func (t *Trust) Verify(ctx context.Context, r *Registry, version, manifest string) (signature.Signature, error) {
	all, err := r.Signatures(ctx, version, nil)
	if err != nil && !errors.Is(err, signature.ErrCorrupt) {
		return signature.Signature{}, err
	}
	s, verifyErr := t.Keys.Verify(manifest, all)
	if verifyErr != nil {
		return s, errors.Join(verifyErr, err) // damage may be the reason
	}
	if err := s.NotBefore(t.NotBefore, "the pin"); err != nil {
		return s, err
	}
	if t.Pin != nil {
		if err := s.NotBefore(t.Pin.Time(), "the pin file"); err != nil {
			return s, err
		}
	}
	pinned, err := t.pinnedAt(ctx, r)
	if err != nil {
		return s, err
	}
	return s, s.NotBefore(pinned, "pinned version "+t.NotOlderThan)
}

func (t *Trust) check(ctx context.Context, r *Registry, manifest []byte) error {
	digest := bundle.DigestOf(manifest)
	_, err := t.Verify(ctx, r, bundle.VersionOf(digest), digest)
	return err
}

// pinnedAt returns when NotOlderThan was signed.
func (t *Trust) pinnedAt(ctx context.Context, r *Registry) (time.Time, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.NotOlderThan == "" || !t.pinned.IsZero() {
		return t.pinned, nil
	}
	all, err := r.Signatures(ctx, t.NotOlderThan, t.Keys)
	if err != nil && !errors.Is(err, signature.ErrCorrupt) {
		return time.Time{}, err
	}
	for _, s := range all {
		if bundle.VersionOf(s.ManifestSHA256) != t.NotOlderThan || !s.By(t.Keys[s.Key]) {
			continue
		}
		if s.Signed.After(t.pinned) {
			t.pinned = s.Signed
		}
	}
	if t.pinned.IsZero() {
		return t.pinned, fmt.Errorf("%w: pinned version %s has no trusted signature in the store; pin the time instead",
			signature.ErrUntrusted, t.NotOlderThan)
	}
	return t.pinned, nil
}

// maxAhead is how far the clock of a signer may be ahead. Without a bound one that is
// wrong would have a pin refuse whatever is signed by the right time.
const maxAhead = time.Hour

// Raise notes in the pin that a version was taken into service: from now on those
// signed before it are refused. Without a pin it does nothing.
func (r *Registry) Raise(ctx context.Context, version string) error {
	if r.trust == nil || r.trust.Pin == nil {
		return nil
	}
	manifest, err := r.manifest(ctx, version)
	var s signature.Signature
	if err == nil {
		s, err = r.trust.Verify(ctx, r, version, bundle.DigestOf(manifest))
	}
	if err == nil && s.Signed.Sub(r.clock()) > maxAhead {
		err = fmt.Errorf("it was signed at %s, which is yet to come: set the clocks", s.Signed.Format(time.RFC3339))
	}
	if err == nil {
		err = r.trust.Pin.Raise(s.Signed)
	}
	if err != nil {
		return fmt.Errorf("pin version %s: %w", version, err)
	}
	return nil
}

package store

import (
	"context"
	"errors"
	"slices"
)

// The sentinels every store maps its own errors to. They say what kind of
// failure it is; the error that wraps them says what, where and what to do.
var (
	ErrNotFound    = errors.New("not found")                 // no object under the key
	ErrConflict    = errors.New("condition failed")          // the condition of a Put did not hold
	ErrUnreachable = errors.New("store cannot be reached")   // no answer, or only failures, after the retries
	ErrDenied      = errors.New("access denied")             // credentials or permissions
	ErrFull        = errors.New("store is full")             // no space, or a quota is used up
	ErrUnsupported = errors.New("store cannot do this")      // it lacks what it was asked for
	ErrNoBucket    = errors.New("bucket does not exist")     // the place itself is missing
	ErrInvalidKey  = errors.New("invalid key")               // the key breaks the rules of CheckKey
	ErrSize        = errors.New("size of the body is wrong") // the body of a Put has another length than said
)

// Unavailable reports whether err means that the store as a whole cannot be
// used, rather than that one object is missing or in the way.
func Unavailable(err error) bool {
	return slices.ContainsFunc([]error{ErrUnreachable, ErrDenied, ErrFull, ErrUnsupported, ErrNoBucket},
		func(sentinel error) bool { return errors.Is(err, sentinel) })
}

// Check reports whether s can be read: that it is reachable, that the
// credentials are good and that the bucket is there. It changes nothing.
func Check(ctx context.Context, s Store) error {
	for _, err := range s.List(ctx, "") {
		return err
	}
	return ctx.Err()
}

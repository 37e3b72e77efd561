package open

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
)

// Checked opens the store at target and shows within timeout that it can be
// read, so that a wrong address is found before any work is done for it. A store
// that does not answer in time is store.ErrUnreachable; when ctx itself ends,
// the error wraps that of ctx.
func Checked(ctx context.Context, target string, o Options, timeout time.Duration) (store.Store, error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	s, err := Open(limited, target, o)
	if err == nil {
		err = store.Check(limited, s)
	}
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, ErrTarget):
		return nil, err // names the target
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("no answer within %s: %w", timeout, store.ErrUnreachable)
	}
	return nil, fmt.Errorf("look into store %s: %w", target, err)
}

// There is Checked for work that needs a store which somebody has written to: a
// folder that is not there is no store, and the error wraps ErrTarget.
func There(ctx context.Context, target string, o Options, timeout time.Duration) (store.Store, error) {
	s, err := Checked(ctx, target, o, timeout)
	if err != nil {
		return nil, err
	}
	if folder, ok := s.(*fsstore.Store); ok {
		if _, err := os.Stat(folder.Root()); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w: there is no such folder", target, ErrTarget)
		}
	}
	return s, nil
}

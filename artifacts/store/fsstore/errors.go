package fsstore

import (
	"errors"
	"fmt"
	"io/fs"

	"curio/artifacts/store"
)

// explain adds to err what was done and where, and the sentinel it amounts to.
// It returns nil for nil.
func (s *Store) explain(what, key string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission), readOnly(err):
		err = fmt.Errorf("%w: give this user the right to read and write the folder, or choose another (%w)", store.ErrDenied, err)
	case full(err):
		err = fmt.Errorf("%w: free space, or raise the quota (%w)", store.ErrFull, err)
	}
	if key == "" {
		return fmt.Errorf("%s folder store %s: %w", what, s.root, err)
	}
	return fmt.Errorf("%s %q in folder store %s: %w", what, key, s.root, err)
}

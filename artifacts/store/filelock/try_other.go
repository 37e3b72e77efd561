//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"os"
)

// tryLock refuses: going on without a lock would lose writes.
func tryLock(*os.File) error { return errors.ErrUnsupported }

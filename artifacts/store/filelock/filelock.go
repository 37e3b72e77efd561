// Package filelock gives one process at a time a hold on a file: an advisory
// lock that the system drops when its holder ends, however it ends.
package filelock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// errHeld is what tryLock returns while somebody else has the lock.
var errHeld = errors.New("lock is held")

// The wait between two tries grows from the first to the second.
const (
	firstWait = 500 * time.Microsecond
	lastWait  = 20 * time.Millisecond
)

// Lock waits for the lock on the file at path, making the file if need be, and
// returns what gives it back. The lock excludes other processes and other calls
// of this one. It wraps the error of ctx when that ends the wait, and
// errors.ErrUnsupported on a system without such locks. The file stays.
func Lock(ctx context.Context, path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("open the lock file: %w", err)
	}
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		err := ctx.Err()
		if err == nil {
			err = tryLock(f)
		}
		if err == nil {
			return f.Close, nil // closing gives the lock back
		}
		if !errors.Is(err, errHeld) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

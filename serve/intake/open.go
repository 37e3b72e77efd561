package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"curio/artifacts/store/filelock"
)

const (
	tableFolder = "events"
	lockName    = ".lock"
	tornPrefix  = ".torn-"
)

// lockWait is how long Open waits for a process that is about to end.
const lockWait = 3 * time.Second

// Open takes hold of the log in the data set folder dir, which is made if need be,
// puts right what the last run left unfinished, and reads again what has to be
// known: the last ids and, for Options.Recent, the last events. It returns an
// error that wraps ErrHeld while another process, or another Log of this one,
// writes to it. The log must be closed.
func Open(ctx context.Context, dir string, o Options) (*Log, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("event log options: %w", err)
	}
	l, err := open(ctx, dir, o.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("open event log %s: %w", dir, err)
	}
	go l.run() // ends with Close
	return l, nil
}

func open(ctx context.Context, dir string, o Options) (*Log, error) {
	folder := filepath.Join(dir, tableFolder)
	if err := makeFolders(folder); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, filepath.Join(folder, lockName))
	if err != nil {
		return nil, err
	}
	l := &Log{o: o, unlock: unlock, seen: newSeen(o.Window), out: newSegments(folder, o),
		wake: make(chan struct{}, 1), done: make(chan struct{})}
	if err := l.recover(ctx, folder); err != nil {
		unlock()
		return nil, err
	}
	return l, nil
}

// makeFolders makes the folder at path and those above it, each durably.
func makeFolders(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeFolders(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

func lock(ctx context.Context, path string) (unlock func() error, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, lockWait, ErrHeld)
	defer cancel()
	unlock, err = filelock.Lock(ctx, path)
	if errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(ctx), ErrHeld) {
		return nil, ErrHeld
	}
	return unlock, err
}

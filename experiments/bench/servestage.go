package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// stage runs outside of a test what is made for tests, such as servers that end with one.
// It has what they use of testing.TB, and nothing else.
type stage struct {
	testing.TB // nil
	ctx        context.Context
	folder     string
	folders    int
	cleanups   []func()
	failed     error
}

// onStage runs a play, which ends early when a test would. What it started has ended
// when onStage returns.
func onStage(ctx context.Context, folder string, play func(t *stage) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := &stage{ctx: ctx, folder: folder}
	done := make(chan error, 1)
	go func() {
		err := errors.New("the test server ended what used it")
		defer func() {
			if t.failed != nil {
				err = t.failed
			}
			for i := len(t.cleanups) - 1; i >= 0; i-- {
				t.cleanups[i]()
			}
			done <- err
		}()
		err = play(t)
	}()
	return <-done
}

// Helper does nothing.
func (t *stage) Helper() {}

// Context is done when the play is over.
func (t *stage) Context() context.Context { return t.ctx }

// Cleanup runs f after the play.
func (t *stage) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

// TempDir makes a folder that whoever made the stage removes.
func (t *stage) TempDir() string {
	t.folders++
	folder := filepath.Join(t.folder, fmt.Sprint("stage-", t.folders))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Fatal ends the play.
func (t *stage) Fatal(args ...any) { t.end(fmt.Sprint(args...)) }

// Fatalf ends the play.
func (t *stage) Fatalf(format string, args ...any) { t.end(fmt.Sprintf(format, args...)) }

// Skipf ends the play: what it needs is not there.
func (t *stage) Skipf(format string, args ...any) { t.end(fmt.Sprintf(format, args...)) }

func (t *stage) end(why string) {
	t.failed = errors.New(why)
	runtime.Goexit()
}

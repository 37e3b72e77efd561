package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"curio/train/twotower"
)

// checkpointFolder is where checkpoints are kept where nothing else is said.
func checkpointFolder() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "curio", "checkpoints")
}

// checkpoints are the files that the fits of one run can go on from, in a folder.
// They hold learned numbers and no ids.
type checkpoints struct {
	say    func(string) // how the run goes on
	dir    string
	every  time.Duration
	clock  func() time.Time
	resume bool        // whether what is there is used
	failed func(error) // told of what could not be saved, which is no reason to stop
	files  []*checkpoint
}

// open returns where a fit keeps its state.
func (c *checkpoints) open(name string) twotower.Checkpoint {
	if len(c.files) == 0 {
		c.sweep()
	}
	f := &checkpoint{checkpoints: c, path: filepath.Join(c.dir, name), saved: c.clock()}
	c.files = append(c.files, f)
	return f
}

// abandoned is how long a checkpoint is kept that nobody goes on from.
const abandoned = 30 * 24 * time.Hour

// sweep deletes what runs left that were never gone on with.
func (c *checkpoints) sweep() {
	entries, _ := os.ReadDir(c.dir) // none, or nothing that can be swept
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && checkpointName.MatchString(e.Name()) && c.clock().Sub(info.ModTime()) > abandoned {
			_ = os.Remove(filepath.Join(c.dir, e.Name())) // the next run tries again
		}
	}
}

var checkpointName = regexp.MustCompile(`^[0-9a-f]{16}-(fit|rehearsal)`)

// remove deletes what a run that is over leaves, and what was left of it where it
// was cut off before.
func (c *checkpoints) remove() {
	if len(c.files) == 0 {
		return
	}
	entries, err := os.ReadDir(c.dir)
	if errors.Is(err, fs.ErrNotExist) || c.files[0].told {
		return
	}
	for _, e := range entries {
		for _, f := range c.files {
			if strings.HasPrefix(e.Name(), filepath.Base(f.path)) {
				if gone := os.Remove(filepath.Join(c.dir, e.Name())); !errors.Is(gone, fs.ErrNotExist) {
					err = errors.Join(err, gone)
				}
				break
			}
		}
	}
	if err != nil {
		c.failed(fmt.Errorf("checkpoints not removed: %w", err))
	}
}

// checkpoint is one file. It is written beside its place and then moved there, so
// that it is always whole.
type checkpoint struct {
	*checkpoints
	path  string
	saved time.Time
	told  bool // that saving fails
}

// Open returns what was saved last, if the run goes on from it.
func (c *checkpoint) Open() (io.ReadCloser, error) {
	if !c.resume {
		return nil, fs.ErrNotExist
	}
	info, err := os.Stat(c.path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			c.say(fmt.Sprintf("begins anew: there is no %s", c.path))
		}
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", c.path)
	}
	f, err := os.Open(c.path)
	if err != nil {
		return nil, err
	}
	c.say(fmt.Sprintf("goes on from %s", c.path))
	return f, nil
}

// Due reports whether the last save is long enough ago.
func (c *checkpoint) Due() bool { return c.clock().Sub(c.saved) >= c.every }

// Save replaces the file.
func (c *checkpoint) Save(write func(io.Writer) error) error {
	c.saved = c.clock()
	if err := c.replace(write); err != nil && !c.told {
		c.failed(fmt.Errorf("checkpoint not saved: %w", err))
		c.told = true
	}
	return nil
}

func (c *checkpoint) replace(write func(io.Writer) error) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.dir, filepath.Base(c.path)+".*") // for its owner alone
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), c.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

package signature

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// ErrPin is wrapped by the error for a pin file that holds something else.
var ErrPin = errors.New("bad pin file")

// Pin is a file that remembers when the newest artifact that was taken into
// service was signed. It is a line of text: that time in RFC 3339. It is safe for
// concurrent use by one process.
type Pin struct {
	file string
	mu   sync.Mutex // guards at
	at   time.Time
}

// OpenPin reads a pin, which need not be there yet. A file that is there and
// cannot be read is an error: to forget what it held must be on purpose.
func OpenPin(file string) (*Pin, error) {
	p := &Pin{file: file}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read pin: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 256))
	if err != nil {
		return nil, fmt.Errorf("read pin: %w", err)
	}
	if p.at, err = time.Parse(stamp, strings.TrimSuffix(string(data), "\n")); err != nil {
		return nil, fmt.Errorf("%s: %w: want a time such as 2026-11-24T05:00:00.000Z", file, ErrPin)
	}
	return p, nil
}

// Time returns the time that is remembered; zero for none.
func (p *Pin) Time() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

// Raise remembers a time, durably, unless it is not later than what is remembered.
func (p *Pin) Raise(to time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !to.After(p.at) {
		return nil
	}
	if err := replace(p.file, to.UTC().Format(stamp)+"\n"); err != nil {
		return fmt.Errorf("write pin: %w", err)
	}
	p.at = to
	return nil
}

// replace puts text in place of a file, all of it or nothing.
func replace(file, text string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

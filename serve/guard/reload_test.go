package guard

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// reports remembers what was reported.
type reports struct {
	mu  sync.Mutex // guards all
	all []Status
}

func (r *reports) add(s Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, s)
}

func (r *reports) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoadKeysRefuses(t *testing.T) {
	path, _ := keyFileOf(t, Key{Name: "a", Scopes: Read})
	if _, err := LoadKeys(path+"x", time.Now, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("not there: %v", err)
	}
	if _, err := LoadKeys(filepath.Dir(path), time.Now, nil); err == nil {
		t.Error("a folder was read")
	}
	for mode, ok := range map[os.FileMode]bool{
		0o600: true, 0o640: true, 0o400: true, 0o440: true, 0o700: true,
		0o644: false, 0o604: false, 0o602: false, 0o601: false, 0o660: false, 0o620: false, 0o650: false, 0o666: false,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadKeys(path, time.Now, nil); ok != (err == nil) || !ok && !errors.Is(err, ErrReadable) {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
	for size, ok := range map[int]bool{maxKeyFile - 1: true, maxKeyFile: true, maxKeyFile + 1: false} {
		empty := `{"format":1,"keys":[]}`
		big := filepath.Join(t.TempDir(), "keys.json")
		write(t, big, empty+strings.Repeat(" ", size-len(empty)))
		if _, err := LoadKeys(big, time.Now, nil); ok != (err == nil) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestReload(t *testing.T) {
	c := newClock()
	path, plain := keyFileOf(t, Key{Name: "first", Scopes: Read})
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var told reports
	keys, err := LoadKeys(path, c.now, told.add)
	if err != nil {
		t.Fatal(err)
	}
	loaded := c.now()
	if s := keys.Status(); s != (Status{File: path, LoadedAt: loaded, Count: 1}) || told.count() != 1 {
		t.Errorf("%+v, %d reports", s, told.count())
	}
	for name, spoil := range map[string]func(){
		"gone":        func() { os.Remove(path) },
		"cut off":     func() { write(t, path, string(good[:len(good)/2])) },
		"empty":       func() { write(t, path, "") },
		"other field": func() { write(t, path, strings.Replace(string(good), `"name"`, `"title"`, 1)) },
		"too open":    func() { os.Chmod(path, 0o644) },
		"a folder":    func() { os.Remove(path); os.Mkdir(path, 0o700) },
		"a dead link": func() { os.Remove(path); os.Symlink(path+"x", path) },
	} {
		t.Run(name, func(t *testing.T) {
			before := told.count()
			c.move(time.Second)
			spoil()
			for range 3 {
				if err := keys.Reload(); err == nil {
					t.Error("taken")
				}
			}
			if s := keys.Status(); s.Err == nil || s.Count != 1 || !s.LoadedAt.Equal(loaded) || told.count() != before+1 {
				t.Errorf("%+v, %d reports", s, told.count()-before)
			}
			if keys.find(plain[0]) == nil {
				t.Error("the key is lost")
			}
			os.Remove(path)
			write(t, path, string(good))
			for range 2 {
				if err := keys.Reload(); err != nil {
					t.Error(err)
				}
			}
			if s := keys.Status(); s.Err != nil || !s.LoadedAt.Equal(loaded) || told.count() != before+2 {
				t.Errorf("mended: %+v, %d reports", s, told.count()-before)
			}
		})
	}
}

// A change that keeps the size and the time of the file is seen as well.
func TestReloadGoesByContent(t *testing.T) {
	path, plain := keyFileOf(t, Key{Name: "first", Scopes: Read})
	keys := load(t, path, newClock())
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.Replace(string(data), "first", "other", 1))
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := keys.Reload(); err != nil || keys.find(plain[0]).caller.Name != "other" {
		t.Errorf("%v, %+v", err, keys.find(plain[0]))
	}
}

func TestFollow(t *testing.T) {
	path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read})
	keys := load(t, path, newClock())
	tick := make(chan time.Time)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		Follow(ctx, tick, keys)
		close(done)
	}()
	if err := RemoveKey(t.Context(), path, plain[0][6:18]); err != nil {
		t.Fatal(err)
	}
	if keys.find(plain[0]) == nil {
		t.Error("the key is gone before the tick")
	}
	tick <- time.Time{}
	tick <- time.Time{} // is taken when the first is done with
	if keys.find(plain[0]) != nil {
		t.Error("the key is there after the tick")
	}
	cancel()
	<-done
}

// Keys come and go while requests run: a key that stays is never refused, one that
// is gone before a request starts never let through.
func TestRotationUnderRequests(t *testing.T) {
	path, plain := keyFileOf(t, Key{Name: "stays", Scopes: Read})
	keys, err := LoadKeys(path, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, h := wrap(t, Options{Clock: time.Now, Keys: keys, Needs: func(*http.Request) Scope { return Read }, Timeout: time.Minute}, nil)
	var wg sync.WaitGroup
	var over atomic.Bool
	var asked atomic.Int64
	for range 4 {
		wg.Go(func() {
			for !over.Load() {
				asked.Add(1)
				if w := ask(h, "GET", "/", "Authorization", "Bearer "+plain[0]); w.Code != 200 {
					t.Errorf("%d: %s", w.Code, w.Body)
					return
				}
			}
		})
	}
	for i := range 30 {
		next, entry, err := NewKey(Key{Name: "comes", Scopes: Read, Rate: 100})
		if err != nil {
			t.Fatal(err)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(AddKey(t.Context(), path, entry))
		must(keys.Reload())
		if w := ask(h, "GET", "/", "X-API-Key", next); w.Code != 200 {
			t.Errorf("round %d, new key: %d", i, w.Code)
		}
		must(RemoveKey(t.Context(), path, entry.ID))
		must(keys.Reload())
		if w := ask(h, "GET", "/", "X-API-Key", next); w.Code != 401 {
			t.Errorf("round %d, removed key: %d", i, w.Code)
		}
	}
	over.Store(true)
	wg.Wait()
	if asked.Load() == 0 {
		t.Error("nothing was asked")
	}
}

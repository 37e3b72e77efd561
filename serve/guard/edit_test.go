package guard

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestEdit(t *testing.T) {
	path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read}, Key{Name: "b", Scopes: Admin})
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want mode 0600", info.Mode(), err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plain {
		if bytes.Contains(data, []byte(p[19:])) {
			t.Error("the file holds a key")
		}
	}
	keys, err := ReadKeys(path)
	if err != nil || len(keys) != 2 || keys[1].Name != "b" {
		t.Fatalf("%+v, %v", keys, err)
	}
	if err := AddKey(t.Context(), path, keys[0]); !errors.Is(err, ErrKeys) {
		t.Errorf("the same id again: %v", err)
	}
	if err := RemoveKey(t.Context(), path, "0123456789ab"); !errors.Is(err, ErrNoKey) {
		t.Errorf("no such id: %v", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := RemoveKey(t.Context(), path, keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v, want the mode that was", info.Mode(), err)
	}
	if err := RemoveKey(t.Context(), path, keys[1].ID); err != nil {
		t.Fatal(err)
	}
	if left, err := ReadKeys(path); err != nil || len(left) != 0 {
		t.Errorf("%+v, %v", left, err)
	}
}

// A file that cannot be read as it should is not written over.
func TestEditKeepsBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	_, k, err := NewKey(Key{Name: "a", Scopes: Read})
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, `{"format":1,"keys":[`)
	if err := AddKey(t.Context(), path, k); !errors.Is(err, ErrKeys) {
		t.Errorf("%v", err)
	}
	write(t, path, `{"format":1,"keys":[]}`)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := AddKey(t.Context(), path, k); !errors.Is(err, ErrReadable) {
		t.Errorf("%v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != `{"format":1,"keys":[]}` {
		t.Errorf("%s, %v", data, err)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) != 1 { // the lock
		t.Errorf("%v, %v", left, err)
	}
}

func TestEditThroughLink(t *testing.T) {
	path, _ := keyFileOf(t, Key{Name: "a", Scopes: Read})
	link := filepath.Join(t.TempDir(), "link.json")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	_, k, err := NewKey(Key{Name: "b", Scopes: Read})
	if err != nil {
		t.Fatal(err)
	}
	if err := AddKey(t.Context(), link, k); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	keys, readErr := ReadKeys(path)
	if err != nil || readErr != nil || info.Mode()&os.ModeSymlink == 0 || len(keys) != 2 {
		t.Errorf("%v, %v, %v, %d keys", info.Mode(), err, readErr, len(keys))
	}
}

// No change is lost when many are made at once, and a reader never meets half a
// file.
func TestEditsAtOnce(t *testing.T) {
	path, _ := keyFileOf(t, Key{Name: "first", Scopes: Read})
	keys := load(t, path, newClock())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				_, k, err := NewKey(Key{Name: "more", Scopes: Read})
				if err == nil {
					err = AddKey(t.Context(), path, k)
				}
				if err == nil {
					err = keys.Reload()
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := keys.Status().Count; got != 41 {
		t.Errorf("%d keys, want 41", got)
	}
}

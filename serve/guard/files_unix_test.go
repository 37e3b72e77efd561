//go:build unix

package guard

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A pipe without a writer does not hold the server up.
func TestLoadKeysFromPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := LoadKeys(path, time.Now, nil)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("keys were read from a pipe")
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits for a writer")
	}
}

// Root changes the keys of a server that runs as somebody else, who can still read
// them.
func TestEditKeepsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("wants to be root")
	}
	path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read})
	if err := os.Chown(path, 12345, 23456); err != nil {
		t.Skip(err)
	}
	if err := RemoveKey(t.Context(), path, plain[0][6:18]); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 12345 || s.Gid != 23456 || info.Mode().Perm() != 0o600 {
		t.Errorf("%d:%d, %v", s.Uid, s.Gid, info.Mode())
	}
}

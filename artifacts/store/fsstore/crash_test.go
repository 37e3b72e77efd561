package fsstore

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"curio/artifacts/store"
)

func newStore(t *testing.T) *Store {
	t.Helper()
	s, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Store, key, content string, when store.Condition) (store.Info, error) {
	t.Helper()
	return s.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), when)
}

// temps returns the temporary files of s.
func temps(t *testing.T, s *Store) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.root, hidden, tempPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNothingIsLeftBehind(t *testing.T) {
	s := newStore(t)
	info, err := put(t, s, "a/b", "1", store.Absent)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "a/b", "2", store.Absent)
	put(t, s, "a/b", "3", store.Matches("stale"))
	put(t, s, "a/b", "4", store.Matches(info.Tag))
	put(t, s, "a", "5", store.Always)
	s.Put(t.Context(), "a/c", bytes.NewReader(nil), 9, store.Always)
	if left := temps(t, s); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}

func TestAbandonedFilesGo(t *testing.T) {
	s := newStore(t)
	folder := filepath.Join(s.root, hidden)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{
		tempPrefix + "old": abandoned + time.Minute, tempPrefix + "young": abandoned - time.Minute, "other": 2 * abandoned,
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := put(t, s, "k", "x", store.Always); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{tempPrefix + "old": false, tempPrefix + "young": true, "other": true} {
		if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != stays {
			t.Errorf("%s stays: %v, want %v", name, err == nil, stays)
		}
	}
}

func TestForeignFilesAreNotListed(t *testing.T) {
	s := newStore(t)
	put(t, s, "folder/k", "x", store.Always)
	os.WriteFile(filepath.Join(s.root, ".DS_Store"), nil, 0o666)
	os.WriteFile(filepath.Join(s.root, "folder", "a:b"), nil, 0o666)
	os.Symlink(s.root, filepath.Join(s.root, "loop"))
	n := 0
	for info, err := range s.List(t.Context(), "") {
		if n++; err != nil || info.Key != "folder/k" {
			t.Errorf("List yields %q, %v", info.Key, err)
		}
	}
	if n != 1 {
		t.Errorf("List yields %d keys, want 1", n)
	}
}

// TestLargeTagsDiffer: files above digestLimit are told apart by their time, so
// Put must not let two of them have the same.
func TestLargeTagsDiffer(t *testing.T) {
	s := newStore(t)
	content := strings.Repeat("x", digestLimit+1)
	future := time.Now().Add(time.Hour).Truncate(time.Second)
	seen := map[string]bool{}
	for range 5 {
		info, err := put(t, s, "k", content, store.Always)
		if err != nil {
			t.Fatal(err)
		}
		if seen[info.Tag] {
			t.Fatalf("the tag %s comes twice", info.Tag)
		}
		seen[info.Tag] = true
		if len(seen) == 1 { // as if the clock stood still from here on
			if err := os.Chtimes(filepath.Join(s.root, "k"), future, future); err != nil {
				t.Fatal(err)
			}
		}
	}
	at, err := put(t, s, "limit", content[1:], store.Always)
	if err != nil || len(at.Tag) != 64 {
		t.Errorf("the tag of a file of %d bytes is %q, want a digest", digestLimit, at.Tag)
	}
}

func TestNoRights(t *testing.T) {
	if os.Getuid() == 0 || os.Getuid() == -1 {
		t.Skip("this user may do everything, or the system has no such rights")
	}
	s := newStore(t)
	if err := os.Chmod(s.root, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := put(t, s, "k", "x", store.Always); !errors.Is(err, store.ErrDenied) {
		t.Errorf("Put = %v, want store.ErrDenied", err)
	}
}

func TestExplainDenied(t *testing.T) {
	s := newStore(t)
	err := s.explain("put", "k", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission})
	if !errors.Is(err, store.ErrDenied) || !store.Unavailable(err) || !strings.Contains(err.Error(), s.root) {
		t.Errorf("explain = %v, want store.ErrDenied that names the folder", err)
	}
}

func TestRootIsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := New(path); err == nil {
		t.Error("New on a file = nil, want an error")
	}
	if _, err := New(""); err == nil {
		t.Error("New without a path = nil, want an error")
	}
}

const (
	childFolder = "CURIO_FSSTORE_TEST_FOLDER"
	childCount  = 15
)

// TestProcesses: processes that share a folder lose no compare-and-swap.
func TestProcesses(t *testing.T) {
	if folder := os.Getenv(childFolder); folder != "" {
		count(t, folder)
		return
	}
	s := newStore(t)
	if _, err := put(t, s, "counter", "0", store.Absent); err != nil {
		t.Fatal(err)
	}
	const processes = 4
	var running []*exec.Cmd
	for range processes {
		cmd := exec.Command(os.Args[0], "-test.run=^TestProcesses$")
		cmd.Env = append(os.Environ(), childFolder+"="+s.root)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	content, err := os.ReadFile(filepath.Join(s.root, "counter"))
	if err != nil || string(content) != strconv.Itoa(processes*childCount) {
		t.Errorf("counter = %s, %v, want %d", content, err, processes*childCount)
	}
}

func count(t *testing.T, folder string) {
	s, err := New(folder)
	if err != nil {
		t.Fatal(err)
	}
	for done := 0; done < childCount; {
		r, info, err := s.Open(t.Context(), "counter")
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(string(content))
		if err != nil {
			t.Fatal(err)
		}
		_, err = put(t, s, "counter", strconv.Itoa(n+1), store.Matches(info.Tag))
		if err == nil {
			done++
		} else if !errors.Is(err, store.ErrConflict) {
			t.Fatal(err)
		}
	}
}

package fsstore

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curio/artifacts/store"
)

const boxed = "CURIO_FSSTORE_TEST_BOX"

// inBox runs the calling test again in a process that may mount file systems of
// its own, which nobody else sees, and returns true there. It skips the test where
// the system allows no such process.
func inBox(t *testing.T) bool {
	t.Helper()
	if os.Getenv(boxed) != "" {
		return true
	}
	attributes := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	try := exec.Command("/bin/true")
	try.SysProcAttr = attributes
	if err := try.Run(); err != nil {
		t.Skipf("this system lets no user mount a file system of his own: %v", err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.SysProcAttr = attributes
	cmd.Env = append(os.Environ(), boxed+"=1")
	out, err := cmd.CombinedOutput()
	switch {
	case bytes.Contains(out, []byte("--- SKIP")):
		t.Skipf("in the box:\n%s", out)
	case err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())):
		t.Errorf("in the box: %v\n%s", err, out)
	}
	return false
}

// mounted returns a store on a file system of its own, of 2 MiB.
func mounted(t *testing.T) *Store {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("no tmpfs: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) })
	s, err := New(filepath.Join(folder, "store"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// holds fails the test unless key has the content.
func holds(t *testing.T, s *Store, key, content string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(s.root, key))
	if err != nil || string(got) != content {
		t.Errorf("%s holds %d bytes, %v, want the old ones", key, len(got), err)
	}
	if info, err := s.Stat(t.Context(), key); err != nil || info.Size != int64(len(content)) {
		t.Errorf("Stat = %+v, %v", info, err)
	}
}

// TestFullDisk: on a full disk writes fail with store.ErrFull, what was there stays
// whole, nothing is left behind, and deleting makes room again.
func TestFullDisk(t *testing.T) {
	if !inBox(t) {
		return
	}
	s := mounted(t)
	old := strings.Repeat("old ", 100<<10)
	info, err := put(t, s, "k", old, store.Always)
	if err != nil {
		t.Fatal(err)
	}
	tooMuch := strings.Repeat("new!", 512<<10)
	for name, when := range map[string]store.Condition{"Always": store.Always, "Matches": store.Matches(info.Tag)} {
		if _, err := put(t, s, "k", tooMuch, when); !errors.Is(err, store.ErrFull) || !store.Unavailable(err) || !strings.Contains(err.Error(), s.root) {
			t.Errorf("Put(%s) = %v, want store.ErrFull that names the folder", name, err)
		}
	}
	if _, err := put(t, s, "new", tooMuch, store.Absent); !errors.Is(err, store.ErrFull) {
		t.Errorf("Put(Absent) = %v, want store.ErrFull", err)
	}
	holds(t, s, "k", old)
	if left := temps(t, s); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
	// To the last byte: files that fit until one does not.
	last := error(nil)
	for n := range 64 {
		if _, last = put(t, s, "fill/"+strings.Repeat("x", n+1), strings.Repeat("y", 64<<10), store.Absent); last != nil {
			break
		}
	}
	if !errors.Is(last, store.ErrFull) {
		t.Errorf("filling ends with %v, want store.ErrFull", last)
	}
	if err := store.CheckWrite(t.Context(), s); err != nil && !errors.Is(err, store.ErrFull) {
		t.Errorf("CheckWrite = %v, want nil or store.ErrFull", err)
	}
	holds(t, s, "k", old)
	if err := s.Delete(t.Context(), "fill/x"); err != nil {
		t.Errorf("Delete on a full disk = %v", err)
	}
	if _, err := put(t, s, "again", strings.Repeat("z", 32<<10), store.Absent); err != nil {
		t.Errorf("Put after making room = %v", err)
	}
}

// TestReadOnly: on a file system that cannot be written to, reading goes on.
func TestReadOnly(t *testing.T) {
	if !inBox(t) {
		return
	}
	s := mounted(t)
	if _, err := put(t, s, "k", "old", store.Always); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", filepath.Dir(s.root), "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("no remount: %v", err)
	}
	_, putErr := put(t, s, "k", "new", store.Always)
	_, absentErr := put(t, s, "new", "new", store.Absent)
	for what, err := range map[string]error{"Put": putErr, "Put(Absent)": absentErr, "Delete": s.Delete(t.Context(), "k"), "CheckWrite": store.CheckWrite(t.Context(), s)} {
		if !errors.Is(err, store.ErrDenied) || !strings.Contains(err.Error(), "right to read and write") {
			t.Errorf("%s = %v, want store.ErrDenied that says what to do", what, err)
		}
	}
	holds(t, s, "k", "old")
	if err := store.Check(t.Context(), s); err != nil {
		t.Errorf("Check = %v", err)
	}
	if n, err := s.Clean(t.Context(), 0); n != 0 || err != nil {
		t.Errorf("Clean = %d, %v, want nothing to do", n, err)
	}
}

// TestLargestFile: what a limit of the process forbids to write is no room either.
func TestLargestFile(t *testing.T) {
	if !inBox(t) {
		return
	}
	s := newStore(t)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}); err != nil {
		t.Skipf("no such limit: %v", err)
	}
	if _, err := put(t, s, "k", strings.Repeat("x", 64<<10), store.Always); err != nil {
		t.Errorf("Put at the limit = %v", err)
	}
	if _, err := put(t, s, "k", strings.Repeat("x", 64<<10+1), store.Always); !errors.Is(err, store.ErrFull) {
		t.Errorf("Put above the limit = %v, want store.ErrFull", err)
	}
	holds(t, s, "k", strings.Repeat("x", 64<<10))
}

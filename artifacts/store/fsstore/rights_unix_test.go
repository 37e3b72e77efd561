//go:build unix

package fsstore

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"curio/artifacts/store"
)

// TestFolderOfAnother: a folder that belongs to somebody else can be read, and
// writing to it fails cleanly. A user who may do everything becomes another for it,
// in a process of its own.
func TestFolderOfAnother(t *testing.T) {
	const asked = "CURIO_FSSTORE_TEST_OTHER"
	if folder := os.Getenv(asked); folder != "" {
		if err := errors.Join(syscall.Setgid(65534), syscall.Setuid(65534)); err != nil {
			t.Fatal(err)
		}
		asAnother(t, folder)
		return
	}
	if os.Getuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("only root can become another user; TestNoRights does the same for others")
	}
	s := newStore(t)
	if _, err := put(t, s, "k", "old", store.Always); err != nil {
		t.Fatal(err)
	}
	// The other user has to get to the folder first.
	for folder := s.root; folder != os.TempDir() && folder != "/"; folder = filepath.Dir(folder) {
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFolderOfAnother$")
	cmd.Env = append(os.Environ(), asked+"="+s.root)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if left := temps(t, s); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}

func asAnother(t *testing.T, folder string) {
	s, err := New(folder)
	if err != nil {
		t.Fatal(err)
	}
	_, putErr := put(t, s, "k", "new", store.Always)
	for what, err := range map[string]error{"Put": putErr, "Delete": s.Delete(t.Context(), "k"), "CheckWrite": store.CheckWrite(t.Context(), s)} {
		if !errors.Is(err, store.ErrDenied) {
			t.Errorf("%s = %v, want store.ErrDenied", what, err)
		}
	}
	if content, err := os.ReadFile(filepath.Join(folder, "k")); err != nil || string(content) != "old" {
		t.Errorf("the object is %q, %v, want old", content, err)
	}
}

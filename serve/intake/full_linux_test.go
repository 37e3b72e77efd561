package intake

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

const boxed = "CURIO_INTAKE_TEST_BOX"

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

// TestFullDisk: on a full disk events fail with ErrFull, nothing of them is left,
// and once there is room the log goes on.
func TestFullDisk(t *testing.T) {
	if !inBox(t) {
		return
	}
	mount := t.TempDir()
	if err := syscall.Mount("none", mount, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no tmpfs: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(mount, syscall.MNT_DETACH) })
	dir := filepath.Join(mount, "data")
	ballast := filepath.Join(mount, "ballast")
	if err := os.WriteFile(ballast, bytes.Repeat([]byte("x"), 600<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	l := opened(t, dir, options())
	batch := func(n int) []event.Event {
		var events []event.Event
		for i := range 37 {
			e := view(fmt.Sprint("batch-", n, "-", i), "u", "i")
			e.Plan = strings.Repeat("p", 200)
			events = append(events, e)
		}
		return events
	}
	sent, failed := 0, 0
	for ; failed < 5; sent++ {
		_, err := l.Append(t.Context(), batch(sent))
		switch {
		case errors.Is(err, ErrFull):
			failed++
		case err != nil || failed > 0 || sent > 1000:
			t.Fatalf("batch %d: %v", sent, err)
		}
		if n := len(logged(t, dir)); n != 37*(sent+1-failed) {
			t.Fatalf("after batch %d %d events are logged, want %d", sent, n, 37*(sent+1-failed))
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for n := range sent {
		results, err := l.Append(t.Context(), batch(n))
		if err != nil {
			t.Fatal(err)
		}
		want := code.Duplicate
		if n >= sent-failed {
			want = ""
		}
		for _, r := range results {
			if r.Code != want {
				t.Fatalf("batch %d again: %+v, want %q", n, r, want)
			}
		}
	}
	closed(t, l)
	l = opened(t, dir, options())
	if s := l.Stats(); s.Torn != 0 || s.Known != int64(37*sent) || len(logged(t, dir)) != 37*sent {
		t.Errorf("Stats = %+v, want %d events", s, 37*sent)
	}
}

// TestReadOnlyDisk: a log that cannot be written is not opened.
func TestReadOnlyDisk(t *testing.T) {
	if !inBox(t) {
		return
	}
	mount := t.TempDir()
	if err := syscall.Mount("none", mount, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no tmpfs: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(mount, syscall.MNT_DETACH) })
	dir := filepath.Join(mount, "data")
	closed(t, opened(t, dir, options()))
	if err := syscall.Mount("none", mount, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("no remount: %v", err)
	}
	if _, err := Open(t.Context(), dir, options()); !errors.Is(err, syscall.EROFS) {
		t.Errorf("Open = %v, want EROFS", err)
	}
}

// TestLargestFile: a segment that may not grow makes room for another.
func TestLargestFile(t *testing.T) {
	if !inBox(t) {
		return
	}
	dir := t.TempDir()
	l := opened(t, dir, options())
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4 << 10, Max: 4 << 10}); err != nil {
		t.Skipf("no such limit: %v", err)
	}
	for i := range 100 {
		add(t, l, view(fmt.Sprint(i), "u", "i"))
	}
	if n, files := len(logged(t, dir)), len(segmentsOf(t, dir)); n != 100 || files < 3 {
		t.Errorf("%d events in %d segments", n, files)
	}
}

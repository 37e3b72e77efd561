package blobcache

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestMade(t *testing.T) {
	c, err := New(filepath.Join(t.TempDir(), "cache"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	digest := strings.Repeat("a1", 32)
	write := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	content := func() string {
		t.Helper()
		m, err := c.FindMade(digest, "kind1")
		if err != nil {
			t.Fatal(err)
		}
		if m == nil {
			return ""
		}
		defer m.Close()
		return string(m.Bytes())
	}
	if content() != "" {
		t.Error("there is something already")
	}
	for _, text := range []string{"one", "another"} {
		if err := c.AddMade(digest, "kind1", write(text)); err != nil || content() != text {
			t.Errorf("%v, has %q, want %q", err, content(), text)
		}
	}
	broken := errors.New("broken")
	if err := c.AddMade(digest, "kind1", func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return broken }); err != broken || content() != "another" {
		t.Errorf("%v, has %q, want what was there", err, content())
	}
	if m, err := c.FindMade(digest, "kind2"); m != nil || err != nil {
		t.Errorf("another kind: %v, %v", m, err)
	}
	for _, name := range [][2]string{{digest, "a/b"}, {digest, ""}, {"../../etc", "kind1"}, {digest, "K"}} {
		if err := c.AddMade(name[0], name[1], write("x")); err == nil {
			t.Errorf("%q was made", name)
		}
	}
	c.DropMade(digest, "kind1")
	if content() != "" {
		t.Error("it is still there")
	}
	left, _ := os.ReadDir(c.folder)
	if len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}

// What others could have written is not read, nor is anything written where they can.
func TestMadeShared(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such rights here")
	}
	c, err := New(filepath.Join(t.TempDir(), "cache"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	digest := strings.Repeat("a1", 32)
	write := func(io.Writer) error { return nil }
	if err := c.AddMade(digest, "kind", write); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o720, 0o702} {
		if err := os.Chmod(c.folder, mode); err != nil {
			t.Fatal(err)
		}
		if m, err := c.FindMade(digest, "kind"); m != nil || !errors.Is(err, ErrShared) {
			t.Errorf("folder %o: %v, %v", mode, m, err)
		}
		if err := c.AddMade(digest, "kind", write); !errors.Is(err, ErrShared) {
			t.Errorf("folder %o: %v", mode, err)
		}
	}
	for mode, want := range map[os.FileMode]error{0o600: nil, 0o644: nil, 0o620: ErrShared, 0o602: ErrShared} {
		if err := os.Chmod(c.folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(c.folder, digest+".kind"), mode); err != nil {
			t.Fatal(err)
		}
		if m, err := c.FindMade(digest, "kind"); !errors.Is(err, want) || (m == nil) != (want != nil) {
			t.Errorf("file %o: %v, %v", mode, m, err)
		}
	}
}

// What was made counts towards the limit and goes when it was not used for longest.
func TestMadeIsEvicted(t *testing.T) {
	c, err := New(filepath.Join(t.TempDir(), "cache"), 250)
	if err != nil {
		t.Fatal(err)
	}
	digests := []string{strings.Repeat("a", 64), strings.Repeat("b", 64), strings.Repeat("c", 64)}
	for i, d := range digests {
		if err := c.AddMade(d, "kind", func(w io.Writer) error { _, err := w.Write(make([]byte, 100)); return err }); err != nil {
			t.Fatal(err)
		}
		if i == 1 { // the first is used again
			old := time.Now().Add(-time.Hour)
			if err := os.Chtimes(filepath.Join(c.folder, digests[1]+".kind"), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, want := range []bool{true, false, true} {
		m, err := c.FindMade(digests[i], "kind")
		if err != nil || (m != nil) != want {
			t.Errorf("%d: %v, %v", i, m, err)
		}
	}
}

package mapping

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func file(t *testing.T, content []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestOf(t *testing.T) {
	page := os.Getpagesize()
	for _, size := range []int{0, 1, page - 1, page, page + 1, 1 << 20} {
		content := bytes.Repeat([]byte("0123456"), size/7+1)[:size]
		f := file(t, content)
		m, err := Of(f)
		if err != nil {
			t.Fatal(err)
		}
		f.Close() // is not needed any more
		os.Remove(f.Name())
		if !bytes.Equal(m.Bytes(), content) {
			t.Errorf("%d bytes are mapped as %d others", size, len(m.Bytes()))
		}
		for range 2 {
			if err := m.Close(); err != nil {
				t.Errorf("Close = %v", err)
			}
		}
		if m.Bytes() != nil {
			t.Error("there are bytes after Close")
		}
	}
	if _, err := Of(os.NewFile(1<<20, "none")); err == nil {
		t.Error("Of no file = nil, want an error")
	}
}

// TestReplaced: a file that is replaced by renaming, as stores do, stays as it was
// for those who have it mapped.
func TestReplaced(t *testing.T) {
	f := file(t, []byte("old"))
	m, err := Of(f)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := os.WriteFile(f.Name()+"2", []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(f.Name()+"2", f.Name()); err != nil {
		t.Skipf("this system does not replace what is open: %v", err)
	}
	if string(m.Bytes()) != "old" {
		t.Errorf("mapped is %q, want old", m.Bytes())
	}
}

// TestWriting: what is mapped cannot be changed by mistake.
func TestWriting(t *testing.T) {
	m, err := Of(file(t, []byte("content")))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.release == nil {
		t.Skip("this system does not map files")
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() == nil {
			t.Error("a mapped byte could be written")
		}
	}()
	m.Bytes()[0] = 'x'
}

// TestRelease: the memory goes after the last who holds the mapping, and once only.
func TestRelease(t *testing.T) {
	released := make(chan int, 2)
	watched := func() *Mapping {
		m, err := Of(file(t, []byte("content")))
		if err != nil {
			t.Fatal(err)
		}
		if m.release == nil {
			t.Skip("this system does not map files")
		}
		release := m.release
		m.release = func(data []byte) error { released <- len(data); return release(data) }
		m.Release()
		return m
	}
	held := watched()
	for range 3 {
		runtime.GC()
	}
	select {
	case <-released:
		t.Fatal("released while it was held")
	default:
	}
	if string(held.Bytes()) != "content" {
		t.Errorf("mapped is %q", held.Bytes())
	}
	runtime.KeepAlive(held)
	held = nil
	for began := time.Now(); len(released) == 0; time.Sleep(time.Millisecond) {
		if runtime.GC(); time.Since(began) > 10*time.Second {
			t.Fatal("never released")
		}
	}
	<-released
	m := watched()
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	<-released
	m = nil
	for range 5 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if len(released) != 0 {
		t.Error("released twice")
	}
}

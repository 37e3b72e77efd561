package blobcache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func cache(t *testing.T, limit int64) *Cache {
	t.Helper()
	c, err := New(filepath.Join(t.TempDir(), "made", "by", "New"), limit)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func add(t *testing.T, c *Cache, content string) {
	t.Helper()
	m, err := c.Add(t.Context(), digest(content), int64(len(content)), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if string(m.Bytes()) != content {
		t.Errorf("Add returns %q, want %q", m.Bytes(), content)
	}
	m.Close()
}

// finds reports whether there is a copy, and checks what it holds.
func finds(t *testing.T, c *Cache, content string) bool {
	t.Helper()
	m := c.Find(digest(content), int64(len(content)))
	if m == nil {
		return false
	}
	defer m.Close()
	if string(m.Bytes()) != content {
		t.Errorf("found is %q, want %q", m.Bytes(), content)
	}
	return true
}

func TestCache(t *testing.T) {
	c := cache(t, 1<<20)
	for _, content := range []string{"", "a", strings.Repeat("b", 3<<19)} {
		if finds(t, c, content) {
			t.Error("found before it was added")
		}
		add(t, c, content)
		add(t, c, content) // over itself
		if !finds(t, c, content) {
			t.Errorf("the copy of %d bytes is not found", len(content))
		}
	}
	if c.Find(digest("a"), 2) != nil {
		t.Error("found is a copy of another size")
	}
	c.Drop(digest("a"))
	c.Drop(digest("a"))
	if finds(t, c, "a") {
		t.Error("found after Drop")
	}
	for _, name := range []string{"", "../x", strings.Repeat("g", 64), strings.Repeat("A", 64)} {
		c.Drop(name)
		if _, err := c.Add(t.Context(), name, 0, strings.NewReader("")); err == nil || c.Find(name, 0) != nil {
			t.Errorf("%q passes for a digest", name)
		}
	}
	stat, err := os.Stat(c.folder)
	if err != nil || stat.Mode().Perm()&0o077 != 0 {
		t.Errorf("the folder is %v, %v, want it closed to others", stat.Mode(), err)
	}
}

func TestBadBodies(t *testing.T) {
	c := cache(t, 1<<20)
	failed := errors.New("failed")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, short := c.Add(t.Context(), digest("abc"), 3, strings.NewReader("ab"))
	_, long := c.Add(t.Context(), digest("abc"), 3, strings.NewReader("abcd"))
	_, other := c.Add(t.Context(), digest("abc"), 3, strings.NewReader("abd"))
	_, size := c.Add(t.Context(), digest("abc"), 4, strings.NewReader("abc"))
	_, broken := c.Add(t.Context(), digest("abc"), 3, iotest.ErrReader(failed))
	_, stopped := c.Add(cancelled, digest("abc"), 3, strings.NewReader("abc"))
	for what, test := range map[string]struct{ err, want error }{
		"short": {short, ErrDigest}, "long": {long, ErrDigest}, "other": {other, ErrDigest}, "size": {size, ErrDigest},
		"broken": {broken, failed}, "stopped": {stopped, context.Canceled},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("Add of a body that is %s = %v, want %v", what, test.err, test.want)
		}
	}
	if left, _ := os.ReadDir(c.folder); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}

// TestLimit: at the limit all stay, above it the one used longest ago goes.
func TestLimit(t *testing.T) {
	c := cache(t, 30)
	use := func(content string, age time.Duration) {
		t.Helper()
		then := time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(c.folder, digest(content)), then, then); err != nil {
			t.Fatal(err)
		}
	}
	a, b, d := strings.Repeat("a", 10), strings.Repeat("b", 10), strings.Repeat("d", 10)
	add(t, c, a)
	add(t, c, b)
	use(a, 2*time.Hour)
	use(b, time.Hour)
	add(t, c, d)
	if !finds(t, c, a) || !finds(t, c, b) || !finds(t, c, d) {
		t.Error("a copy is gone although all are within the limit")
	}
	use(b, 2*time.Hour)
	use(d, time.Hour) // a was just found
	add(t, c, "e")
	if finds(t, c, b) || !finds(t, c, a) || !finds(t, c, d) || !finds(t, c, "e") {
		t.Error("above the limit it is not the one used longest ago that goes")
	}
	huge := strings.Repeat("h", 31)
	add(t, c, huge)
	if !finds(t, c, huge) || finds(t, c, a) {
		t.Error("one above the limit alone must stay, alone")
	}
}

func TestAbandonedFilesGo(t *testing.T) {
	c := cache(t, 10)
	for name, age := range map[string]time.Duration{tempPrefix + "old": abandoned + time.Minute, tempPrefix + "young": abandoned - time.Minute, "other": 2 * abandoned} {
		path := filepath.Join(c.folder, name)
		if err := os.WriteFile(path, []byte("some content"), 0o600); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	add(t, c, "x")
	for name, stays := range map[string]bool{tempPrefix + "old": false, tempPrefix + "young": true, "other": true} {
		if _, err := os.Stat(filepath.Join(c.folder, name)); (err == nil) != stays {
			t.Errorf("%s stays: %v, want %v", name, err == nil, stays)
		}
	}
}

// TestShared: two caches in one folder get in each other's way without harm.
func TestShared(t *testing.T) {
	one := cache(t, 20)
	two, err := New(one.folder, 20)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for i, c := range []*Cache{one, two, one, two} {
		running.Go(func() {
			for n := range 100 {
				content := strings.Repeat(string(rune('a'+(n+i)%7)), 9)
				m := c.Find(digest(content), 9)
				if m == nil {
					var err error
					if m, err = c.Add(t.Context(), digest(content), 9, strings.NewReader(content)); err != nil {
						t.Error(err)
						return
					}
				}
				if !bytes.Equal(m.Bytes(), []byte(content)) {
					t.Errorf("%q, want %q", m.Bytes(), content)
				}
				m.Close()
			}
		})
	}
	running.Wait()
}

func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(file, 1); err == nil {
		t.Error("New on a file = nil, want an error")
	}
	c := cache(t, 1)
	os.RemoveAll(c.folder)
	if _, err := c.Add(t.Context(), digest("a"), 1, strings.NewReader("a")); err == nil || errors.Is(err, ErrDigest) {
		t.Errorf("Add without the folder = %v", err)
	}
}

package storetest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"curio/artifacts/store"
)

func wrongSize(t *testing.T, s store.Store) {
	for _, size := range []int64{-1, 0, 2, 4} {
		_, err := s.Put(t.Context(), "k", bytes.NewReader([]byte("abc")), size, store.Always)
		wantError(t, "Put with a wrong size", err, store.ErrSize)
	}
	if found := keys(t, s, ""); len(found) != 0 {
		t.Errorf("left are %v, want nothing", found)
	}
}

var errBody = errors.New("the disk of the sender broke")

// brokenBody fails after its first half.
type brokenBody struct{ *bytes.Reader }

func (b brokenBody) Read(p []byte) (int, error) {
	half := int(b.Size() / 2)
	done := int(b.Size()) - b.Len()
	if done >= half {
		return 0, errBody
	}
	return b.Reader.Read(p[:min(len(p), half-done)])
}

func (b brokenBody) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.Size()/2 {
		return 0, errBody
	}
	return b.Reader.ReadAt(p, off)
}

func bodyFails(t *testing.T, s store.Store) {
	put(t, s, "old", []byte("old"), store.Always)
	for key, content := range map[string][]byte{"old": []byte("abcdef"), "new": bigOne()} {
		_, err := s.Put(t.Context(), key, brokenBody{bytes.NewReader(content)}, int64(len(content)), store.Always)
		wantError(t, "Put of a body that fails", err, errBody)
	}
	if content, _ := get(t, s, "old"); string(content) != "old" {
		t.Errorf("the old object now holds %d other bytes", len(content))
	}
	_, err := s.Stat(t.Context(), "new")
	wantError(t, "Stat of what was never whole", err, store.ErrNotFound)
}

// bodyStaysOpen: a body belongs to the caller, who may send it again from
// wherever it stands.
func bodyStaysOpen(t *testing.T, s store.Store) {
	for name, content := range map[string]string{"empty": "", "short": "some content"} {
		path := filepath.Join(t.TempDir(), "body")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{name + "/1", name + "/2"} {
			if _, err := f.Seek(int64(len(content)/2), io.SeekStart); err != nil {
				t.Fatalf("the body was closed: %v", err)
			}
			if _, err := s.Put(t.Context(), key, f, int64(len(content)), store.Always); err != nil {
				t.Fatal(err)
			}
			if got, _ := get(t, s, key); string(got) != content {
				t.Errorf("%s = %q, want %q", key, got, content)
			}
		}
		if err := f.Close(); err != nil {
			t.Errorf("the body was closed: %v", err)
		}
	}
}

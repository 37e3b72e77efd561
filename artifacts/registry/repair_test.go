package registry

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
)

// A blob that is damaged where it lies is put right by publishing again, and the
// others are left alone.
func TestPublishHealsDamage(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"Flipped":  func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"Cut":      func(b []byte) []byte { return b[:len(b)-1] },
		"Appended": func(b []byte) []byte { return append(b, 'x') },
		"Emptied":  func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			s, err := fsstore.New(root)
			if err != nil {
				t.Fatal(err)
			}
			c := &counting{Store: s}
			r := New(c, clock())
			version := publish(t, r, 1)
			key := "blobs/" + bundle.DigestOf([]byte("content 1"))
			file := filepath.Join(root, filepath.FromSlash(key))
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Load(t.Context(), version); !errors.Is(err, bundle.ErrCorrupt) {
				t.Fatalf("Load of the damaged version = %v, want bundle.ErrCorrupt", err)
			}
			c.puts = nil
			publish(t, r, 1)
			if want := []string{key, "versions/" + version + ".json"}; !slices.Equal(c.puts, want) {
				t.Errorf("written were %q, want %q", c.puts, want)
			}
			if b, err := r.Load(t.Context(), version); err != nil || string(b.Blobs["own"]) != "content 1" {
				t.Errorf("Load after publishing again = %v", err)
			}
		})
	}
}

// A damaged entry of the history does not keep an alias from moving on. What the
// present state was is known, so it is written again.
func TestMoveHealsHistory(t *testing.T) {
	s := folder(t)
	r := New(s, clock())
	a, b := publish(t, r, 1), publish(t, r, 2)
	for _, version := range []string{a, b} {
		if err := r.Move(t.Context(), "latest", version, "", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	overwrite(t, s, stepKey("latest", 2), nil)
	if err := r.Move(t.Context(), "latest", a, "", "", ""); err != nil {
		t.Fatalf("Move over a damaged history = %v", err)
	}
	wantHistory(t, r, "latest", a, b, a)
}

// torn is a store whose objects cannot be read to their end.
type torn struct{ store.Store }

func (s torn) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	in, info, err := s.Store.Open(ctx, key)
	if err == nil {
		in = struct {
			io.Reader
			io.Closer
		}{iotest.ErrReader(errStopped), in}
	}
	return in, info, err
}

// A store that fails while a blob is read back is not taken for a damaged blob.
func TestPublishStopsWhereReadingFails(t *testing.T) {
	s := folder(t)
	publish(t, New(s, clock()), 1)
	c := &counting{Store: torn{s}}
	if _, err := New(c, clock()).Publish(t.Context(), testBundle(t, 1)); !errors.Is(err, store.ErrUnreachable) || len(c.puts) != 0 {
		t.Errorf("Publish = %v and wrote %q, want store.ErrUnreachable and nothing", err, c.puts)
	}
}

package registry

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// heavy returns a bundle that is large enough to be checked while it is uploaded.
func heavy(t *testing.T) *bundle.Bundle {
	t.Helper()
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "test"}}
	for name, size := range map[string]int{"large": overlapFrom, "small": 100, "empty": 0} {
		if err := b.Add(name, "bytes", bytes.Repeat([]byte("x"), size)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestPublishLarge(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		r := New(s, clock())
		for _, name := range []string{"small", "large"} {
			bad := heavy(t)
			data := bytes.Clone(bad.Blobs[name])
			data[len(data)-1] ^= 1
			bad.Blobs[name] = data
			if _, err := r.Publish(t.Context(), bad); !errors.Is(err, bundle.ErrCorrupt) || store.Unavailable(err) {
				t.Errorf("Publish with a wrong blob %s = %v, want bundle.ErrCorrupt", name, err)
			}
			for info, err := range s.List(t.Context(), "") {
				if err != nil || !strings.HasPrefix(info.Key, intentFolder) {
					t.Errorf("%q was written, %v", info.Key, err)
				}
			}
		}
		extra := heavy(t)
		extra.Blobs["unlisted"] = nil
		if _, err := r.Publish(t.Context(), extra); !errors.Is(err, bundle.ErrCorrupt) {
			t.Errorf("Publish with an unlisted blob = %v, want bundle.ErrCorrupt", err)
		}
		unnamed := heavy(t)
		unnamed.Manifest.Model = ""
		if _, err := r.Publish(t.Context(), unnamed); !errors.Is(err, bundle.ErrCorrupt) {
			t.Errorf("Publish without a model = %v, want bundle.ErrCorrupt", err)
		}
		version, err := r.Publish(t.Context(), heavy(t))
		if err != nil {
			t.Fatal(err)
		}
		b, err := r.Load(t.Context(), version)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if err := b.Verify(); err != nil {
			t.Error(err)
		}
	})
}

// TestWithheld: what is read before the last byte does not wait, and nothing passes
// that byte without the verdict.
func TestWithheld(t *testing.T) {
	bad := errors.New("bad")
	asked := 0
	body := withheld{bytes.NewReader([]byte("abcdef")), func() error { asked++; return bad }}
	p := make([]byte, 3)
	if n, err := body.Read(p); n != 3 || err != nil || asked != 0 {
		t.Errorf("Read of the first half = %d, %v, asked %d times", n, err, asked)
	}
	if n, err := body.ReadAt(p, 2); n != 3 || err != nil || asked != 0 {
		t.Errorf("ReadAt before the last byte = %d, %v, asked %d times", n, err, asked)
	}
	if n, err := body.Read(p); n != 0 || err != bad {
		t.Errorf("Read of the second half = %d, %v, want the verdict", n, err)
	}
	if n, err := body.ReadAt(p, 3); n != 0 || err != bad {
		t.Errorf("ReadAt of the last byte = %d, %v, want the verdict", n, err)
	}
	if n, err := body.ReadAt(p, 5); n != 0 || err != bad {
		t.Errorf("ReadAt past the end = %d, %v, want the verdict", n, err)
	}
	body.verdict = func() error { return nil }
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(body); err != nil || string(all) != "abcdef" {
		t.Errorf("ReadAll = %q, %v", all, err)
	}
	if all, err := io.ReadAll(withheld{bytes.NewReader(nil), func() error { return bad }}); err != bad {
		t.Errorf("ReadAll of an empty body = %q, %v, want the verdict", all, err)
	}
}

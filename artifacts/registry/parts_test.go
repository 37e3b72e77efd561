package registry

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

func TestLoadParts(t *testing.T) {
	s := folder(t)
	r := New(s, clock())
	version := publish(t, r, 1)
	whole := testBundle(t, 1)
	got, err := r.LoadParts(t.Context(), version, "own", "empty", "what")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string][]byte{"own": whole.Blobs["own"], "empty": {}}, got.Blobs); d != "" {
		t.Error(d)
	}
	if got.Manifest.Version() != version || got.Verify() == nil {
		t.Errorf("version %s, and a part of a bundle passes for one", got.Manifest.Version())
	}
	if none, err := r.LoadParts(t.Context(), version); err != nil || len(none.Blobs) != 0 {
		t.Errorf("nothing asked for: %v, %v", none, err)
	}

	// What is not asked for may be damaged.
	for _, b := range whole.Manifest.Blobs {
		if b.Name == "common" {
			overwrite(t, s, "blobs/"+b.SHA256, []byte("the same for ALL"))
		}
	}
	if _, err := r.LoadParts(t.Context(), version, "own"); err != nil {
		t.Error(err)
	}
	if _, err := r.LoadParts(t.Context(), version, "own", "common"); !errors.Is(err, bundle.ErrCorrupt) {
		t.Errorf("a damaged part: %v, want ErrCorrupt", err)
	}
	if _, err := r.LoadParts(t.Context(), "0123456789abcdef", "own"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a version that is not there: %v, want ErrNotFound", err)
	}
	if _, err := r.LoadParts(t.Context(), "latest", "own"); !errors.Is(err, ErrName) {
		t.Errorf("an alias: %v, want ErrName", err)
	}
}

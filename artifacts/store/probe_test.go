package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
)

func TestCheckWrite(t *testing.T) {
	root := t.TempDir()
	s, err := fsstore.New(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.CheckWrite(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for info, err := range s.List(t.Context(), "") {
		t.Errorf("left behind: %v (%v)", info, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.CheckWrite(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}

	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	below, err := fsstore.New(filepath.Join(file, "store"))
	if err == nil {
		err = store.CheckWrite(t.Context(), below)
	}
	if !store.Unavailable(err) {
		t.Errorf("error %v below a file, want one of an unavailable store", err)
	}
}

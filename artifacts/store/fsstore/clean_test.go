package fsstore

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"curio/artifacts/store"
)

func TestClean(t *testing.T) {
	s := newStore(t)
	if n, err := s.Clean(t.Context(), time.Hour); n != 0 || err != nil {
		t.Errorf("Clean before there is a folder = %d, %v", n, err)
	}
	if _, err := put(t, s, "k", "x", store.Always); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{tempPrefix + "old": time.Hour + time.Minute, tempPrefix + "young": time.Hour - time.Minute, "other": 2 * time.Hour} {
		path := filepath.Join(s.root, hidden, name)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Clean(t.Context(), time.Hour); n != 1 || err != nil {
		t.Errorf("Clean = %d, %v, want 1", n, err)
	}
	if left := temps(t, s); len(left) != 1 || filepath.Base(left[0]) != tempPrefix+"young" {
		t.Errorf("left are %v, want the young one", left)
	}
	if _, err := s.Stat(t.Context(), "k"); err != nil {
		t.Error(err)
	}
}

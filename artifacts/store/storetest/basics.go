package storetest

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"

	"curio/artifacts/store"
)

func roundTrip(t *testing.T, s store.Store) {
	first := put(t, s, "a/b", []byte("one"), store.Always)
	content, opened := get(t, s, "a/b")
	if string(content) != "one" {
		t.Errorf("content = %q, want one", content)
	}
	stat, err := s.Stat(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	for what, info := range map[string]store.Info{"Put": first, "Open": opened, "Stat": stat} {
		if info.Key != "a/b" || info.Size != 3 || info.Tag != first.Tag || info.Tag == "" {
			t.Errorf("%s says %+v, want key a/b, size 3 and the tag %q", what, info, first.Tag)
		}
	}
	if stat.Modified.IsZero() {
		t.Error("Stat says nothing of the time of the change")
	}
	second := put(t, s, "a/b", []byte("two"), store.Always)
	if content, info := get(t, s, "a/b"); string(content) != "two" || info.Tag != second.Tag {
		t.Errorf("after the second Put: %q with tag %q, want two with %q", content, info.Tag, second.Tag)
	}
	if second.Tag == first.Tag {
		t.Error("another content has the same tag")
	}
}

func empty(t *testing.T, s store.Store) {
	put(t, s, "empty", nil, store.Absent)
	content, info := get(t, s, "empty")
	if len(content) != 0 || info.Size != 0 || info.Tag == "" {
		t.Errorf("an empty object is %q, %+v", content, info)
	}
	_, err := write(t.Context(), s, "empty", nil, store.Absent)
	wantError(t, "Put of an empty object where there is one", err, store.ErrConflict)
	put(t, s, "empty", []byte("x"), store.Matches(info.Tag))
	put(t, s, "empty", nil, store.Always)
	if content, _ := get(t, s, "empty"); len(content) != 0 {
		t.Errorf("emptied object holds %q", content)
	}
}

// bigSize is past the 16 MiB from which an S3 client may upload in parts, and
// no multiple of anything.
const bigSize = 17<<20 + 1

// bigOne and bigTwo return the same two big contents each time.
var bigOne, bigTwo = sync.OnceValue(bigBody(1)), sync.OnceValue(bigBody(2))

func bigBody(seed byte) func() []byte {
	return func() []byte {
		content := make([]byte, bigSize)
		rand.NewChaCha8([32]byte{seed}).Read(content)
		return content
	}
}

func big(t *testing.T, s store.Store) {
	one, two := bigOne(), bigTwo()
	same := func(key string, want []byte) store.Info {
		t.Helper()
		got, info := get(t, s, key)
		if !bytes.Equal(got, want) || info.Size != bigSize {
			t.Errorf("%s came back different: %d bytes, Info says %d", key, len(got), info.Size)
		}
		return info
	}
	put(t, s, "always", one, store.Always)
	first := same("always", one)
	put(t, s, "always", two, store.Always)
	second := same("always", two)
	if first.Tag == second.Tag {
		t.Error("another big content has the same tag")
	}
	_, err := write(t.Context(), s, "always", one, store.Matches(first.Tag))
	wantError(t, "Put of a big object with a stale tag", err, store.ErrConflict)
	put(t, s, "always", one, store.Matches(second.Tag))
	same("always", one)

	put(t, s, "absent", one, store.Absent)
	_, err = write(t.Context(), s, "absent", two, store.Absent)
	wantError(t, "Put of a big object where there is one", err, store.ErrConflict)
	same("absent", one)
}

func missing(t *testing.T, s store.Store) {
	_, _, err := s.Open(t.Context(), "none/at/all")
	wantError(t, "Open", err, store.ErrNotFound)
	_, err = s.Stat(t.Context(), "none/at/all")
	wantError(t, "Stat", err, store.ErrNotFound)
	if err := s.Delete(t.Context(), "none/at/all"); err != nil {
		t.Errorf("Delete = %v, want nil", err)
	}
	if found := keys(t, s, "none"); len(found) != 0 {
		t.Errorf("List = %v, want nothing", found)
	}
	_, err = write(t.Context(), s, "none/at/all", []byte("x"), store.Matches("0123456789abcdef0123456789abcdef"))
	wantError(t, "Put with a tag", err, store.ErrConflict)
	put(t, s, "folder/object", []byte("x"), store.Always)
	_, _, err = s.Open(t.Context(), "folder")
	wantError(t, "Open of what only looks like a folder", err, store.ErrNotFound)
	_, err = s.Stat(t.Context(), "folder")
	wantError(t, "Stat of what only looks like a folder", err, store.ErrNotFound)
	_, err = s.Stat(t.Context(), "folder/object/below")
	wantError(t, "Stat below an object", err, store.ErrNotFound)
}

func remove(t *testing.T, s store.Store) {
	put(t, s, "a/b/c", []byte("x"), store.Always)
	put(t, s, "a/d", []byte("x"), store.Always)
	if err := s.Delete(t.Context(), "a/b"); err != nil {
		t.Errorf("Delete of what only looks like a folder = %v, want nil", err)
	}
	for range 2 {
		if err := s.Delete(t.Context(), "a/b/c"); err != nil {
			t.Errorf("Delete = %v, want nil, also the second time", err)
		}
	}
	if found := keys(t, s, ""); len(found) != 1 || found[0] != "a/d" {
		t.Errorf("left are %v, want a/d", found)
	}
	put(t, s, "a/b", []byte("where a folder was"), store.Absent)
	put(t, s, "a/d", []byte("y"), store.Always)
	if content, _ := get(t, s, "a/b"); !bytes.Equal(content, []byte("where a folder was")) {
		t.Errorf("content = %q", content)
	}
}

func check(t *testing.T, s store.Store) {
	if err := store.Check(t.Context(), s); err != nil {
		t.Errorf("Check of an empty store = %v, want nil", err)
	}
	put(t, s, "x", nil, store.Always)
	if err := store.Check(t.Context(), s); err != nil {
		t.Errorf("Check = %v, want nil", err)
	}
}

package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"curio/artifacts/store"
)

func listOrder(t *testing.T, s store.Store) {
	all := []string{"a-b", "a.b", "a/b", "a/b-c", "a/b.c/d", "a/c/d", "a/c/e/f", "a0", "aa/b", "b", "c/d"}
	for _, i := range []int{5, 2, 9, 0, 7, 4, 1, 10, 8, 3, 6} {
		put(t, s, all[i], []byte(all[i]), store.Always)
	}
	for _, prefix := range []string{"", "a", "a/", "a/b", "a/b.", "a/c", "a/c/", "aa", "c/d", "z", "a/b/"} {
		var want []string
		for _, key := range all { // already in order
			if strings.HasPrefix(key, prefix) {
				want = append(want, key)
			}
		}
		if found := keys(t, s, prefix); !slices.Equal(found, want) {
			t.Errorf("List(%q) = %q, want %q", prefix, found, want)
		}
	}
	for info, err := range s.List(t.Context(), "a/b-c") {
		if err != nil || info.Size != 5 || info.Tag != "" || info.Modified.IsZero() {
			t.Errorf("List says %+v, %v, want the size 5, a time and no tag", info, err)
		}
	}
}

// listMany is past the 1,000 keys an S3 server sends at a time.
func listMany(t *testing.T, s store.Store) {
	const n = 1050
	want := make([]string, n)
	for i := range want {
		want[i] = fmt.Sprintf("many/%04d", i)
	}
	parallel(8, func(worker int) {
		for i := worker; i < n; i += 8 {
			if _, err := write(t.Context(), s, want[i], nil, store.Always); err != nil {
				t.Error(err)
			}
		}
	})
	if found := keys(t, s, "many/"); !slices.Equal(found, want) {
		t.Errorf("List yields %d keys, want %d in order", len(found), n)
	}
}

func listStops(t *testing.T, s store.Store) {
	for _, key := range []string{"a/1", "a/2", "b/1", "b/2"} {
		put(t, s, key, nil, store.Always)
	}
	n := 0
	for range s.List(t.Context(), "") {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("the loop ran %d times, want 2", n)
	}
	seq := s.List(t.Context(), "b/")
	for range 2 { // a sequence can be ranged over again
		n = 0
		for range seq {
			n++
		}
		if n != 2 {
			t.Errorf("List yields %d keys, want 2", n)
		}
	}
}

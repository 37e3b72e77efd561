package storetest

import (
	"slices"
	"strings"
	"testing"

	"curio/artifacts/store"
)

func legalKeys(t *testing.T, s store.Store) {
	want := []string{
		"plain", "UPPER", "with space", "plus+sign", "per%2Fcent", "and&equals=", "semi;comma,", "til~de", "paren(s)",
		"quote'", "at@bang!", "dollar$", "hash#tag", "-dash", "_under", "dots..inside", "brackets[0]", "braces{}", "caret^", "back`tick",
		"ünïcode/日本語/ключ", "emoji/🎓", "e\u0301-decomposed", "deep/" + strings.Repeat("x/", 30) + "end",
		strings.Repeat("s", store.MaxSegment),
		strings.Repeat("t", store.MaxSegment) + "/" + strings.Repeat("t", store.MaxSegment) + "/" + strings.Repeat("t", store.MaxKey-2*store.MaxSegment-2),
	}
	for _, key := range want {
		put(t, s, key, []byte(key), store.Absent)
	}
	for _, key := range want {
		if content, info := get(t, s, key); string(content) != key || info.Key != key {
			t.Errorf("%q holds %q and is called %q", key, content, info.Key)
		}
		if found := keys(t, s, key); !slices.Contains(found, key) {
			t.Errorf("List(%q) = %q", key, found)
		}
	}
	slices.Sort(want)
	if found := keys(t, s, ""); !slices.Equal(found, want) {
		t.Errorf("List = %q, want %q", found, want)
	}
	for _, key := range want {
		if err := s.Delete(t.Context(), key); err != nil {
			t.Error(err)
		}
	}
	if found := keys(t, s, ""); len(found) != 0 {
		t.Errorf("after Delete: %q", found)
	}
}

func illegalKeys(t *testing.T, s store.Store) {
	for _, key := range []string{"", "/", "/abs", "../up", "a/../../up", "a//b", "a/", "a/.", ".hidden", `a\b`, "a:b", "a\x00", "a\xff"} {
		_, err := write(t.Context(), s, key, nil, store.Always)
		wantError(t, "Put", err, store.ErrInvalidKey)
		_, _, err = s.Open(t.Context(), key)
		wantError(t, "Open", err, store.ErrInvalidKey)
		_, err = s.Stat(t.Context(), key)
		wantError(t, "Stat", err, store.ErrInvalidKey)
		wantError(t, "Delete", s.Delete(t.Context(), key), store.ErrInvalidKey)
	}
	for _, prefix := range []string{"/", "../", ".", "a//"} {
		n := 0
		for _, err := range s.List(t.Context(), prefix) {
			wantError(t, "List", err, store.ErrInvalidKey)
			n++
		}
		if n != 1 {
			t.Errorf("List(%q) yields %d times, want one error", prefix, n)
		}
	}
}

func nestedKeys(t *testing.T, s store.Store, allowed bool) {
	put(t, s, "a", []byte("object"), store.Always)
	put(t, s, "b/c", []byte("below"), store.Always)
	for key, when := range map[string]store.Condition{"a/b": store.Always, "a/b/c": store.Absent, "b": store.Always} {
		_, err := write(t.Context(), s, key, []byte("new"), when)
		if allowed && err != nil {
			t.Errorf("Put(%q) = %v, want nil", key, err)
		}
		if !allowed {
			wantError(t, "Put", err, store.ErrInvalidKey)
		}
	}
	if content, _ := get(t, s, "a"); string(content) != "object" {
		t.Errorf("a = %q", content)
	}
	if content, _ := get(t, s, "b/c"); string(content) != "below" {
		t.Errorf("b/c = %q", content)
	}
}

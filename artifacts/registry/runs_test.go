package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"curio/artifacts/store"
)

func TestRuns(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s store.Store) {
		r := New(s, clock())
		ctx := t.Context()
		for _, id := range []string{"b", "a", "a-1", "a.1"} {
			if err := putFile(ctx, r, id, "log.txt", "log of "+id); err != nil {
				t.Fatal(err)
			}
			if id == "a.1" {
				continue // it has no record yet
			}
			if err := r.PutRun(ctx, id, []byte(`{"id":"`+id+`"}`)); err != nil {
				t.Fatal(err)
			}
		}
		if ids, err := r.Runs(ctx); err != nil || !slices.Equal(ids, []string{"a", "a-1", "b"}) {
			t.Errorf("Runs = %q, %v, want a, a-1 and b", ids, err)
		}
		if record, err := r.Run(ctx, "a-1"); err != nil || string(record) != `{"id":"a-1"}` {
			t.Errorf("Run = %s, %v", record, err)
		}
		if files, err := r.RunFiles(ctx, "a-1"); err != nil || !slices.Equal(files, []string{"log.txt"}) {
			t.Errorf("RunFiles = %q, %v", files, err)
		}
		if data, err := r.RunFile(ctx, "a-1", "log.txt"); err != nil || string(data) != "log of a-1" {
			t.Errorf("RunFile = %s, %v", data, err)
		}
		for what, err := range map[string]error{
			"PutRun":     r.PutRun(ctx, "a", []byte(`{"id":"other"}`)),
			"PutRunFile": putFile(ctx, r, "a", "log.txt", "longer than it was"),
		} {
			if !errors.Is(err, store.ErrConflict) {
				t.Errorf("%s with other content = %v, want store.ErrConflict", what, err)
			}
		}
		if err := errors.Join(r.PutRun(ctx, "a", []byte(`{"id":"a"}`)), putFile(ctx, r, "a", "log.txt", "log of a")); err != nil {
			t.Errorf("the same again = %v, want nil", err)
		}
		_, runErr := r.Run(ctx, "none")
		_, fileErr := r.RunFile(ctx, "a", "none")
		for what, err := range map[string]error{"Run": runErr, "RunFile": fileErr} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s of what is not there = %v, want store.ErrNotFound", what, err)
			}
		}
	})
}

func TestRunNames(t *testing.T) {
	r := New(folder(t), clock())
	for id, ok := range map[string]bool{
		"20261124T050000Z-ab12": true, "A": true, "a.b": true, strings.Repeat("a", MaxRunID): true,
		"": false, ".": false, "..": false, "a.": false, ".a": false, "a/b": false, "a b": false, "a\n": false, strings.Repeat("a", MaxRunID+1): false,
	} {
		for what, err := range map[string]error{
			"PutRun":     r.PutRun(t.Context(), id, []byte("{}")),
			"PutRunFile": putFile(t.Context(), r, "run", id, ""),
		} {
			if (err == nil) != ok || (!ok && !errors.Is(err, ErrName)) {
				t.Errorf("%s with the name %.20q = %v, want ok %v", what, id, err, ok)
			}
		}
	}
	if err := putFile(t.Context(), r, "run", "run.json", ""); !errors.Is(err, ErrName) {
		t.Errorf("PutRunFile over the record = %v, want ErrName", err)
	}
}

func TestRunRecords(t *testing.T) {
	r := New(folder(t), clock())
	largest := []byte(`"` + strings.Repeat("x", MaxRecord-2) + `"`)
	for name, test := range map[string]struct {
		record []byte
		ok     bool
	}{
		"largest": {largest, true},
		"larger":  {append([]byte(" "), largest...), false},
		"empty":   {nil, false},
		"no-json": {[]byte("{"), false},
		"two":     {[]byte("{} {}"), false},
	} {
		if err := r.PutRun(t.Context(), name, test.record); (err == nil) != test.ok {
			t.Errorf("PutRun %s = %v, want ok %v", name, err, test.ok)
		}
	}
	if got, err := r.Run(t.Context(), "largest"); err != nil || len(got) != MaxRecord {
		t.Errorf("Run = %d bytes, %v", len(got), err)
	}
}

func putFile(ctx context.Context, r *Registry, id, name, content string) error {
	return r.PutRunFile(ctx, id, name, strings.NewReader(content), int64(len(content)))
}

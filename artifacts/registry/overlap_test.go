package registry

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"curio/artifacts/store"
)

// cued is a store that lets others act once, right before the first call of a kind
// below a prefix.
type cued struct {
	store.Store
	call, prefix string // List or Delete
	others       func()
}

func (c *cued) cue(call, key string) {
	if c.call == call && strings.HasPrefix(key, c.prefix) {
		c.call = ""
		c.others()
	}
}

func (c *cued) List(ctx context.Context, prefix string) iter.Seq2[store.Info, error] {
	c.cue("List", prefix)
	return c.Store.List(ctx, prefix)
}

func (c *cued) Delete(ctx context.Context, key string) error {
	c.cue("Delete", key)
	return c.Store.Delete(ctx, key)
}

// A version that comes back from the trash behind the back of a survey, and whose trace
// there another collection removes before the survey gets to it, keeps its blobs.
func TestSurveyOvertaken(t *testing.T) {
	s := newRAM()
	r := New(s, still)
	cut := &stopping{Store: s, at: 6}
	if _, err := New(cut, still).Publish(t.Context(), testBundle(t, 1)); !errors.Is(err, errStopped) {
		t.Fatalf("the publish that was to be cut off ended with %v", err)
	}
	s.pass(2 * day)
	plan, err := r.Plan(t.Context(), strict)
	if err != nil || len(plan.Delete) < 2 {
		t.Fatalf("Plan = %+v, %v, want to delete the blobs", plan, err)
	}
	version := publish(t, r, 1) // of the same blobs
	s.pass(2 * day)
	collect(t, r, strict)
	s.pass(2 * day)
	slow := &cued{Store: s, call: "List", prefix: trashFolder, others: func() {
		if err := r.Move(t.Context(), "latest", version, "", "", ""); err != nil {
			t.Error(err)
		}
		collect(t, r, strict)
		if left := s.keys(trashFolder); len(left) > 0 {
			t.Errorf("in the trash is still %q", left)
		}
	}}
	if _, err := New(slow, still).Collect(t.Context(), plan); err != nil || slow.call != "" {
		t.Fatalf("Collect = %v; others acted: %v", err, slow.call == "")
	}
	wantWhole(t, s)
}

// A copy does not count on a signature or a file of a run that a collection is
// deleting: it fails, and can be repeated afterwards.
func TestCopyMeetsCollection(t *testing.T) {
	from := New(newRAM(), clock())
	version := publish(t, from, 1)
	sign(t, from, version, newKey(t))
	if err := errors.Join(putFile(t.Context(), from, "run", "log.txt", "x"), from.PutRun(t.Context(), "run", []byte("{}"))); err != nil {
		t.Fatal(err)
	}
	for prefix, test := range map[string]struct {
		before func(r *Registry) error // leaves what the collection deletes
		again  func(r *Registry) error
		there  func(r *Registry) bool
	}{
		signatureFolder: {
			before: func(r *Registry) error { _, err := r.Copy(t.Context(), from, version); return err },
			again:  func(r *Registry) error { _, err := r.Copy(t.Context(), from, version); return err },
			there: func(r *Registry) bool {
				all, err := r.Signatures(t.Context(), version, nil)
				return err == nil && len(all) == 1
			},
		},
		runFolder: {
			before: func(r *Registry) error { return putFile(t.Context(), r, "run", "log.txt", "x") },
			again:  func(r *Registry) error { return r.CopyRun(t.Context(), from, "run") },
			there: func(r *Registry) bool {
				_, err := r.RunFile(t.Context(), "run", "log.txt")
				return err == nil
			},
		},
	} {
		t.Run(strings.TrimSuffix(prefix, "/"), func(t *testing.T) {
			s := newRAM()
			r := New(s, still)
			if err := test.before(r); err != nil {
				t.Fatal(err)
			}
			s.pass(2 * day)
			met := &cued{Store: s, call: "Delete", prefix: prefix}
			var copyErr error
			met.others = func() { copyErr = test.again(r) }
			for range 2 { // to the trash, and out of it
				collect(t, New(met, still), strict)
				s.pass(2 * day)
			}
			if met.call != "" || copyErr == nil && !test.there(r) {
				t.Errorf("they met: %v; what was copied is gone, and the copy said nothing", met.call == "")
			}
			if err := test.again(r); err != nil || !test.there(r) {
				t.Errorf("afterwards the copy = %v", err)
			}
		})
	}
}

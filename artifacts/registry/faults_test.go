package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// memory serves changed content in place of what a store holds.
type memory struct {
	store.Store
	t       *testing.T
	content map[string][]byte // instead of the store's
}

func newMemory(t *testing.T, s store.Store) *memory {
	return &memory{Store: s, t: t, content: map[string][]byte{}}
}

// objects takes in everything the store holds.
func (m *memory) objects() map[string][]byte {
	all := map[string][]byte{}
	for info, err := range m.List(m.t.Context(), "") {
		if err != nil {
			m.t.Fatal(err)
		}
		all[info.Key] = read(m.t, m.Store, info.Key)
		m.content[info.Key] = all[info.Key]
	}
	return all
}

func (m *memory) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	if content, ok := m.content[key]; ok {
		return io.NopCloser(bytes.NewReader(content)), store.Info{Key: key, Size: int64(len(content)), Tag: "x"}, nil
	}
	return m.Store.Open(ctx, key)
}

var errStopped = fmt.Errorf("%w: as if killed", store.ErrUnreachable)

// stopping fails every call from the one numbered at on, as a killed process
// would. The first to fail is done all the same if after is set.
type stopping struct {
	store.Store
	n, at int
	after bool
}

// call counts one call and says whether it is to be done, and to be answered.
func (s *stopping) call() (do, answer bool) {
	s.n++
	return s.n < s.at || (s.n == s.at && s.after), s.n < s.at
}

func (s *stopping) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	if _, ok := s.call(); !ok {
		return nil, store.Info{}, errStopped
	}
	return s.Store.Open(ctx, key)
}

func (s *stopping) Stat(ctx context.Context, key string) (store.Info, error) {
	if _, ok := s.call(); !ok {
		return store.Info{}, errStopped
	}
	return s.Store.Stat(ctx, key)
}

func (s *stopping) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	do, ok := s.call()
	if !do {
		return store.Info{}, errStopped
	}
	info, err := s.Store.Put(ctx, key, body, size, when)
	if !ok {
		return store.Info{}, errStopped
	}
	return info, err
}

// TestInterrupted stops a publisher at every one of its calls, before and after
// it took effect.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			s := folder(t)
			r := New(s, clock())
			old := publish(t, r, 1)
			if err := r.Move(t.Context(), "latest", old, "", "", ""); err != nil {
				t.Fatal(err)
			}
			want := testBundle(t, 2).Manifest.Version()

			stopped := &stopping{Store: s, at: at, after: after}
			err := publishAndMove(t.Context(), New(stopped, clock()), testBundle(t, 2))
			if (err != nil) && !errors.Is(err, errStopped) {
				t.Fatalf("stopped at call %d: %v", at, err)
			}
			// Whoever reads now sees one version, whole, and every listed one is.
			p, resolveErr := r.Resolve(t.Context(), "latest")
			if resolveErr != nil || (p.Version != old && p.Version != want) || (err == nil && p.Version != want) {
				t.Fatalf("stopped at call %d with %v: the alias is at %q, %v", at, err, p.Version, resolveErr)
			}
			versions, listErr := r.Versions(t.Context())
			if listErr != nil {
				t.Fatal(listErr)
			}
			for _, v := range append(versions, p.Version) {
				if _, err := r.Load(t.Context(), v); err != nil {
					t.Fatalf("stopped at call %d: %v", at, err)
				}
			}
			// Repeating it succeeds, as does the next, and the history has each
			// move once.
			for _, n := range []int{2, 3} {
				if err := publishAndMove(t.Context(), r, testBundle(t, n)); err != nil {
					t.Fatalf("stopped at call %d and repeated: %v", at, err)
				}
			}
			wantHistory(t, r, "latest", old, want, testBundle(t, 3).Manifest.Version())
			if stopped.n < at {
				if at < 8 {
					t.Errorf("only %d calls: the test stops too few", stopped.n)
				}
				break
			}
		}
	}
}

func publishAndMove(ctx context.Context, r *Registry, b *bundle.Bundle) error {
	version, err := r.Publish(ctx, b)
	if err != nil {
		return err
	}
	return r.Move(ctx, "latest", version, "", "", "")
}

// wantHistory checks that the alias has been at the versions, in their order.
func wantHistory(t *testing.T, r *Registry, alias string, versions ...string) {
	t.Helper()
	states, err := r.History(t.Context(), alias)
	if err != nil {
		t.Fatal(err)
	}
	if len(states) != len(versions) {
		t.Fatalf("the history has %d states, want %d: %+v", len(states), len(versions), states)
	}
	from := ""
	for i, p := range states {
		if p.Version != versions[i] || p.From != from || p.Seq != int64(i+1) {
			t.Errorf("state %d is %+v, want version %s from %q", i+1, p, versions[i], from)
		}
		from = p.Version
	}
}

// lying does what it is asked to and then, once, says that it failed. then runs
// in between.
type lying struct {
	store.Store
	key  string
	err  error
	then func()
	told bool
}

func (l *lying) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	info, err := l.Store.Put(ctx, key, body, size, when)
	if key != l.key || l.told || err != nil {
		return info, err
	}
	l.told = true
	if l.then != nil {
		l.then()
	}
	return store.Info{}, l.err
}

// TestAnswerLost: a move that was done counts as done, whatever the store said,
// and is never repeated over what others have done since.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	for _, answer := range []error{store.ErrConflict, store.ErrUnreachable} {
		for _, overtaken := range []bool{false, true} {
			for _, first := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v/Overtaken=%v/First=%v", answer, overtaken, first), func(t *testing.T) {
					s := folder(t)
					r := New(s, clock())
					a, b, c := publish(t, r, 1), publish(t, r, 2), publish(t, r, 3)
					var want []string
					if !first {
						want = append(want, a)
						if err := r.Move(t.Context(), "latest", a, "", "", ""); err != nil {
							t.Fatal(err)
						}
					}
					want = append(want, b)
					l := &lying{Store: s, key: "aliases/latest.json", err: answer}
					if overtaken {
						want = append(want, c)
						l.then = func() {
							if err := r.Move(t.Context(), "latest", c, b, "", ""); err != nil {
								t.Error(err)
							}
						}
					}
					if err := New(l, clock()).Move(t.Context(), "latest", b, "", "", ""); err != nil {
						t.Errorf("Move = %v, want nil: it was done", err)
					}
					if !l.told {
						t.Error("nobody lied")
					}
					wantHistory(t, r, "latest", want...)
				})
			}
		}
	}
}

func TestPublishAnswerLost(t *testing.T) {
	s := folder(t)
	b := testBundle(t, 1)
	key := "versions/" + b.Manifest.Version() + ".json"
	r := New(&lying{Store: s, key: key, err: store.ErrConflict}, clock())
	if version, err := r.Publish(t.Context(), b); err != nil || version != b.Manifest.Version() {
		t.Errorf("Publish = %q, %v, want the version: the manifest is there", version, err)
	}
	overwrite(t, s, key, []byte("{}"))
	if _, err := New(s, clock()).Publish(t.Context(), b); err != nil {
		t.Errorf("Publish over a damaged manifest = %v", err)
	}
	if _, err := New(s, clock()).Load(t.Context(), b.Manifest.Version()); err != nil {
		t.Errorf("Load after publishing again = %v", err)
	}
}

func TestStoreErrorsComeThrough(t *testing.T) {
	r := New(&stopping{Store: folder(t), at: 1}, clock())
	version := testBundle(t, 1).Manifest.Version()
	_, publishErr := r.Publish(t.Context(), testBundle(t, 1))
	_, loadErr := r.Load(t.Context(), version)
	_, resolveErr := r.Resolve(t.Context(), "latest")
	_, historyErr := r.History(t.Context(), "latest")
	_, runErr := r.Run(t.Context(), "run")
	for what, err := range map[string]error{
		"Publish": publishErr, "Load": loadErr, "Resolve": resolveErr, "History": historyErr, "Run": runErr,
		"Move":   r.Move(t.Context(), "latest", version, "", "", ""),
		"PutRun": r.PutRun(t.Context(), "run", []byte("{}")),
	} {
		if !errors.Is(err, store.ErrUnreachable) || errors.Is(err, bundle.ErrCorrupt) {
			t.Errorf("%s = %v, want store.ErrUnreachable", what, err)
		}
	}
}

package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"curio/artifacts/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// source is a registry in memory whose answers a test sets.
// edition makes each edition once; a caller may change the list of blobs it gets.
// move points the alias at an edition and returns its version.
// clock is a time that a test moves.
func step(t *testing.T, f *Follower, want Result) Status {
	t.Helper()
	if got := f.Step(t.Context()); got != want {
		t.Fatalf("step: %s, want %s; %+v", got, want, f.Status())
	}
	s := f.Status()
	if s.Last != want {
		t.Errorf("status says %s, want %s", s.Last, want)
	}
	return s
}

func serves(t *testing.T, f *Follower, version string) {
	t.Helper()
	m := f.Current()
	if m == nil || m.Pointer.Version != version || m.Engine.Version() != version {
		t.Fatalf("in service: %+v, want %s", m, version)
	}
}

func TestFollowsTheAlias(t *testing.T) {
	f, s, _ := follower(t)
	if st := step(t, f, Absent); f.Current() != nil || st.Error == "" {
		t.Errorf("%+v", st)
	}
	a := s.move(t, "a")
	step(t, f, Swapped)
	serves(t, f, a)
	first := f.Current()
	step(t, f, Unchanged)
	if f.Current() != first || s.loads != 1 {
		t.Errorf("loaded %d times", s.loads)
	}
	b := s.move(t, "b")
	if a == b {
		t.Fatal("two editions have one version")
	}
	step(t, f, Swapped)
	serves(t, f, b)
	if first.Engine.Version() != a {
		t.Error("the old model changed")
	}
	want := map[Result]uint64{Absent: 1, Swapped: 2, Unchanged: 1, Refused: 0, Waiting: 0, Unavailable: 0}
	if got := f.Status().Counts; !maps.Equal(got, want) {
		t.Errorf("counts %v, want %v", got, want)
	}
}

// An alias that is moved to the version in service only moves the pointer.
func TestMoveToTheSameVersion(t *testing.T) {
	f, s, _ := follower(t)
	v := s.move(t, "a")
	step(t, f, Swapped)
	s.pointer.Nonce, s.pointer.Why = "another", "again"
	step(t, f, Unchanged)
	serves(t, f, v)
	if m := f.Current(); m.Pointer.Why != "again" || s.loads != 1 {
		t.Errorf("pointer %+v, %d loads", m.Pointer, s.loads)
	}
}

func TestBadArtifactIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, s *source){
		"Unverified": func(t *testing.T, s *source) { s.load = errors.New("blob users.parquet: digest differs") },
		"Missing":    func(t *testing.T, s *source) { s.point("0000000000000000") },
		"Panic":      func(t *testing.T, s *source) { s.panics = true },
		"OtherVersion": func(t *testing.T, s *source) {
			s.bundles[s.pointer.Version] = edition(t, "c")
		},
		"BlobMissing": func(t *testing.T, s *source) { delete(s.bundles[s.pointer.Version].Blobs, "interest.safetensors") },
		"BlobBroken": func(t *testing.T, s *source) {
			s.bundles[s.pointer.Version].Blobs["model.json"] = []byte("{")
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, s, _ := follower(t)
			old := s.move(t, "a")
			step(t, f, Swapped)
			s.move(t, "b")
			spoil(t, s)
			st := step(t, f, Refused)
			serves(t, f, old)
			if r := st.Refusal; r == nil || r.Reason == "" || r.Tries != 1 || r.Pointer.Version != s.pointer.Version {
				t.Errorf("refusal %+v", st.Refusal)
			}
			// The next good one is taken in, and nothing is refused any more.
			s.load, s.panics = nil, false
			good := s.move(t, "c")
			if st := step(t, f, Swapped); st.Refusal != nil || st.Error != "" {
				t.Errorf("%+v", st)
			}
			serves(t, f, good)
		})
	}
}

// A refused artifact is tried again after 1, 2, 4, 4 ... seconds, and at once
// when the alias moves.
func TestRefusedIsTriedAgain(t *testing.T) {
	f, s, c := follower(t)
	v := s.move(t, "a")
	s.load = errors.New("broken")
	step(t, f, Refused)
	for i, wait := range []time.Duration{1, 2, 4, 4} {
		c.add(wait*time.Second - time.Millisecond)
		if st := step(t, f, Waiting); st.Refusal == nil || !strings.Contains(st.Error, "broken") {
			t.Errorf("%+v", st)
		}
		c.add(time.Millisecond)
		if st := step(t, f, Refused); st.Refusal.Tries != i+2 {
			t.Errorf("try %d, want %d", st.Refusal.Tries, i+2)
		}
	}
	s.move(t, "b")
	if st := step(t, f, Refused); st.Refusal.Tries != 1 {
		t.Errorf("try %d of the next artifact", st.Refusal.Tries)
	}
	s.load = nil
	s.point(v)
	step(t, f, Swapped)
	serves(t, f, v)
}

// A registry that cannot be read refuses nothing: the artifact is tried at the
// next look.
func TestUnreadableRegistry(t *testing.T) {
	f, s, _ := follower(t)
	for _, err := range []error{store.ErrUnreachable, store.ErrDenied, context.DeadlineExceeded} {
		s.resolve = fmt.Errorf("store: %w", err)
		if st := step(t, f, Unavailable); st.Refusal != nil || st.Error == "" {
			t.Errorf("%+v", st)
		}
	}
	v := s.move(t, "a")
	s.load = fmt.Errorf("blob: %w", store.ErrUnreachable)
	step(t, f, Unavailable)
	s.load = nil
	step(t, f, Swapped)
	s.resolve = store.ErrUnreachable
	step(t, f, Unavailable)
	serves(t, f, v)
	s.resolve = store.ErrNotFound
	step(t, f, Absent)
	serves(t, f, v)
}

// Run looks at the alias every Poll, 10 % more or less, and ends with ctx.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jitter := []float64{0, 0.5, 0.999}
		f, s, _ := follower(t)
		f.o.Clock, s.clock = time.Now, time.Now
		n := 0
		f.o.Jitter = func() float64 { n++; return jitter[(n-1)%len(jitter)] }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { f.Run(ctx); close(done) }()
		time.Sleep(3050 * time.Millisecond)
		cancel()
		<-done
		if len(s.looks) != 4 {
			t.Fatalf("%d looks in 3 s", len(s.looks))
		}
		for i, want := range []time.Duration{900, 1000, 1099} {
			got := s.looks[i+1].Sub(s.looks[i]).Milliseconds()
			if got != int64(want) {
				t.Errorf("wait %d was %d ms, want %d", i, got, want)
			}
		}
	})
}

// Readers see one whole model or the next while it is swapped under them.
func TestSwapUnderReaders(t *testing.T) {
	f, s, _ := follower(t)
	a := s.move(t, "a")
	step(t, f, Swapped)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				if m := f.Current(); m.Pointer.Version != m.Engine.Version() {
					t.Error("a model of two versions")
				}
				select {
				case <-stop:
					return
				case <-time.After(100 * time.Microsecond):
				}
			}
		})
	}
	b := s.move(t, "b")
	for i := range 6 {
		s.mu.Lock()
		s.point([]string{b, a}[i%2])
		s.mu.Unlock()
		step(t, f, Swapped)
	}
	close(stop)
	readers.Wait()
}

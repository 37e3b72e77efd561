package live

import (
	"bytes"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/serve/recommend"
	"curio/serve/servetest"
)

// images counts the mapped files of a cache, deleted ones too.
func images(t *testing.T, cache string) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip("this system does not tell what is mapped")
	}
	n := 0
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, cache) && strings.Contains(line, "."+bundle.ImageKind()) {
			n++
		}
	}
	return n
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for began := time.Now(); !ok(); time.Sleep(time.Millisecond) {
		if runtime.GC(); time.Since(began) > 10*time.Second {
			t.Fatalf("never: %s", what)
		}
	}
}

// The mapped memory of a model stays while a request holds it, and goes after.
func TestRelease(t *testing.T) {
	s, m := folder(t)
	v := publish(t, s, "a", "b", "c")
	move(t, s, v[0])
	f := m.start(t, nil)
	step(t, f, Swapped)
	old := f.Current() // as a request has it
	move(t, s, v[1])
	step(t, f, Swapped)
	for range 5 {
		runtime.GC()
	}
	if n, held := images(t, m.cache), f.Status().Held; n != 2 || held != 2 {
		t.Errorf("%d images are mapped, %d models held, want 2: one is in service and one in use", n, held)
	}
	for k := range servetest.Users - 1 {
		a := old.Engine.Recommend(recommend.Request{User: servetest.UserID(k), N: 10, Explain: true})
		for _, item := range a.Items {
			if title := old.Engine.Item(item.Index).Title; !strings.HasSuffix(title, "edition a") {
				t.Fatalf("the old model answers with %q", title)
			}
		}
	}
	title := old.Engine.Item(0).Title // text outlives its model
	runtime.KeepAlive(old)
	old = nil
	eventually(t, "released", func() bool { return f.Status().Held == 1 && images(t, m.cache) == 1 })
	if !strings.HasSuffix(title, "edition a") {
		t.Errorf("title %q", title)
	}
	for i := range 30 {
		move(t, s, v[i%3])
		f.Step(t.Context())
	}
	eventually(t, "released", func() bool { return f.Status().Held == 1 && images(t, m.cache) == 1 })
}

func TestWarmup(t *testing.T) {
	f, s, c := follower(t)
	v := s.move(t, "a")
	asked := 0
	f.o.Warmup = func(m *bundle.Manifest) []recommend.Request {
		if m.Version() != v {
			t.Errorf("asked for %s", m.Version())
		}
		asked++
		return []recommend.Request{{User: servetest.UserID(1), N: 5}, {User: "nobody", N: 5}, {N: 5}}
	}
	step(t, f, Swapped)
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	// One that panics is refused; what takes too long is left out.
	f.o.Warmup = func(*bundle.Manifest) []recommend.Request { panic("no requests") }
	s.move(t, "b")
	step(t, f, Refused)
	var log bytes.Buffer
	f.o.Log = slog.New(slog.NewTextHandler(&log, nil))
	f.o.Warmup = func(*bundle.Manifest) []recommend.Request {
		c.add(time.Minute)
		return make([]recommend.Request, 3)
	}
	s.move(t, "c")
	step(t, f, Swapped)
	if !strings.Contains(log.String(), "warming ended") {
		t.Errorf("nothing was left out: %s", &log)
	}
}

func TestAge(t *testing.T) {
	f, s, c := follower(t)
	st := f.Status()
	if st.Age(c.Now()) != 0 {
		t.Error("nothing has an age")
	}
	s.move(t, "a")
	s.pointer.Moved = c.Now().Add(-time.Minute)
	st = step(t, f, Swapped)
	c.add(time.Minute)
	if got := st.Age(c.Now()); got != 2*time.Minute {
		t.Errorf("age %v, want 2 min since the move", got)
	}
	if got := st.Age(c.Now().Add(-time.Hour)); got != 0 {
		t.Errorf("age %v before the move", got)
	}
	s.pointer.Nonce, s.pointer.Moved = "again", c.Now()
	if st = step(t, f, Unchanged); st.Age(c.Now()) != 0 {
		t.Errorf("age %v after it was moved to again", st.Age(c.Now()))
	}
}

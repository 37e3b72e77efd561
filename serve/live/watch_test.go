package live

import (
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/faultproxy"
	"curio/artifacts/store/fsstore"
	"curio/artifacts/store/miniostore"
	"curio/artifacts/store/miniotest"
)

// A hint makes the next look come at once, and Run returns when nobody hints any
// more.
func TestHints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s, _ := follower(t)
		f.o.Clock, s.clock = time.Now, time.Now
		hints := make(chan struct{})
		f.o.Watch = func(ctx context.Context, alias string) <-chan struct{} {
			if alias != "latest" {
				t.Errorf("watched is %q", alias)
			}
			return hints
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { f.Run(ctx); close(done) }()
		time.Sleep(100 * time.Millisecond)
		hints <- struct{}{}
		time.Sleep(1050 * time.Millisecond)
		s.mu.Lock()
		if len(s.looks) != 3 || s.looks[1].Sub(s.looks[0]) != 100*time.Millisecond || s.looks[2].Sub(s.looks[1]) != time.Second {
			t.Errorf("looks at %v, want one at once after the hint and then one a second later", s.looks)
		}
		s.mu.Unlock()
		cancel()
		synctest.Wait()
		select {
		case <-done:
			t.Error("Run returned while what it watches with still ran")
		default:
		}
		close(hints)
		<-done
	})
}

// Without anybody to hint, the looks go on.
func TestHintsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, s, _ := follower(t)
		f.o.Clock, s.clock = time.Now, time.Now
		f.o.Watch = func(context.Context, string) <-chan struct{} {
			ended := make(chan struct{})
			close(ended)
			return ended
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		f.Run(ctx)
		if len(s.looks) != 4 {
			t.Errorf("%d looks in 3.5 s, want 4", len(s.looks))
		}
	})
}

// following publishes the editions a and b, follows the alias latest with looks
// an hour apart, so that only hints can tell of its moves, and returns the
// function that moves it and waits until the move is served.
func following(t *testing.T, writer, reader store.Store) (serve func(name string) time.Duration) {
	t.Helper()
	publisher, source := registry.New(writer, time.Now), registry.New(reader, time.Now)
	for _, name := range []string{"a", "b"} {
		if _, err := publisher.Publish(t.Context(), edition(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	f := New(Options{
		Registry: source, Alias: "latest", Poll: time.Hour, Clock: time.Now, Jitter: mathrand.Float64, Log: slog.New(slog.DiscardHandler),
		Watch: func(ctx context.Context, alias string) <-chan struct{} {
			return source.Watch(ctx, alias, store.WatchEvery, mathrand.Float64)
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return func(name string) time.Duration {
		t.Helper()
		version := edition(t, name).Manifest.Version()
		if err := publisher.Move(t.Context(), "latest", version, "", "", ""); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for f.Current() == nil || f.Current().Pointer.Version != version {
			if time.Since(began) > 20*time.Second {
				t.Fatalf("%s is not served: %+v", name, f.Status())
			}
			time.Sleep(time.Millisecond)
		}
		return time.Since(began)
	}
}

// took fails the test unless a move was seen in time. What loading an artifact
// takes is no part of seeing, but these are small.
func took(t *testing.T, what string, d, most time.Duration) {
	t.Helper()
	t.Logf("%s: served after %v", what, d)
	if d > most {
		t.Errorf("%s: served after %v, want at most %v", what, d, most)
	}
}

const second = time.Second + 250*time.Millisecond // what is promised, and to load

func TestFolderIsWatched(t *testing.T) {
	s, err := fsstore.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	serve := following(t, s, s)
	serve("a")
	for _, name := range []string{"b", "a", "b"} {
		took(t, "moved", serve(name), second)
	}
}

func TestBucketIsWatched(t *testing.T) {
	server := miniotest.Start(t)
	proxy := faultproxy.Start(t, server.Endpoint)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	bucket := "curio-" + strings.ToLower(rand.Text())
	open := func(endpoint string) store.Store {
		s, err := miniostore.New(t.Context(), miniostore.Options{
			Endpoint: endpoint, AccessKey: server.AccessKey, SecretKey: server.SecretKey,
			Bucket: bucket, CreateBucket: true, Transport: transport,
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	serve := following(t, open(server.Endpoint), open(proxy.URL))
	serve("a")
	for _, name := range []string{"b", "a"} {
		took(t, "moved", serve(name), second)
	}
	// The stream of events is refused from now on; everything else passes.
	proxy.Follow(func(r *http.Request) faultproxy.Fault {
		if r.URL.Query().Has("events") {
			return faultproxy.Fault{Kind: faultproxy.ResetEarly}
		}
		return faultproxy.Fault{}
	})
	proxy.Cut()
	for _, name := range []string{"b", "a", "b"} {
		took(t, "moved unheard", serve(name), second)
	}
}

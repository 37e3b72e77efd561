package miniostore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"curio/artifacts/store"
	"curio/artifacts/store/faultproxy"
	"curio/artifacts/store/miniotest"
)

// listening runs Listen until the test ends and returns the number of hints.
func listening(t *testing.T, s *Store, key string) *atomic.Int32 {
	t.Helper()
	var hints atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Listen(ctx, key, func() { hints.Add(1) })
	}()
	t.Cleanup(func() { cancel(); <-done })
	return &hints
}

// eventually fails the test unless ok soon holds, trying again and again.
func eventually(t *testing.T, what string, within time.Duration, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	o := options(miniotest.Start(t))
	o.Prefix = "team a/store"
	writer := open(t, o)
	proxy := faultproxy.Start(t, o.Endpoint)
	o.Endpoint = proxy.URL
	hints := listening(t, open(t, o), "aliases/latest.json")
	n := 0
	change := func() bool { // until the stream is open nothing is heard
		n++
		if _, err := writer.Put(t.Context(), "aliases/latest.json", strings.NewReader(fmt.Sprint(n)), int64(len(fmt.Sprint(n))), store.Always); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
		return hints.Load() > 0
	}
	eventually(t, "the server tells of a change", 10*time.Second, change)

	time.Sleep(100 * time.Millisecond)
	hints.Store(0)
	before := time.Now()
	n = 100
	change()
	eventually(t, "the next change is heard of", time.Second, func() bool { return hints.Load() > 0 })
	t.Logf("heard after %v", time.Since(before))

	hints.Store(0)
	for _, other := range []string{"aliases/other.json", "blobs/x"} {
		if _, err := writer.Put(t.Context(), other, strings.NewReader("x"), 1, store.Always); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(200 * time.Millisecond)
	if hints.Load() != 0 {
		t.Errorf("%d hints for changes elsewhere", hints.Load())
	}
	if err := writer.Delete(t.Context(), "aliases/latest.json"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a deletion is heard of", time.Second, func() bool { return hints.Load() > 0 })

	// Cut off, it listens again.
	proxy.Cut()
	time.Sleep(100 * time.Millisecond)
	hints.Store(0)
	eventually(t, "it listens again", 15*time.Second, change)
}

// TestListenToTheDeaf: a server without a stream of events is left in peace, one
// that refuses is asked again and again, and nothing is left running.
func TestListenToTheDeaf(t *testing.T) {
	var asked atomic.Int32
	var answer func(w http.ResponseWriter)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answer(w)
	}))
	defer server.Close()
	s := open(t, Options{Endpoint: server.URL, Region: "us-east-1", Bucket: "bucket", AccessKey: "a", SecretKey: "b"})
	none := func() { t.Error("a hint") }
	before := goleak.IgnoreCurrent()

	answer = func(w http.ResponseWriter) { // as S3, to which it is a listing
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, "<ListBucketResult/>\n")
	}
	s.Listen(t.Context(), "k", none) // returns
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want once", asked.Load())
	}

	answer = func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) }
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Listen(ctx, "k", none); close(done) }()
	eventually(t, "it asks again", 5*time.Second, func() bool { return asked.Load() >= 3 })
	cancel()
	<-done
	server.CloseClientConnections()
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

func TestFollow(t *testing.T) {
	var said []bool
	err := follow(strings.NewReader(`{"Records":null}`+"\n"+`{"Records":[{"eventName":"x"}]}`+"\n"+" \n"+`{"Records":[]}`+"\n"), func(event bool) {
		said = append(said, event)
	})
	if err == nil || fmt.Sprint(said) != "[false true true false]" {
		t.Errorf("follow = %v, %v, want a sign of life, an event, something odd that counts as one, a sign of life", said, err)
	}
	if err := follow(strings.NewReader(strings.Repeat("x", maxEvent+1)), func(bool) {}); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("follow of an endless line = %v", err)
	}
}

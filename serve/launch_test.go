package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
	"curio/serve/servetest"
)

type server struct {
	url    string
	admin  string // url of the admin side
	client *http.Client
	stop   func() int // sends the signal and returns the exit code
}

func launch(t *testing.T, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	read, write := io.Pipe()
	exit := make(chan int, 1)
	go func() {
		exit <- run(ctx, append([]string{"--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0", "--poll", "50ms", "--log-format", "json"}, args...), io.Discard, write)
		write.Close()
	}()
	listening, admin := make(chan string, 1), make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			var line struct{ Msg, URL, Side string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
				if line.Side == "admin" {
					admin <- line.URL
					continue
				}
				listening <- line.URL
			}
		}
	}()
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	s := &server{client: &http.Client{Transport: transport, Timeout: 10 * time.Second}}
	stop := sync.OnceValue(func() int {
		cancel()
		transport.CloseIdleConnections()
		return <-exit
	})
	s.stop = stop
	t.Cleanup(func() { stop() })
	select {
	case s.url = <-listening:
		s.admin = <-admin
	case code := <-exit:
		exit <- code
		t.Fatalf("ended with %d before it listened", code)
	case <-time.After(10 * time.Second):
		t.Fatal("does not listen")
	}
	return s
}

func (s *server) get(t *testing.T, path string) (int, map[string]any) {
	t.Helper()
	r, err := s.client.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, body
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never %s", what)
		}
	}
}

type shelf struct {
	*registry.Registry
	dir   string
	store store.Store
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	s, err := open.Open(t.Context(), dir, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &shelf{registry.New(s, time.Now), dir, s}
}

func (s *shelf) publish(t *testing.T, edition string) string {
	t.Helper()
	b, err := servetest.Bundle(edition)
	if err != nil {
		t.Fatal(err)
	}
	version, err := s.Publish(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

func (s *shelf) move(t *testing.T, version string) {
	t.Helper()
	if err := s.Move(t.Context(), "latest", version, "", "test", "test"); err != nil {
		t.Fatal(err)
	}
}

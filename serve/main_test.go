package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a running serve.
// launch runs the program until the test ends and waits until it listens.
// until waits for a condition, which must come true soon.
// shelf is a registry in a folder, with the editions published to it.
func TestStartsWithoutAnArtifact(t *testing.T) {
	shelf := newShelf(t)
	s := launch(t, "--store", shelf.dir)
	if code, body := s.get(t, "/health/live"); code != 200 || body["status"] != "live" {
		t.Errorf("live: %d %v", code, body)
	}
	if code, body := s.get(t, "/health/ready"); code != 503 || body["code"] != "no_model" {
		t.Errorf("ready: %d %v", code, body)
	}
	version := shelf.publish(t, "a")
	shelf.move(t, version)
	until(t, "ready", func() bool { code, _ := s.get(t, "/health/ready"); return code == 200 })
	code, body := s.get(t, "/v1/users/user-01/recommendations?explain=true")
	if code != 200 || body["model_version"] != version || body["strategy"] != "interest" {
		t.Errorf("%d %v", code, body)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Swaps and bad artifacts under load: every request is answered, from one
// version.
// oneAnswer makes a request and returns the version of its answer, after
// checking that all of the answer is of that version.
// tamper flips a bit in the middle of one of a version's own blobs.
// A request that is under way when the signal comes is answered.
func TestDrains(t *testing.T) {
	shelf := newShelf(t)
	shelf.move(t, shelf.publish(t, "a"))
	s := launch(t, "--store", shelf.dir)
	until(t, "ready", func() bool { code, _ := s.get(t, "/health/ready"); return code == 200 })
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"n":3}`
	fmt.Fprintf(conn, "POST /v1/recommendations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:3])
	time.Sleep(100 * time.Millisecond)
	code := make(chan int, 1)
	go func() { code <- s.stop() }()
	until(t, "stopped listening", func() bool {
		c, err := net.Dial("tcp", conn.RemoteAddr().String())
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	fmt.Fprint(conn, body[3:])
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("%v, %v", answer, err)
	}
	answer.Body.Close()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d", got)
	}
}

func TestExitCodes(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for name, c := range map[string]struct {
		args   []string
		code   int
		stderr string // a pattern
	}{
		"Help":        {[]string{"--help"}, 0, `^$`},
		"Usage":       {[]string{"--poll", "x", "--alias=", "--colour"}, 2, `(?s)--colour.*--poll.*--alias`},
		"NotLoopback": {[]string{"--addr", "0.0.0.0:0"}, 2, `--insecure`},
		"AddressBusy": {[]string{"--addr", busy.Addr().String(), "--admin-addr", "none", "--store", t.TempDir()}, 1, `in use`},
		"NoStore":     {[]string{"--addr", "127.0.0.1:0", "--store", "s3://bucket/p", "--s3-endpoint", closed.Addr().String(), "--s3-insecure"}, 4, `s3://bucket/p`},
		"BadStore":    {[]string{"--addr", "127.0.0.1:0", "--store", "gopher://x"}, 2, `gopher`},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(t.Context(), c.args, &out, &errs); code != c.code || !regexp.MustCompile(c.stderr).MatchString(errs.String()) {
				t.Errorf("exit code %d, want %d; stderr %q", code, c.code, errs.String())
			}
		})
	}
}

// No client may hold a connection for ever, or send headers without end.
func TestServerIsBounded(t *testing.T) {
	s := newServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for name, d := range map[string]time.Duration{
		"header": s.ReadHeaderTimeout, "read": s.ReadTimeout, "write": s.WriteTimeout, "idle": s.IdleTimeout,
	} {
		if d <= 0 || d > 5*time.Minute {
			t.Errorf("%s timeout %s", name, d)
		}
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 1<<16 {
		t.Errorf("%d bytes of headers", s.MaxHeaderBytes)
	}
}

// A signal before anything is listened on is a clean end too.
func TestStoppedAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := run(ctx, []string{"--addr", "127.0.0.1:0", "--store", t.TempDir()}, io.Discard, io.Discard); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

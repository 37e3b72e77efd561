package guard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// echo answers with the body of the request.
func echo(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusTeapot)
	}
	_, _ = w.Write(data)
}

func TestMaxBody(t *testing.T) {
	g, h := wrap(t, Options{Clock: time.Now, MaxBody: 1000, Concurrent: 2}, echo)
	server := httptest.NewServer(h)
	defer server.Close()
	for n, want := range map[int]int{0: 200, 1: 200, 999: 200, 1000: 200, 1001: 413, 5_000_000: 413} {
		for _, chunked := range []bool{false, true} {
			text := strings.Repeat("b", n)
			var body io.Reader = strings.NewReader(text)
			if chunked {
				body = io.MultiReader(body) // of a length that is not known
			}
			r, err := http.Post(server.URL, "text/plain", body)
			if err != nil {
				t.Errorf("%d bytes: %v", n, err)
				continue
			}
			got, err := io.ReadAll(r.Body)
			r.Body.Close()
			if err != nil || r.StatusCode != want || want == 200 && string(got) != text || want == 413 && !(json.Valid(got) && strings.Contains(string(got), CodeLargeBody)) {
				t.Errorf("%d bytes, chunked %v: %d, %d bytes back, %v", n, chunked, r.StatusCode, len(got), err)
			}
		}
	}
	if s := g.Stats(); s.Bodies != 4 || s.Uploads != 0 || s.InFlight != 0 {
		t.Errorf("%+v", s)
	}
}

// Without MaxBody the handler reads for itself, all it likes.
func TestNoMaxBody(t *testing.T) {
	_, h := wrap(t, Options{Clock: time.Now, Concurrent: 1}, echo)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("b", 5000))))
	if w.Code != 200 || w.Body.Len() != 5000 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
}

// Clients that send their bodies slowly hold no slots: whoever sends none, or none
// slowly before the places are gone, is answered.
func TestSlowBodies(t *testing.T) {
	g, h := wrap(t, Options{Clock: time.Now, MaxBody: 1000, Concurrent: 2}, echo)
	server := httptest.NewServer(h)
	defer server.Close()
	begin := func() net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err == nil {
			_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	until := func(uploads int) {
		t.Helper()
		for began := time.Now(); g.Stats().Uploads != uploads; time.Sleep(time.Millisecond) {
			if time.Since(began) > 10*time.Second {
				t.Fatalf("%+v, want %d uploads", g.Stats(), uploads)
			}
		}
	}
	first, second := begin(), begin()
	until(2)
	for range 10 {
		if w := ask(h, "GET", "/"); w.Code != 200 {
			t.Errorf("GET: %d", w.Code)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader("abcd")))
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("a third body: %d", w.Code)
	}
	if _, err := first.Write([]byte("cd")); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(first), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r.Body); err != nil || r.StatusCode != 200 || string(got) != "abcd" {
		t.Errorf("the slow client got %d %q, %v", r.StatusCode, got, err)
	}
	until(1)
	second.Close() // in the middle of its body
	until(0)
	if s := g.Stats(); s.InFlight != 0 || s.Shed != 1 {
		t.Errorf("%+v", s)
	}
}

// A key is looked at before a byte of the body is.
func TestBodyWithoutKey(t *testing.T) {
	c := newClock()
	path, _ := keyFileOf(t, Key{Name: "a", Scopes: Read})
	_, h := wrap(t, Options{Clock: c.now, Keys: load(t, path, c), MaxBody: 1000}, nil)
	body := &counted{}
	r := httptest.NewRequest("POST", "/", body)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 401 || body.reads != 0 {
		t.Errorf("%d after %d reads", w.Code, body.reads)
	}
}

type counted struct{ reads int }

func (c *counted) Read([]byte) (int, error) {
	c.reads++
	return 0, io.EOF
}

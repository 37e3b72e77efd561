package faultproxy

import (
	"bytes"
	"errors"
	"io"
	"math/bits"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestFaults checks that each kind does what it says, on either side.
func TestFaults(t *testing.T) {
	const content = "0123456789"
	tests := map[Kind]struct {
		status  int    // 0 for no answer
		content string // of the answer; "" when it is not whole
		fails   bool   // to read it
		arrives string // at the server; "-" for nothing at all
	}{
		None:        {200, content, false, content},
		Internal:    {500, "", false, "-"},
		Busy:        {503, "", false, "-"},
		ResetEarly:  {0, "", false, "-"},
		ResetUpload: {0, "", false, "01234"},
		LoseAnswer:  {0, "", false, content},
		ResetAnswer: {200, "", true, content},
		ShortAnswer: {200, "01234", false, content},
		FlipUpload:  {200, content, false, ""},
		FlipAnswer:  {200, "", false, content},
	}
	if len(tests) != len(Kinds())+1 {
		t.Errorf("%d kinds are tested, want %d", len(tests), len(Kinds())+1)
	}
	for kind, test := range tests {
		t.Run(string(kind), func(t *testing.T) {
			arrived := make(chan string, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				arrived <- string(body)
				io.WriteString(w, content)
			}))
			defer server.Close()
			p := Start(t, server.URL)
			p.Follow(Each(Fault{Kind: kind, At: 0.5}))
			client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

			resp, err := client.Post(p.URL, "text/plain", strings.NewReader(content))
			if (err == nil) != (test.status != 0) {
				t.Fatalf("Post = %v, want the status %d", err, test.status)
			}
			if err == nil {
				defer resp.Body.Close()
				got, err := io.ReadAll(resp.Body)
				if resp.StatusCode != test.status || (err != nil) != test.fails {
					t.Errorf("status %d and %v, want %d and a failure: %v", resp.StatusCode, err, test.status, test.fails)
				}
				if test.content != "" && string(got) != test.content {
					t.Errorf("the answer is %q, want %q", got, test.content)
				}
				if kind == FlipAnswer && distance(got, []byte(content)) != 1 {
					t.Errorf("the answer is %q, want one bit of %q flipped", got, content)
				}
			}
			if test.arrives == "-" {
				select {
				case body := <-arrived:
					t.Errorf("the server was asked with %q", body)
				default:
				}
				return
			}
			switch body := <-arrived; {
			case kind == FlipUpload && distance([]byte(body), []byte(content)) != 1:
				t.Errorf("%q arrived, want one bit of %q flipped", body, content)
			case kind != FlipUpload && body != test.arrives:
				t.Errorf("%q arrived, want %q", body, test.arrives)
			}
			if p.Requests() != 1 {
				t.Errorf("%d requests, want 1", p.Requests())
			}
		})
	}
}

// distance returns how many bits of a and b differ, or -1.
func distance(a, b []byte) (n int) {
	if len(a) != len(b) {
		return -1
	}
	for i := range a {
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	return n
}

func TestStreamAndCut(t *testing.T) {
	var open atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		open.Add(1)
		defer open.Add(-1)
		io.WriteString(w, "hello")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	p := Start(t, server.URL)
	resp, err := http.Get(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	word := make([]byte, 5)
	if _, err := io.ReadFull(resp.Body, word); err != nil || string(word) != "hello" {
		t.Fatalf("the stream says %q, %v before it ends, want hello", word, err)
	}
	p.Cut()
	if _, err := resp.Body.Read(word); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("Read after Cut = %v, want a broken connection", err)
	}
	for deadline := time.Now().Add(5 * time.Second); open.Load() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server was not told that the client is gone")
		}
	}
}

func TestRandomIsReproducible(t *testing.T) {
	get, _ := http.NewRequest(http.MethodGet, "/b/k", bytes.NewReader(nil))
	list, _ := http.NewRequest(http.MethodGet, "/b/?list-type=2", bytes.NewReader(nil))
	a, b, c := Random(1, 0.5, Kinds()...), Random(1, 0.5, Kinds()...), Random(1, 1, FlipAnswer)
	faults := 0
	for range 1000 {
		x := a(get)
		if y := b(get); x != y {
			t.Fatalf("%+v and %+v from one seed", x, y)
		}
		if x.Kind != None {
			faults++
		}
		if c(list).Kind != None {
			t.Fatal("a bit of a list is flipped")
		}
	}
	if faults < 400 || faults > 600 {
		t.Errorf("%d faults in 1000, want about 500", faults)
	}
}

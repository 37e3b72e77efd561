package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"curio/artifacts/bundle"
)

func TestAnswerReader(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 5\r\nZ: z\r\n\r\n"
	large := strings.Repeat("x", 100_000)
	tests := map[string]struct {
		text   string
		status int
		body   string
		fails  bool
	}{
		"Plain":      {head + "hello", 200, "hello", false},
		"Empty":      {"HTTP/1.1 503 S\r\nContent-Length: 0\r\n\r\n", 503, "", false},
		"Large":      {"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + large, 200, large, false},
		"CutOff":     {head + "hell", 0, "", true},
		"TooMuch":    {head + "hello!", 0, "", true},
		"NoHead":     {"HTTP/1.1 200 OK\r\nContent-Le", 0, "", true},
		"NoLength":   {"HTTP/1.1 200 OK\r\nX: y\r\n\r\n", 0, "", true},
		"Negative":   {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 0, "", true},
		"Endless":    {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", 0, "", true},
		"NoStatus":   {"HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n", 0, "", true},
		"OtherThing": {"SSH-2.0-OpenSSH_9\r\nContent-Length: 0\r\n\r\n", 0, "", true},
		"Nothing":    {"", 0, "", true},
	}
	var a answerReader // one for all: nothing may be left of an earlier answer
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			for kind, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.text), "halves": iotest.HalfReader(strings.NewReader(c.text)), "bytes": iotest.OneByteReader(strings.NewReader(c.text)),
			} {
				if kind == "bytes" && (name == "Large" || name == "TooMuch") {
					continue // what is not asked for is not read
				}
				err := a.read(r)
				if kind == "halves" && name == "TooMuch" {
					continue
				}
				if (err != nil) != c.fails || err == nil && (a.status != c.status || string(a.body) != c.body) {
					t.Errorf("%s: status %d, %d bytes, %v", kind, a.status, len(a.body), err)
				}
			}
		})
	}
}

// load asks handler and returns what became of it.
func load(t *testing.T, handler http.HandlerFunc, change func(*Load)) *Loaded {
	t.Helper()
	s := httptest.NewServer(handler)
	defer s.Close()
	request, err := rendered("GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	l := Load{Address: strings.TrimPrefix(s.URL, "http://"), Connections: 3, Requests: [][]byte{request}, Most: 100, For: 10 * time.Second}
	if change != nil {
		change(&l)
	}
	r, err := l.Run(t.Context(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLoadCounts(t *testing.T) {
	var n atomic.Int64
	r := load(t, func(w http.ResponseWriter, _ *http.Request) {
		switch n := n.Add(1); {
		case n%10 == 3:
			http.Error(w, "no", http.StatusServiceUnavailable)
		case n%10 == 7:
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				conn.Close()
			}
		default:
			fmt.Fprint(w, "yes")
		}
	}, func(l *Load) {
		l.CheckEvery, l.Check = 1, func(body []byte) error {
			if string(body) != "yes" {
				t.Errorf("checked %q", body)
			}
			return nil
		}
	})
	if r.Requests != 100 || r.Failed != 20 || r.Checked != 80 || r.Wrong != 0 || r.Failure == "" {
		t.Errorf("%+v", r)
	}
	if r.P50 <= 0 || r.P50 > r.P99 || r.P99 > r.Max || r.PerSecond <= 0 {
		t.Errorf("%+v", r)
	}
}

func TestLoadChecks(t *testing.T) {
	r := load(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "yes") }, func(l *Load) {
		l.Connections, l.CheckEvery, l.Check = 1, 10, func([]byte) error { return errors.New("no good") }
	})
	if r.Requests != 100 || r.Failed != 0 || r.Checked != 10 || r.Wrong != 10 || !strings.Contains(r.Failure, "no good") {
		t.Errorf("%+v", r)
	}
}

// Every request is sent, each as often as the others.
func TestLoadTakesTurns(t *testing.T) {
	var asked [7]atomic.Int64
	load(t, func(w http.ResponseWriter, q *http.Request) {
		n, err := strconv.Atoi(q.URL.Path[1:])
		if err != nil {
			t.Error(err)
			return
		}
		asked[n].Add(1)
	}, func(l *Load) {
		l.Requests, l.Most = nil, 70
		for n := range asked {
			r, _ := rendered("GET", fmt.Sprint("/", n), nil)
			l.Requests = append(l.Requests, r)
		}
	})
	for n := range asked {
		if got := asked[n].Load(); got != 10 {
			t.Errorf("request %d was sent %d times, want 10", n, got)
		}
	}
}

func TestLoadEnds(t *testing.T) {
	slow := func(w http.ResponseWriter, _ *http.Request) { time.Sleep(time.Millisecond) }
	if r := load(t, slow, func(l *Load) { l.Most, l.For = 0, 50*time.Millisecond }); r.Requests == 0 || r.Failed > 0 || r.Seconds > 5 {
		t.Errorf("by time: %+v", r)
	}
	s := httptest.NewServer(http.HandlerFunc(slow))
	defer s.Close()
	request, _ := rendered("GET", "/", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r, err := (&Load{Address: s.Listener.Addr().String(), Connections: 2, Requests: [][]byte{request}}).Run(ctx, time.Now)
	if err != nil || r.Requests == 0 || r.Failed > 0 {
		t.Errorf("by context: %+v, %v", r, err)
	}
}

// A load whose server is gone gives up.
func TestLoadGivesUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	go func() {
		conn, err := l.Accept()
		l.Close()
		if err == nil {
			conn.Close()
		}
	}()
	r, err := (&Load{Address: address, Connections: 1, Requests: [][]byte{[]byte("x")}, For: time.Minute}).Run(t.Context(), time.Now)
	if err != nil || r.Failed != maxLost || r.Seconds > 30 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := (&Load{Address: address, Connections: 1, Requests: [][]byte{[]byte("x")}}).Run(t.Context(), time.Now); err == nil {
		t.Error("nobody listens, and it is no error")
	}
}

func TestQuantile(t *testing.T) {
	hundred := make([]int64, 100)
	for i := range hundred {
		hundred[i] = int64(i + 1)
	}
	for _, c := range []struct {
		of   []int64
		q    float64
		want int64
	}{{hundred, 0.5, 50}, {hundred, 0.99, 99}, {hundred, 0.995, 100}, {hundred, 1, 100}, {hundred, 0, 1}, {hundred[:1], 0.99, 1}, {hundred[:3], 0.5, 2}} {
		if got := quantile(c.of, c.q); got != c.want {
			t.Errorf("quantile(%d values, %v) = %d, want %d", len(c.of), c.q, got, c.want)
		}
	}
}

func TestShelfCheck(t *testing.T) {
	s := shelf{editions: map[string]string{"v1": "a", "v2": "b"}}
	answer := func(version string, titles ...string) string {
		text := `{"model_version":"` + version + `","items":[`
		for _, title := range titles {
			text += `{"title":"` + title + `"},`
		}
		return text + "]}"
	}
	for name, c := range map[string]struct {
		body string
		ok   bool
	}{
		"Good":     {answer("v1", "x in edition a", "y in edition a"), true},
		"Other":    {answer("v2", "x in edition a"), false},
		"Mixed":    {answer("v1", "x in edition a", "y in edition b"), false},
		"Longer":   {answer("v1", "x in edition ab"), false},
		"Unknown":  {answer("v3", "x in edition "), false},
		"NoTitles": {answer("v1"), false},
		"NoTitle":  {answer("v1", "x in edition a", "y"), false},
		"Nothing":  {"", false},
	} {
		if err := s.check([]byte(c.body)); (err == nil) != c.ok || err != nil && !errors.Is(err, errMixed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// No two questions of a pass that asks everything once are alike, and lists have 10 items
// on average.
func TestRequestsDiffer(t *testing.T) {
	m := ServeModel{Users: 7, Items: 50}
	n := 7 * 9 * 3
	seen, total := map[string]bool{}, 0
	for _, r := range m.differing(n, 1) {
		q, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(r))))
		if err != nil {
			t.Fatal(err)
		}
		seen[q.URL.String()] = true
		length, err := strconv.Atoi(q.FormValue("n"))
		if err != nil {
			t.Fatal(err)
		}
		total += length
	}
	if len(seen) != n || total != 10*n {
		t.Errorf("%d different of %d, %d items", len(seen), n, total)
	}
	fresh, err := m.fresh(200, 1)
	if err != nil {
		t.Fatal(err)
	}
	seen = map[string]bool{}
	for _, r := range fresh {
		seen[string(r)] = true
		q, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(r))))
		if err != nil || q.Method != "POST" {
			t.Fatal(q, err)
		}
		if body, err := io.ReadAll(q.Body); err != nil || int64(len(body)) != q.ContentLength {
			t.Fatalf("%d bytes of %d, %v", len(body), q.ContentLength, err)
		}
	}
	if len(seen) != 200 {
		t.Errorf("%d different of 200", len(seen))
	}
}

// What is made for tests ends outside of one as it does in one.
func TestStage(t *testing.T) {
	var order []string
	err := onStage(t.Context(), t.TempDir(), func(s *stage) error {
		s.Cleanup(func() { order = append(order, "first") })
		s.Cleanup(func() { order = append(order, "second") })
		if a, b := s.TempDir(), s.TempDir(); a == b {
			t.Error("two folders are one")
		}
		s.Skipf("there is no %s", "server")
		t.Error("it goes on")
		return nil
	})
	if err == nil || err.Error() != "there is no server" || strings.Join(order, " ") != "second first" {
		t.Errorf("%v, %v", err, order)
	}
	if err := onStage(t.Context(), t.TempDir(), func(*stage) error { return nil }); err != nil {
		t.Error(err)
	}
	if err := onStage(t.Context(), t.TempDir(), func(*stage) error { return ErrData }); !errors.Is(err, ErrData) {
		t.Error(err)
	}
}

// smallServe is a whole measurement in a second or two.
func smallServe(t *testing.T) Serve {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and starts servers")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asPeer, "is constant")
	model := ServeModel{Users: 40, Items: 120, Dim: 8, History: 8, Edges: 10, Hidden: 4}
	return Serve{
		Connections: 4, Rounds: 2, For: 150 * time.Millisecond, Seed: 1, Known: model, Fresh: []ServeModel{model},
		Self: []string{self}, Home: t.TempDir(),
	}
}

func TestServeSpeed(t *testing.T) {
	s := smallServe(t)
	s.Profiles = t.TempDir()
	r, err := s.Speed(t.Context(), time.Now, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Passes {
		if len(p.Rounds) != 2 {
			t.Errorf("%s: %d rounds", p.Name, len(p.Rounds))
		}
		for _, f := range p.Rounds {
			if f.Requests == 0 || f.Failed+f.Wrong > 0 || p.Name != ServeConstant && f.Checked == 0 {
				t.Errorf("%s: %+v", p.Name, f)
			}
		}
	}
	var out strings.Builder
	if err := r.Write(&out); err != nil || strings.Contains(out.String(), "NaN") || strings.Count(out.String(), "\nfresh") < 1 {
		t.Errorf("Write = %q, %v", out.String(), err)
	}
	if _, err := os.Stat(filepath.Join(s.Profiles, "fresh-120.pprof")); err != nil {
		t.Error(err)
	}
}

func TestServeSwapsAndStart(t *testing.T) {
	s := smallServe(t)
	r, err := ServeSwaps{Serve: s, Swaps: 20, Editions: 3}.Run(t.Context(), time.Now, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.Swapped != 18 || r.Refused != 2 {
		t.Errorf("%d swapped, %d refused", r.Swapped, r.Refused)
	}
	for _, l := range []*Loaded{r.Before, r.During, r.After} {
		if l.Requests == 0 || l.Checked != l.Requests || l.Failed+l.Wrong > 0 {
			t.Errorf("%+v", l)
		}
	}
	var out strings.Builder
	if err := r.Write(&out); err != nil || !strings.Contains(out.String(), "20 swaps among 3 editions") {
		t.Errorf("Write = %q, %v", out.String(), err)
	}
	start, err := ServeStart{Serve: s, Model: s.Known}.Run(t.Context(), time.Now, io.Discard)
	if err != nil || len(start.Seconds) != 2 || start.Seconds[0] <= 0 {
		t.Errorf("%+v, %v", start, err)
	}
}

func TestServeExplain(t *testing.T) {
	b, err := ServeModel{Users: 60, Items: 200, Dim: 8, History: 12, Edges: 20, Hidden: 4}.make("a", 1)
	if err != nil {
		t.Fatal(err)
	}
	art, err := bundle.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ServeExplain{Users: 5, Seed: 1}.Run(t.Context(), art)
	if err != nil {
		t.Fatal(err)
	}
	if r.Asked != 5 || r.Items != 50 || r.Cited.Items+r.Bare != r.Items || r.Cited.Share <= r.Random.Share {
		t.Errorf("%+v", r)
	}
	again, err := ServeExplain{Users: 5, Seed: 1}.Run(t.Context(), art)
	if err != nil || *again != *r {
		t.Errorf("%+v and %+v, %v", r, again, err)
	}
}

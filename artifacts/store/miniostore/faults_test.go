package miniostore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
)

// script answers the requests of a test: one function for each, the last one
// also for all that follow.
type script struct {
	steps []func(*http.Request) (*http.Response, error)
	n     atomic.Int32
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	n := int(s.n.Add(1))
	return s.steps[min(n, len(s.steps))-1](r)
}

func through(r *http.Request) (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) }

func answer(status int, code string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		body := fmt.Sprintf("<Error><Code>%s</Code><Message>as scripted</Message></Error>", code)
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status), Request: r,
			Header: http.Header{"X-Minio-Error-Code": {code}}, Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
}

func fail(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// done performs the request and loses the answer.
func done(r *http.Request) (*http.Response, error) {
	if resp, err := through(r); err == nil {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	return nil, io.EOF
}

// scripted returns a store whose requests go through the steps. Without a
// server they have to answer themselves.
func scripted(t *testing.T, o Options, steps ...func(*http.Request) (*http.Response, error)) (*Store, *script) {
	t.Helper()
	sc := &script{steps: steps}
	o.Transport, o.CreateBucket, o.Region = sc, false, "us-east-1"
	s := open(t, o)
	s.pause = func(int) time.Duration { return 0 }
	return s, sc
}

func TestClassification(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		step     func(*http.Request) (*http.Response, error)
		want     error
		says     string
		requests int32
	}{
		"WrongSecret":  {answer(403, "SignatureDoesNotMatch"), store.ErrDenied, "AWS_SECRET_ACCESS_KEY", 2},
		"UnknownKey":   {answer(403, "InvalidAccessKeyId"), store.ErrDenied, "AWS_ACCESS_KEY_ID", 1},
		"Forbidden":    {answer(403, "SomethingNew"), store.ErrDenied, "allowed", 1},
		"ClockSkew":    {answer(403, "RequestTimeTooSkewed"), store.ErrDenied, "clock", 1},
		"NoBucket":     {answer(404, "NoSuchBucket"), store.ErrNoBucket, "create it", 1},
		"NotFound":     {answer(404, "NoSuchKey"), store.ErrNotFound, "", 1},
		"Precondition": {answer(412, "PreconditionFailed"), store.ErrConflict, "", 1},
		"Busy":         {answer(503, "SlowDown"), store.ErrUnreachable, "server runs", 4},
		"Throttled":    {answer(429, "TooManyRequests"), store.ErrUnreachable, "", 4},
		"Internal":     {answer(500, "InternalError"), store.ErrUnreachable, "", 4},
		"Damaged":      {answer(400, "XAmzContentChecksumMismatch"), store.ErrUnreachable, "damaged", 4},
		"Conflicting":  {answer(409, "ConditionalRequestConflict"), store.ErrConflict, "", 4},
		"Reset":        {fail(errors.New("connection reset by peer")), store.ErrUnreachable, "connection reset", 4},
		"ClosedByHost": {fail(io.EOF), store.ErrUnreachable, "closed by foreign host", 4},
		"TimedOut":     {fail(context.DeadlineExceeded), store.ErrUnreachable, "", 4},
		"PlainHTTP":    {fail(errors.New("http: server gave HTTP response to HTTPS client")), store.ErrUnreachable, "http://", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, sc := scripted(t, Options{Endpoint: "http://localhost:1", Bucket: "bucket", AccessKey: "a", SecretKey: "b", Attempts: 4}, test.step)
			_, err := s.Put(t.Context(), "k", strings.NewReader("body"), 4, store.Always)
			if !errors.Is(err, test.want) {
				t.Errorf("Put = %v, want an error that wraps %q", err, test.want)
			}
			for _, word := range []string{test.says, `"k"`, "s3://bucket", "localhost:1"} {
				if err != nil && !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not say %q", err, word)
				}
			}
			if n := sc.n.Load(); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
			if errors.Is(err, context.DeadlineExceeded) {
				t.Error("a deadline of the store looks like one of the caller")
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	s := open(t, Options{Endpoint: "http://127.0.0.1:1", Bucket: "bucket", AccessKey: "a", SecretKey: "b", Attempts: 2})
	if err := store.Check(t.Context(), s); !errors.Is(err, store.ErrUnreachable) || !store.Unavailable(err) {
		t.Errorf("Check = %v, want store.ErrUnreachable", err)
	}
	_, err := New(t.Context(), Options{Endpoint: "http://127.0.0.1:1", Bucket: "bucket", AccessKey: "a", SecretKey: "b", Attempts: 1, CreateBucket: true})
	if !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("New = %v, want store.ErrUnreachable", err)
	}
}

func TestSilentServer(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Query().Get("list-type") == "" {
			size := smallSize // says more than it sends
			if strings.HasSuffix(r.URL.Path, "large") {
				size++
			}
			w.Header().Set("Content-Length", strconv.Itoa(size))
			w.Header().Set("Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))
			w.Header().Set("ETag", `"tag"`)
			w.Write([]byte("abc"))
			w.(http.Flusher).Flush()
		}
		<-hang
	}))
	defer server.Close()
	defer close(hang)
	s := open(t, Options{Endpoint: server.URL, Region: "us-east-1", Bucket: "bucket", AccessKey: "a", SecretKey: "b",
		Attempts: 2, Timeout: 50 * time.Millisecond})
	s.pause = func(int) time.Duration { return 0 }

	_, err := s.Stat(t.Context(), "k")
	if !errors.Is(err, store.ErrUnreachable) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Stat = %v, want store.ErrUnreachable", err)
	}
	if _, _, err := s.Open(t.Context(), "small"); !errors.Is(err, store.ErrUnreachable) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Open of a small object = %v, want store.ErrUnreachable", err)
	}
	r, _, err := s.Open(t.Context(), "large")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if content, err := io.ReadAll(r); !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("ReadAll = %q, %v, want store.ErrUnreachable", content, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.Stat(ctx, "k"); !errors.Is(err, context.DeadlineExceeded) || store.Unavailable(err) {
		t.Errorf("Stat with a deadline = %v, want context.DeadlineExceeded", err)
	}
}

func TestFaultsOnTheWay(t *testing.T) {
	t.Parallel()
	o := options(miniotest.Start(t))
	direct := open(t, o)
	big := bytes.Repeat([]byte("0123456789abcdef"), 18<<16) // 18 MiB
	get := func(t *testing.T, s store.Store, key string) ([]byte, error) {
		r, _, err := s.Open(t.Context(), key)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return io.ReadAll(r)
	}
	put := func(s store.Store, key string, body []byte, when store.Condition) error {
		_, err := s.Put(context.Background(), key, bytes.NewReader(body), int64(len(body)), when)
		return err
	}

	t.Run("BusyThenFine", func(t *testing.T) {
		// The first request is read to its end and refused, so that the body has
		// to be sent again with the same checksum.
		busy := func(r *http.Request) (*http.Response, error) {
			io.Copy(io.Discard, r.Body)
			return answer(503, "SlowDown")(r)
		}
		s, _ := scripted(t, o, busy, fail(io.EOF), through)
		if err := put(s, "busy", big, store.Absent); err != nil {
			t.Fatal(err)
		}
		if got, err := get(t, direct, "busy"); err != nil || !bytes.Equal(got, big) {
			t.Errorf("%d bytes came back, %v", len(got), err)
		}
	})

	t.Run("PartFails", func(t *testing.T) {
		s, sc := scripted(t, o, through, answer(503, "SlowDown"), fail(io.EOF), through)
		if err := put(s, "parts", big, store.Always); err != nil {
			t.Fatal(err)
		}
		if got, err := get(t, direct, "parts"); err != nil || !bytes.Equal(got, big) {
			t.Errorf("%d bytes came back, %v", len(got), err)
		}
		if sc.n.Load() < 5 {
			t.Errorf("%d requests: this was no upload in parts", sc.n.Load())
		}
	})

	t.Run("AnswerLost", func(t *testing.T) {
		s, _ := scripted(t, o, done, through)
		if err := put(s, "lost", []byte("mine"), store.Absent); !errors.Is(err, store.ErrConflict) {
			t.Errorf("Put(Absent) = %v, want store.ErrConflict", err)
		}
		if got, _ := get(t, direct, "lost"); string(got) != "mine" {
			t.Errorf("the object is %q: the first attempt had been done", got)
		}
		s, _ = scripted(t, o, done, through)
		if err := put(s, "lost", []byte("again"), store.Always); err != nil {
			t.Errorf("Put(Always) = %v, want nil", err)
		}
	})

	t.Run("DamagedOnTheWay", func(t *testing.T) {
		damage := func(r *http.Request) (*http.Response, error) {
			content, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			i := bytes.Index(content, []byte("content"))
			content[i] ^= 1
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(content))
			return through(r)
		}
		s, _ := scripted(t, o, damage)
		if err := put(s, "damaged", []byte("the content"), store.Always); err == nil {
			t.Error("Put of a body that was damaged on its way = nil, want an error")
		}
		if _, err := direct.Stat(t.Context(), "damaged"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Stat = %v, want store.ErrNotFound", err)
		}
	})

	// cut passes an answer on up to n bytes of its body.
	cut := func(n int64) func(*http.Request) (*http.Response, error) {
		return func(r *http.Request) (*http.Response, error) {
			resp, err := through(r)
			if err == nil {
				resp.Body = struct {
					io.Reader
					io.Closer
				}{io.MultiReader(io.LimitReader(resp.Body, n), errReader{}), resp.Body}
			}
			return resp, err
		}
	}
	if err := put(direct, "read", big, store.Always); err != nil {
		t.Fatal(err)
	}

	t.Run("ReadGoesOn", func(t *testing.T) {
		s, sc := scripted(t, o, cut(0), cut(1), answer(503, "SlowDown"), cut(5<<20), through)
		got, err := get(t, s, "read")
		if err != nil || !bytes.Equal(got, big) {
			t.Errorf("%d bytes of %d came back, %v", len(got), len(big), err)
		}
		if n := sc.n.Load(); n != 5 {
			t.Errorf("%d requests, want 5", n)
		}
	})

	t.Run("ReadGivesUp", func(t *testing.T) {
		s, sc := scripted(t, o, cut(7))
		got, err := get(t, s, "read")
		if !errors.Is(err, store.ErrUnreachable) || !bytes.Equal(got, big[:len(got)]) {
			t.Errorf("%d bytes came back, %v, want store.ErrUnreachable", len(got), err)
		}
		if n := sc.n.Load(); n != int32(s.attempts) {
			t.Errorf("%d requests, want %d", n, s.attempts)
		}
	})

	t.Run("ReplacedBetween", func(t *testing.T) {
		replace := func(r *http.Request) (*http.Response, error) {
			if err := put(direct, "read", append([]byte("new"), big...), store.Always); err != nil {
				t.Error(err)
			}
			return through(r)
		}
		s, _ := scripted(t, o, cut(100), replace)
		if got, err := get(t, s, "read"); !errors.Is(err, store.ErrConflict) || len(got) != 100 {
			t.Errorf("%d bytes came back, %v, want 100 and store.ErrConflict", len(got), err)
		}
	})

	t.Run("ListGoesOn", func(t *testing.T) {
		s, _ := scripted(t, o, fail(io.EOF), answer(503, "SlowDown"), through)
		n := 0
		for _, err := range s.List(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 4 {
			t.Errorf("List yields %d keys, want 4", n)
		}
	})
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

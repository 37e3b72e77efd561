package eventlog

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"curio/artifacts/store/miniotest"
	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// server answers the two requests the opener makes: list and get.
type server struct {
	objects map[string]string // by key, in one bucket named logs
	cut     int               // bytes after which a body breaks off, 0 for never
	silent  string            // where one body stops and its connection stays: "headers" or "body"; the first only
	refuse  int               // status given instead of a body, 0 for none
	ignore  bool              // ranges

	mu   sync.Mutex // guards what follows
	gets []string   // "key range"
	tags map[string]string
}

func (s *server) tag(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tags[key]; t != "" {
		return t
	}
	return "tag-of-" + key
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	bucket, key, _ := strings.Cut(path, "/")
	switch {
	case bucket != "logs":
		s.fail(w, http.StatusNotFound, "NoSuchBucket")
	case r.URL.Query().Has("location"):
		fmt.Fprint(w, `<LocationConstraint/>`)
	case key == "":
		s.list(w, r.URL.Query().Get("prefix"), r.URL.Query().Get("delimiter"))
	default:
		s.get(w, r, key)
	}
}

func (s *server) fail(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>as asked</Message></Error>", code)
}

func (s *server) list(w http.ResponseWriter, prefix, delimiter string) {
	type content struct {
		Key, ETag string
		Size      int
	}
	type common struct{ Prefix string }
	answer := struct {
		XMLName        xml.Name `xml:"ListBucketResult"`
		Contents       []content
		CommonPrefixes []common
	}{}
	for key := range s.objects {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		if folder, _, below := strings.Cut(rest, "/"); below && delimiter == "/" {
			if c := (common{prefix + folder + "/"}); !slices.Contains(answer.CommonPrefixes, c) {
				answer.CommonPrefixes = append(answer.CommonPrefixes, c)
			}
			continue
		}
		answer.Contents = append(answer.Contents, content{key, `"` + s.tag(key) + `"`, len(s.objects[key])})
	}
	slices.SortFunc(answer.Contents, func(a, b content) int { return strings.Compare(a.Key, b.Key) })
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(answer)
}

func (s *server) get(w http.ResponseWriter, r *http.Request, key string) {
	s.mu.Lock()
	s.gets = append(s.gets, key+" "+r.Header.Get("Range"))
	s.mu.Unlock()
	body, ok := s.objects[key]
	switch {
	case !ok:
		s.fail(w, http.StatusNotFound, "NoSuchKey")
		return
	case s.refuse != 0:
		s.fail(w, s.refuse, "AsAsked")
		return
	case strings.Trim(r.Header.Get("If-Match"), `"`) != s.tag(key):
		s.fail(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	}
	w.Header().Set("ETag", `"`+s.tag(key)+`"`)
	w.Header().Set("Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT")
	status := http.StatusOK
	if from, last := 0, len(body)-1; !s.ignore && r.Header.Get("Range") != "" {
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &from, &last)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, last, len(body)))
		body, status = body[from:last+1], http.StatusPartialContent
	}
	s.mu.Lock()
	var silent string
	silent, s.silent = s.silent, ""
	s.mu.Unlock()
	if silent == "headers" {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if silent == "body" {
		fmt.Fprint(w, body[:len(body)/2])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return
	}
	if s.cut > 0 && len(body) > s.cut {
		body = body[:s.cut] // the connection is closed before the length promised
	}
	fmt.Fprint(w, body)
}

func start(t *testing.T, s *server) Options {
	t.Helper()
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "us-east-1")
	return Options{Endpoint: h.URL, RetryWait: time.Millisecond}
}

func TestBucket(t *testing.T) {
	s := &server{objects: map[string]string{
		"day/events.jsonl": jsonEvents, "day/events/more.csv": csvEvents, "day/users.csv": "user_id\nu1\n", "day/events/": "",
		"day/notes.txt": "", "day/other/events.jsonl": "x", "daytime/events.jsonl": "x",
	}}
	o := start(t, s)
	for _, location := range []string{"s3://logs/day", "s3://logs/day/"} {
		src, err := Open(context.Background(), location, o)
		if err != nil {
			t.Fatal(err)
		}
		d := readAll(t, src)
		if diff := cmp.Diff(slices.Concat(wantEvents, wantEvents), d.Events); diff != "" {
			t.Error(diff)
		}
		if len(d.Rejects) != 0 {
			t.Errorf("rejects %+v", d.Rejects)
		}
		if len(d.Catalogue.Users) != 1 {
			t.Errorf("%d users, want 1", len(d.Catalogue.Users))
		}
	}
}

func TestBucketTakesUpABrokenRead(t *testing.T) {
	log := string(jsonLog(5000))
	s := &server{objects: map[string]string{"events.jsonl": log, "events.jsonl.gz": string(zipped(t, []byte(log)))}, cut: 20_000}
	src, err := Open(context.Background(), "s3://logs", start(t, s))
	if err != nil {
		t.Fatal(err)
	}
	d := readAll(t, src)
	if len(d.Events) != 10_000 || len(d.Rejects) != 0 {
		t.Errorf("%d events, %d rejects; want twice 5000 and none", len(d.Events), len(d.Rejects))
	}
	if want := len(log) / s.cut; len(s.gets) < want {
		t.Fatalf("%d requests, want at least %d", len(s.gets), want)
	}
	if second := "events.jsonl bytes=20000-"; !slices.Contains(s.gets, second) {
		t.Errorf("no request %q in %q", second, s.gets)
	}
}

// A body that ends early without an error is taken up again as well; one that
// fails behind its last byte was read.
func TestBucketTrustsTheSizeOfAnObject(t *testing.T) {
	s := &server{objects: map[string]string{"events.jsonl": jsonEvents}}
	src, err := Open(context.Background(), "s3://logs", start(t, s))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body io.Reader
		gets int
	}{
		"EndsEarly":  {strings.NewReader(jsonEvents[:50]), 2},
		"FailsAtEnd": {io.MultiReader(strings.NewReader(jsonEvents), iotest.ErrReader(errors.New("reset"))), 1},
	} {
		s.gets = nil
		in, err := src.place.open(context.Background(), src.files["events"][0])
		if err != nil {
			t.Fatal(err)
		}
		o := in.(*object)
		o.drop()
		o.body = io.NopCloser(c.body)
		got, err := io.ReadAll(o)
		if err != nil || string(got) != jsonEvents || len(s.gets) != c.gets {
			t.Errorf("%s: %d bytes of %d, %v, requests %q", name, len(got), len(jsonEvents), err, s.gets)
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A server that says nothing more is asked again, from where it stopped.
func TestBucketTakesUpAStalledRead(t *testing.T) {
	for _, silent := range []string{"headers", "body"} {
		t.Run(silent, func(t *testing.T) {
			s := &server{objects: map[string]string{"events.jsonl": jsonEvents}, silent: silent}
			o := start(t, s)
			o.Stall = 100 * time.Millisecond
			src, err := Open(context.Background(), "s3://logs", o)
			if err != nil {
				t.Fatal(err)
			}
			d := readAll(t, src)
			if diff := cmp.Diff(wantEvents, d.Events); diff != "" {
				t.Error(diff)
			}
			from := ""
			if silent == "body" {
				from = fmt.Sprintf("bytes=%d-", len(jsonEvents)/2)
			}
			if want := []string{"events.jsonl ", "events.jsonl " + from}; !slices.Equal(s.gets, want) {
				t.Errorf("requests %q, want %q", s.gets, want)
			}
		})
	}
}

// Time that the reader of a body takes does not count.
func TestBucketDoesNotTakeASlowReaderForAStall(t *testing.T) {
	s := &server{objects: map[string]string{"events.jsonl": jsonEvents}}
	o := start(t, s)
	o.Stall = 50 * time.Millisecond
	src, err := Open(context.Background(), "s3://logs", o)
	if err != nil {
		t.Fatal(err)
	}
	in, err := src.place.open(context.Background(), src.files["events"][0])
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var got strings.Builder
	for range 2 {
		time.Sleep(3 * o.Stall)
		if _, err := io.CopyN(&got, in, int64(len(jsonEvents)/2)); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasPrefix(jsonEvents, got.String()) || len(s.gets) != 1 {
		t.Errorf("%d bytes by requests %q, want one request", got.Len(), s.gets)
	}
}

func TestBucketEndpointFromTheEnvironment(t *testing.T) {
	o := start(t, &server{objects: map[string]string{"events.jsonl": jsonEvents}})
	here, nowhere := o.Endpoint, "http://127.0.0.1:1"
	for name, c := range map[string]struct{ option, s3, any string }{
		"Any":          {"", "", here},
		"S3BeforeAny":  {"", here, nowhere},
		"OptionBefore": {here, nowhere, nowhere},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_ENDPOINT_URL_S3", c.s3)
			t.Setenv("AWS_ENDPOINT_URL", c.any)
			o := o
			o.Endpoint = c.option
			if _, err := Open(context.Background(), "s3://logs", o); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBucketGivesUp(t *testing.T) {
	log := map[string]string{"events.jsonl": string(jsonLog(500))}
	for name, c := range map[string]struct {
		s    *server
		want error
	}{
		"Unavailable":   {&server{objects: log, refuse: http.StatusServiceUnavailable}, ErrUnreachable},
		"Denied":        {&server{objects: log, refuse: http.StatusForbidden}, fs.ErrPermission},
		"RangesIgnored": {&server{objects: log, cut: 100, ignore: true}, ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			o := start(t, c.s)
			o.Retries = 2
			src, err := Open(context.Background(), "s3://logs", o)
			if err != nil {
				t.Fatal(err)
			}
			err = event.Each(context.Background(), src, nil, func(*event.Event, event.Part, event.Place) error { return nil })
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), "events.jsonl") {
				t.Errorf("error %v, want %v and the file's name", err, c.want)
			}
		})
	}
}

func TestBucketNoticesAnotherContent(t *testing.T) {
	s := &server{objects: map[string]string{"events.jsonl": jsonEvents}}
	src, err := Open(context.Background(), "s3://logs", start(t, s))
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.tags = map[string]string{"events.jsonl": "another"}
	s.mu.Unlock()
	err = event.Each(context.Background(), src, nil, func(*event.Event, event.Part, event.Place) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("error %v, want one that says the object changed", err)
	}
}

func TestBucketErrors(t *testing.T) {
	o := start(t, &server{objects: map[string]string{"empty/users.csv": ""}})
	for location, want := range map[string]error{
		"s3://logs/empty": fs.ErrNotExist, "s3://logs/nowhere": fs.ErrNotExist, "s3://nobucket/x": fs.ErrNotExist,
	} {
		if _, err := Open(context.Background(), location, o); !errors.Is(err, want) || !strings.Contains(err.Error(), location) {
			t.Errorf("%s: %v, want %v and the location", location, err, want)
		}
	}
	if _, err := Open(context.Background(), "s3://", o); err == nil {
		t.Error("no bucket, no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, "s3://logs/empty", o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	o.Endpoint = "http://127.0.0.1:1"
	if _, err := Open(context.Background(), "s3://logs/x", o); !errors.Is(err, ErrUnreachable) {
		t.Errorf("error %v, want %v", err, ErrUnreachable)
	}
}

// What a server answers is told by a cause, and with what to do.
func TestBucketExplains(t *testing.T) {
	b, err := newBucket("logs", "", start(t, &server{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code   string
		status int
		want   error
		advice string
	}{
		{"InvalidAccessKeyId", 403, fs.ErrPermission, "credentials are wrong"}, {"SignatureDoesNotMatch", 403, fs.ErrPermission, "AWS_SECRET_ACCESS_KEY"},
		{"ExpiredToken", 400, fs.ErrPermission, "AWS_SESSION_TOKEN"}, {"AccessDenied", 403, fs.ErrPermission, "policy"},
		{"AuthorizationHeaderMalformed", 400, nil, "AWS_REGION"}, {"NoSuchBucket", 404, fs.ErrNotExist, "no bucket logs"},
		{"NoSuchKey", 404, fs.ErrNotExist, ""}, {"SlowDown", 503, ErrUnreachable, "127.0.0.1"}, {"PreconditionFailed", 412, nil, "start again"},
	} {
		answer := minio.ErrorResponse{Code: c.code, StatusCode: c.status}
		got := b.explain(answer)
		if c.want != nil && !errors.Is(got, c.want) || !strings.Contains(got.Error(), c.advice) || !errors.Is(got, answer) {
			t.Errorf("%s: %v, want %v and %q", c.code, got, c.want, c.advice)
		}
	}
}

func TestBucketStopsWhileWaiting(t *testing.T) {
	o := start(t, &server{objects: map[string]string{"events.jsonl": jsonEvents}, cut: 10, ignore: true})
	o.RetryWait = time.Hour
	src, err := Open(context.Background(), "s3://logs", o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err = event.Each(ctx, src, nil, func(*event.Event, event.Part, event.Place) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
	}
}

// The same against a real server.
func TestBucketOnARealServer(t *testing.T) {
	real := miniotest.Start(t)
	t.Setenv("AWS_ACCESS_KEY_ID", real.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", real.SecretKey)
	host, secure := strings.CutPrefix(real.Endpoint, "https://")
	host = strings.TrimPrefix(host, "http://")
	client, err := minio.New(host, &minio.Options{Creds: credentials.NewEnvAWS(), Secure: secure})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	bucket := fmt.Sprintf("curio-eventlog-%d", os.Getpid())
	if err := client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	objects := map[string]string{
		"p/events.jsonl": jsonEvents, "p/events/big.csv.gz": string(zipped(t, csvLog(100_000))), "p/users.csv": "user_id\nu1\n",
	}
	t.Cleanup(func() {
		for key := range objects {
			_ = client.RemoveObject(ctx, bucket, key, minio.RemoveObjectOptions{})
		}
		_ = client.RemoveBucket(ctx, bucket)
	})
	for key, body := range objects {
		if _, err := client.PutObject(ctx, bucket, key, strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	src, err := Open(ctx, "s3://"+bucket+"/p", Options{Endpoint: host, Insecure: !secure})
	if err != nil {
		t.Fatal(err)
	}
	d := readAll(t, src)
	if len(d.Events) != 100_000+len(wantEvents) || len(d.Rejects) != 0 || len(d.Catalogue.Users) != 1 {
		t.Errorf("%d events, %d rejects, %d users", len(d.Events), len(d.Rejects), len(d.Catalogue.Users))
	}
	for _, location := range []string{"/p/events.jsonl", "/p/ev*.jsonl", "/?/events.jsonl"} {
		if src, err = Open(ctx, "s3://"+bucket+location, Options{Endpoint: host, Insecure: !secure}); err != nil {
			t.Fatal(err)
		}
		if n := len(readAll(t, src).Events); n != len(wantEvents) {
			t.Errorf("%s: %d events, want %d", location, n, len(wantEvents))
		}
	}
	at, size, done, err := src.place.openAt(ctx, src.files["events"][0])
	if err != nil || size != int64(len(jsonEvents)) {
		t.Fatal(size, err)
	}
	defer done()
	p := make([]byte, 20)
	if _, err := at.ReadAt(p, 30); err != nil || string(p) != jsonEvents[30:50] {
		t.Errorf("%q, %v", p, err)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	if _, err := Open(ctx, "s3://"+bucket+"/p", Options{Endpoint: host, Insecure: !secure}); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "credentials are wrong") {
		t.Errorf("wrong credentials: %v", err)
	}
}

// Waits double up to five seconds, also for numbers of attempts that shift every
// bit out.
func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		first  time.Duration
		failed int
		want   time.Duration
	}{
		{200 * time.Millisecond, 0, 200 * time.Millisecond}, {200 * time.Millisecond, 1, 400 * time.Millisecond},
		{200 * time.Millisecond, 4, 3200 * time.Millisecond}, {200 * time.Millisecond, 5, 5 * time.Second},
		{5 * time.Second, 0, 5 * time.Second}, {5*time.Second + 1, 0, 5 * time.Second}, {time.Hour, 0, 5 * time.Second},
		{1, 32, 1 << 32}, {1, 33, 5 * time.Second}, {1, 62, 5 * time.Second}, {1, 63, 5 * time.Second}, {1, 64, 5 * time.Second},
		{time.Hour, 1000, 5 * time.Second}, {200 * time.Millisecond, 36, 5 * time.Second}, {200 * time.Millisecond, 1000, 5 * time.Second},
	} {
		if got := backoff(c.first, c.failed); got != c.want {
			t.Errorf("%v after %d attempts: %v, want %v", c.first, c.failed, got, c.want)
		}
	}
}

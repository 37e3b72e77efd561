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

	"curio/datasets/event"
	"curio/datasets/eventlog/code"

	"github.com/google/go-cmp/cmp"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// server answers the two requests the opener makes: list and get.
type server struct {
	objects map[string]string // by key, in one bucket named logs
	cut     int               // bytes after which a body breaks off, 0 for never
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
	type content struct{ Key, ETag string }
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
			answer.CommonPrefixes = append(answer.CommonPrefixes, common{prefix + folder + "/"})
			continue
		}
		answer.Contents = append(answer.Contents, content{key, `"` + s.tag(key) + `"`})
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
	if from := 0; !s.ignore && r.Header.Get("Range") != "" {
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(body)-1, len(body)))
		body, status = body[from:], http.StatusPartialContent
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
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
		if diff := cmp.Diff(wantEvents, d.Events); diff != "" {
			t.Error(diff)
		}
		if len(d.Rejects) != len(wantEvents) || d.Rejects[0].File != "events/more.csv" {
			t.Errorf("rejects %+v, want the second file's events as duplicates", d.Rejects)
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
	if len(d.Events) != 5000 || len(d.Rejects) != 5000 || d.Rejects[4999].Code != code.Duplicate {
		t.Errorf("%d events, %d rejects; want 5000 and as many duplicates", len(d.Events), len(d.Rejects))
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
			err = src.Events(context.Background(), nil, func(*event.Event, event.Part) error { return nil })
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
	err = src.Events(context.Background(), nil, func(*event.Event, event.Part) error { return nil })
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

func TestBucketStopsWhileWaiting(t *testing.T) {
	o := start(t, &server{objects: map[string]string{"events.jsonl": jsonEvents}, cut: 10, ignore: true})
	o.RetryWait = time.Hour
	src, err := Open(context.Background(), "s3://logs", o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err = src.Events(ctx, nil, func(*event.Event, event.Part) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
	}
}

// The same against a real server: host:port in CURIO_TEST_S3_ENDPOINT (a URL
// works too), credentials in the AWS environment.
func TestBucketOnARealServer(t *testing.T) {
	endpoint := os.Getenv("CURIO_TEST_S3_ENDPOINT")
	if endpoint == "" {
		t.Skip("CURIO_TEST_S3_ENDPOINT is not set: give the address of an S3 server, such as MinIO, and AWS credentials")
	}
	host, secure := strings.CutPrefix(endpoint, "https://")
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
}

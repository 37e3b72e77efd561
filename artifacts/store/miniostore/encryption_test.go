package miniostore

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
	"curio/artifacts/store/storetest"
)

func TestEncryption(t *testing.T) {
	t.Parallel()
	server := miniotest.Start(t, miniotest.KMS)
	big := strings.Repeat("0123456789abcdef", 18<<16) // in parts
	for sse, want := range map[string]string{"": "", "s3": "AES256", "kms": "aws:kms", "kms:" + miniotest.Key: "aws:kms"} {
		t.Run(sse, func(t *testing.T) {
			o := options(server)
			o.SSE = sse
			s := open(t, o)
			for key, body := range map[string]string{"small": "x", "big": big} {
				if _, err := s.Put(t.Context(), key, strings.NewReader(body), int64(len(body)), store.Always); err != nil {
					t.Fatal(err)
				}
				stat, err := s.single.StatObject(t.Context(), s.bucket, key, minio.StatObjectOptions{})
				if got := stat.Metadata.Get(encryptedBy); err != nil || got != want {
					t.Errorf("%s is encrypted with %q, %v, want %q", key, got, err, want)
				}
			}
		})
	}
	t.Run("Suite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store {
			o := options(server)
			o.SSE = "kms"
			return open(t, o)
		}, storetest.Differences{Nested: true}, "RoundTrip", "Empty", "Big", "Conditions", "SwapRace", "WholeReads")
	})
	t.Run("UnknownKey", func(t *testing.T) {
		o := options(server)
		o.SSE = "kms:another"
		if err := store.CheckWrite(t.Context(), open(t, o)); !errors.Is(err, store.ErrDenied) || !strings.Contains(err.Error(), "--s3-sse") {
			t.Errorf("CheckWrite = %v, want store.ErrDenied that says what to look at", err)
		}
	})
}

// TestNoEncryption: a server that cannot encrypt is refused, whether it says so
// or not.
func TestNoEncryption(t *testing.T) {
	t.Parallel()
	server := miniotest.Start(t)
	o := options(server)
	o.SSE = "s3"
	err := store.CheckWrite(t.Context(), open(t, o))
	if !errors.Is(err, store.ErrUnsupported) || !strings.Contains(err.Error(), "encryption") {
		t.Errorf("CheckWrite = %v, want store.ErrUnsupported", err)
	}
	forgets := func(r *http.Request) (*http.Response, error) {
		// Stripped before it is sent on, as if the server knew nothing of it. It is
		// signed, so this server sees no signature at all.
		if r.Method == http.MethodPut {
			return &http.Response{StatusCode: 200, Header: http.Header{"Etag": {`"x"`}}, Body: http.NoBody, Request: r}, nil
		}
		return &http.Response{StatusCode: 200, Header: http.Header{"Etag": {`"x"`}, "Last-Modified": {"Mon, 02 Jan 2006 15:04:05 GMT"}, "Content-Length": {"1"}}, Body: http.NoBody, Request: r}, nil
	}
	s, _ := scripted(t, o, forgets)
	_, err = s.Put(t.Context(), "k", strings.NewReader("x"), 1, store.Always)
	if !errors.Is(err, store.ErrUnsupported) {
		t.Errorf("Put to a server that ignores the question = %v, want store.ErrUnsupported", err)
	}
	if _, err := New(t.Context(), Options{Bucket: "bucket", AccessKey: "a", SecretKey: "b", SSE: "aes"}); err == nil || !strings.Contains(err.Error(), "kms:KEY") {
		t.Errorf("New with an unknown encryption = %v", err)
	}
}

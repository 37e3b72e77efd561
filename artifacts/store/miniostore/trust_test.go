package miniostore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
)

func TestCustomAuthority(t *testing.T) {
	t.Parallel()
	server := miniotest.Start(t, miniotest.TLS)
	o := options(server)
	o.CAFile = server.CAFile
	s := open(t, o)
	big := strings.Repeat("0123456789abcdef", 18<<16) // in parts
	for key, body := range map[string]string{"small": "x", "big": big} {
		if _, err := s.Put(t.Context(), key, strings.NewReader(body), int64(len(body)), store.Always); err != nil {
			t.Fatal(err)
		}
	}
	hints := listening(t, s, "small")
	eventually(t, "the stream of events is open", 2*pingEvery, func() bool { return hints.Load() > 0 })

	o.CAFile, o.CreateBucket, o.Attempts = "", false, 3
	_, err := open(t, o).Stat(t.Context(), "small")
	if !errors.Is(err, store.ErrUnreachable) || !strings.Contains(err.Error(), "--s3-ca") {
		t.Errorf("Stat without the authority = %v, want store.ErrUnreachable that says what to give", err)
	}
}

func TestAuthorityFile(t *testing.T) {
	o := Options{Endpoint: "localhost:1", Bucket: "bucket", AccessKey: "a", SecretKey: "b"}
	nonsense := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(nonsense, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, says := range map[string]string{nonsense: "no certificate", nonsense + "2": "no such file"} {
		o.CAFile = file
		if _, err := New(t.Context(), o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("New = %v, want an error that says %q", err, says)
		}
	}
	o.Insecure = true // nothing to trust
	if _, err := New(t.Context(), o); err != nil {
		t.Errorf("New for plain HTTP = %v", err)
	}
}

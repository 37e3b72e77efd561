package open

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
	"curio/artifacts/store/miniostore"
	"curio/artifacts/store/miniotest"
)

func TestFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{
		"store":                  here + "/store",
		"./store":                here + "/store",
		"file://store":           here + "/store",
		"file://./store":         here + "/store",
		"file:///var/lib/curio":  "/var/lib/curio",
		"/var/lib/curio":         "/var/lib/curio",
		"file://with space/100%": here + "/with space/100%",
	} {
		s, err := Open(t.Context(), target, Options{})
		if err != nil {
			t.Errorf("Open(%q) = %v", target, err)
			continue
		}
		if root := filepath.ToSlash(s.(*fsstore.Store).Root()); root != filepath.ToSlash(want) {
			t.Errorf("Open(%q) is the folder %s, want %s", target, root, want)
		}
	}
	if left, _ := os.ReadDir("."); len(left) != 0 {
		t.Errorf("Open made %v", left)
	}
}

func TestBadTargets(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for target, says := range map[string]string{
		"":                 "names no place",
		"file://":          "names no place",
		"s3://":            "names no place",
		"s3:///prefix":     "bucket is missing",
		"s3://bucket/../x": "prefix",
		"s3://No_Bucket":   "3 to 63",
		"http://host/b":    `unknown scheme "http"`,
		file:               "not a folder",
	} {
		_, err := Open(t.Context(), target, Options{})
		if !errors.Is(err, ErrTarget) || !strings.Contains(err.Error(), says) {
			t.Errorf("Open(%q) = %v, want ErrTarget that says %q", target, err, says)
		}
	}
}

func TestBadOptions(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	none := filepath.Join(t.TempDir(), "none.pem")
	for says, o := range map[string]Options{"none of s3, kms": {SSE: "rot13"}, "none.pem": {CAFile: none}} {
		if _, err := Open(t.Context(), "s3://bucket", o); !errors.Is(err, ErrTarget) || !strings.Contains(err.Error(), says) {
			t.Errorf("Open with %+v = %v, want ErrTarget that says %q", o, err, says)
		}
	}
	t.Setenv("AWS_CA_BUNDLE", none)
	if _, err := Open(t.Context(), "s3://bucket", Options{}); !errors.Is(err, ErrTarget) {
		t.Errorf("Open with AWS_CA_BUNDLE = %v, want ErrTarget", err)
	}
}

func TestNoCredentials(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "MINIO_ROOT_USER", "MINIO_ACCESS_KEY"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	if _, err := Open(t.Context(), "s3://bucket", Options{}); !errors.Is(err, store.ErrDenied) {
		t.Errorf("Open = %v, want store.ErrDenied", err)
	}
}

func TestBucket(t *testing.T) {
	server := miniotest.Start(t)
	t.Setenv("AWS_ACCESS_KEY_ID", server.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", server.SecretKey)
	t.Setenv("AWS_ENDPOINT_URL", server.Endpoint)

	s, err := Open(t.Context(), "s3://curio-open/team/a", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.(*miniostore.Store); !ok {
		t.Fatalf("Open = %T", s)
	}
	if err := store.Check(t.Context(), s); !errors.Is(err, store.ErrNoBucket) {
		t.Errorf("Check = %v, want store.ErrNoBucket: nobody asked to make it", err)
	}
	if s, err = Open(t.Context(), "s3://curio-open/team/a", Options{CreateBucket: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "k", strings.NewReader("x"), 1, store.Absent); err != nil {
		t.Fatal(err)
	}
	// The prefix is a part of the key, and an endpoint of host:port needs Insecure.
	t.Setenv("AWS_ENDPOINT_URL", "")
	whole, err := Open(t.Context(), "s3://curio-open", Options{
		Endpoint: strings.TrimPrefix(server.Endpoint, "http://"), Insecure: true, Region: "us-east-1",
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := whole.Stat(t.Context(), "team/a/k"); err != nil || info.Size != 1 {
		t.Errorf("Stat = %+v, %v", info, err)
	}
}

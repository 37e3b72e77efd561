package miniostore

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curio/artifacts/store"
)

// bare clears what credentials may come from.
func bare(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
		"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
		"AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
	} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
}

// found returns the access key that a store with no other credentials signs with.
func found(t *testing.T) (string, error) {
	t.Helper()
	c, err := Options{Bucket: "bucket"}.credentials()
	if err != nil {
		if !errors.Is(err, store.ErrDenied) {
			t.Errorf("%v does not wrap store.ErrDenied", err)
		}
		return "", err
	}
	v, err := c.GetWithContext(nil)
	if err != nil || v.SecretAccessKey == "" {
		t.Errorf("%+v, %v", v, err)
	}
	return v.AccessKeyID, nil
}

func TestCredentialsFromFile(t *testing.T) {
	bare(t)
	file := filepath.Join(t.TempDir(), "credentials")
	body := "[default]\naws_access_key_id = first\naws_secret_access_key = x\n[team]\naws_access_key_id = second\naws_secret_access_key = y\n[half]\naws_access_key_id = third\n"
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	for profile, want := range map[string]string{"": "first", "default": "first", "team": "second"} {
		t.Setenv("AWS_PROFILE", profile)
		if got, err := found(t); err != nil || got != want {
			t.Errorf("profile %q: %q, %v, want %q", profile, got, err, want)
		}
	}
	for profile, says := range map[string]string{"half": "partial", "none": "profile none of the shared credentials file"} {
		t.Setenv("AWS_PROFILE", profile)
		if got, err := found(t); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("profile %q: %q, %v, want an error that says %q", profile, got, err, says)
		}
	}
	t.Setenv("AWS_PROFILE", "team")
	t.Setenv("AWS_ACCESS_KEY_ID", "environment")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "z")
	if got, err := found(t); err != nil || got != "environment" {
		t.Errorf("the environment comes first: %q, %v", got, err)
	}
}

// TestCredentialsOfAnInstance asks a stand-in of the service that gives a machine
// in a cloud its role.
func TestCredentialsOfAnInstance(t *testing.T) {
	bare(t)
	asked := 0
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/latest/api/token":
			fmt.Fprint(w, "token")
		case "/latest/meta-data/iam/security-credentials/":
			fmt.Fprint(w, "role")
		case "/latest/meta-data/iam/security-credentials/role":
			asked++
			fmt.Fprintf(w, `{"Code":"Success","AccessKeyId":"instance-%d","SecretAccessKey":"x","Token":"y","Expiration":"%s"}`,
				asked, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
		default:
			http.NotFound(w, r)
		}
	}))
	defer service.Close()
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.URL)
	if got, err := found(t); err == nil {
		t.Errorf("%q although AWS_EC2_METADATA_DISABLED is set", got)
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "")
	if got, err := found(t); err != nil || got != "instance-1" || asked != 1 {
		t.Errorf("%q, %v after asking %d times, want instance-1 after 1", got, err, asked)
	}
}

// TestNoInstance: where nobody answers, New is not held up for long.
func TestNoInstance(t *testing.T) {
	bare(t)
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("AWS_EC2_METADATA_DISABLED", "")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://"+l.Addr().String())
	began := time.Now()
	_, err = New(t.Context(), Options{Bucket: "bucket"})
	if took := time.Since(began); took > instanceTimeout+time.Second {
		t.Errorf("New took %v", took)
	}
	if !errors.Is(err, store.ErrDenied) || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") || !strings.Contains(err.Error(), "role of this instance") {
		t.Errorf("New = %v, want store.ErrDenied with where it looked", err)
	}
}

// TestCredentialsOfAContainer asks a stand-in of the service that gives a
// container its role.
func TestCredentialsOfAContainer(t *testing.T) {
	bare(t)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "secret" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, `{"AccessKeyId":"container","SecretAccessKey":"x","Token":"y","Expiration":"%s"}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	}))
	defer service.Close()
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", service.URL)
	if got, err := found(t); err == nil || !strings.Contains(err.Error(), "role of this container") {
		t.Errorf("%q, %v without its token", got, err)
	}
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret")
	if got, err := found(t); err != nil || got != "container" {
		t.Errorf("%q, %v, want container", got, err)
	}
}

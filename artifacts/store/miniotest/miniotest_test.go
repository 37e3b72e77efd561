package miniotest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestStartAndStop(t *testing.T) {
	var s Server
	t.Run("Running", func(t *testing.T) {
		s = Start(t)
		resp, err := http.Get(s.Endpoint + "/minio/health/ready")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("health = %s", resp.Status)
		}
	})
	t.Run("Stopped", func(t *testing.T) {
		if s.Endpoint == "" || s.AccessKey != "curio-test" {
			t.Skip("no server of our own was started")
		}
		client := http.Client{Timeout: time.Second, Transport: &http.Transport{}}
		if resp, err := client.Get(s.Endpoint + "/minio/health/ready"); err == nil {
			resp.Body.Close()
			t.Error("the server still answers after its test ended")
		}
	})
}

func TestStartVersity(t *testing.T) {
	resp, err := http.Get(StartVersity(t).Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("without a signature = %s, want 403", resp.Status)
	}
}

func TestBinary(t *testing.T) {
	if _, err := minio.binary(t.Context(), "off"); err == nil || !strings.Contains(err.Error(), envPolicy) {
		t.Errorf("Binary(off) = %v, want an error that names %s", err, envPolicy)
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	_, err := minio.binary(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), envPolicy+"=1") {
		t.Errorf("Binary = %v, want an error that says how to enable it", err)
	}
}

package open

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curio/artifacts/store"
)

// silent returns the address of a server that takes connections and says
// nothing.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

func TestChecked(t *testing.T) {
	s, err := Checked(t.Context(), filepath.Join(t.TempDir(), "store"), Options{}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "k", strings.NewReader("x"), 1, store.Absent); err != nil {
		t.Error(err)
	}
	if _, err := Checked(t.Context(), "ftp://x", Options{}, time.Minute); !errors.Is(err, ErrTarget) {
		t.Errorf("Checked = %v, want ErrTarget", err)
	}
}

func TestThere(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "store")
	if _, err := There(t.Context(), folder, Options{}, time.Minute); !errors.Is(err, ErrTarget) || !strings.Contains(err.Error(), folder) {
		t.Errorf("There = %v, want ErrTarget that names the folder", err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := There(t.Context(), "file://"+folder, Options{}, time.Minute); err != nil {
		t.Errorf("There = %v for a folder", err)
	}
	if _, err := There(t.Context(), "ftp://x", Options{}, time.Minute); !errors.Is(err, ErrTarget) {
		t.Errorf("There = %v, want ErrTarget", err)
	}
}

// Only its own timeout says that the store cannot be reached.
func TestCheckedWithoutAnAnswer(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	const target, soon = "s3://bucket/p", 50 * time.Millisecond
	for name, create := range map[string]bool{"Check": false, "Open": true} {
		o := Options{Endpoint: silent(t), Insecure: true, Region: "us-east-1", CreateBucket: create}
		t.Run(name+"/TimedOut", func(t *testing.T) {
			_, err := Checked(t.Context(), target, o, soon)
			if !errors.Is(err, store.ErrUnreachable) || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), target) {
				t.Errorf("Checked = %v, want store.ErrUnreachable that names the store", err)
			}
		})
		t.Run(name+"/CallerCancels", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(soon, cancel)
			if _, err := Checked(ctx, target, o, time.Minute); !errors.Is(err, context.Canceled) || store.Unavailable(err) {
				t.Errorf("Checked = %v, want context.Canceled", err)
			}
		})
		t.Run(name+"/CallerDeadline", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), soon)
			defer cancel()
			if _, err := Checked(ctx, target, o, time.Minute); !errors.Is(err, context.DeadlineExceeded) || store.Unavailable(err) {
				t.Errorf("Checked = %v, want context.DeadlineExceeded", err)
			}
		})
	}
}

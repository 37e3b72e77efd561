// Package miniotest gives tests a real MinIO server.
//
// It uses the server that CURIO_TEST_S3_ENDPOINT names (host:port or a URL, with
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), else starts one of its own on
// the loopback interface, from a binary that it builds once from the module
// proxy into the user's cache folder. CURIO_TEST_MINIO decides about the
// building:
//
//	unset    use the binary if it is there, else skip the test
//	1        build it if need be; skip the test if that cannot be done
//	require  build it if need be; fail the test if that cannot be done
//	off      skip the test
//
// The server is under the AGPL: it is a process beside the tests, and nothing
// of it is linked.
package miniotest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	envEndpoint = "CURIO_TEST_S3_ENDPOINT"
	envPolicy   = "CURIO_TEST_MINIO"

	readyWithin = 30 * time.Second
	margin      = time.Minute
)

// Server is a running S3 server.
type Server struct {
	Endpoint             string // http://host:port
	AccessKey, SecretKey string
}

// Start returns a running server, or ends the test with the reason why there is
// none. A server it started stops with the test.
func Start(t testing.TB) Server {
	t.Helper()
	if endpoint := os.Getenv(envEndpoint); endpoint != "" {
		if !strings.Contains(endpoint, "://") {
			endpoint = "http://" + endpoint
		}
		return Server{endpoint, os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")}
	}
	ctx, cancel := beforeTimeout(t)
	defer cancel()
	binary, err := Binary(ctx, os.Getenv(envPolicy))
	if err != nil {
		if os.Getenv(envPolicy) == "require" {
			t.Fatalf("no MinIO server: %v", err)
		}
		t.Skipf("no MinIO server: %v", err)
	}
	s, err := run(t, binary)
	if err != nil {
		t.Fatalf("start %s: %v", binary, err)
	}
	return s
}

// beforeTimeout returns a context that ends in time to say why, before the test
// binary runs into its -timeout.
func beforeTimeout(t testing.TB) (context.Context, context.CancelFunc) {
	if test, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if deadline, ok := test.Deadline(); ok {
			return context.WithDeadline(t.Context(), deadline.Add(-margin))
		}
	}
	return context.WithCancel(t.Context())
}

// run starts binary and waits until it answers. Between choosing a port and
// opening it somebody else may take it: then it tries another.
func run(t testing.TB, binary string) (s Server, err error) {
	for range 3 {
		if s, err = runOnce(t, binary); err == nil {
			return s, nil
		}
	}
	return s, err
}

func runOnce(t testing.TB, binary string) (Server, error) {
	address, err := freeAddress()
	if err != nil {
		return Server{}, err
	}
	s := Server{Endpoint: "http://" + address, AccessKey: "curio-test", SecretKey: rand.Text()}
	data := t.TempDir()
	logPath := filepath.Join(t.TempDir(), "minio.log")
	log, err := os.Create(logPath)
	if err != nil {
		return Server{}, err
	}
	defer log.Close()

	cmd := exec.Command(binary, "server", "--quiet", "--address", address, data)
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+s.AccessKey, "MINIO_ROOT_PASSWORD="+s.SecretKey,
		"MINIO_BROWSER=off", "MINIO_UPDATE=off", "MINIO_CI_CD=1")
	cmd.Stdout, cmd.Stderr = log, log
	exited, err := startBound(cmd)
	if err != nil {
		return Server{}, err
	}
	t.Cleanup(func() {
		cmd.Process.Kill() // its data is about to be removed
		<-exited
	})
	if err := waitReady(t.Context(), s.Endpoint, exited); err != nil {
		said, _ := os.ReadFile(logPath)
		return Server{}, fmt.Errorf("%w; it said:\n%s", err, said)
	}
	return s, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func waitReady(ctx context.Context, endpoint string, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/minio/health/ready", nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-exited:
			return fmt.Errorf("the server ended by itself")
		case <-ctx.Done():
			return fmt.Errorf("not ready within %v: %w", readyWithin, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

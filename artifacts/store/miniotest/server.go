// Package miniotest gives tests a real MinIO server, and another S3 server to
// compare it with.
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
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
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
	envVersity  = "CURIO_TEST_VERSITY"

	readyWithin = 30 * time.Second
	margin      = time.Minute
)

// Server is a running S3 server.
type Server struct {
	Endpoint             string // http://host:port
	AccessKey, SecretKey string

	// CAFile is the certificate of a server with TLS, in PEM.
	CAFile string
}

// Feature is something that a server of our own does besides the usual.
type Feature int

const (
	TLS Feature = iota // https, with a certificate of its own
	KMS                // server-side encryption, with the key Key
)

// Key is the name of the key that a server with KMS has.
const Key = "curio-key"

// Start returns a running server, or ends the test with the reason why there is
// none. A server it started stops with the test. With features it is always one
// that it started.
func Start(t testing.TB, features ...Feature) Server {
	t.Helper()
	if endpoint := os.Getenv(envEndpoint); endpoint != "" && len(features) == 0 {
		if !strings.Contains(endpoint, "://") {
			endpoint = "http://" + endpoint
		}
		return Server{Endpoint: endpoint, AccessKey: os.Getenv("AWS_ACCESS_KEY_ID"), SecretKey: os.Getenv("AWS_SECRET_ACCESS_KEY")}
	}
	return run(t, minio, func(binary, address string) (Server, *exec.Cmd, error) {
		return prepareMinIO(t, binary, address, features)
	})
}

// StartVersity returns a running Versity S3 Gateway, which keeps objects as files
// and speaks S3 with conditional writes and no bucket notifications: what others
// than MinIO do. CURIO_TEST_VERSITY decides about building it, as CURIO_TEST_MINIO
// does about MinIO.
func StartVersity(t testing.TB) Server {
	t.Helper()
	return run(t, versity, func(binary, address string) (Server, *exec.Cmd, error) {
		s := Server{Endpoint: "http://" + address, AccessKey: "curio-test", SecretKey: rand.Text()}
		// Not every file system has the attributes that it would keep metadata in.
		cmd := exec.Command(binary, "--port", address, "--quiet", "posix", "--sidecar", t.TempDir(), t.TempDir())
		cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY_ID="+s.AccessKey, "ROOT_SECRET_ACCESS_KEY="+s.SecretKey)
		return s, cmd, nil
	})
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

// prepare returns a server and the command that starts it.
type prepare func(binary, address string) (Server, *exec.Cmd, error)

// run starts a server and waits until it answers, or ends the test with the reason
// why there is none.
func run(t testing.TB, p program, prepare prepare) (s Server) {
	t.Helper()
	ctx, cancel := beforeTimeout(t)
	defer cancel()
	binary, err := p.binary(ctx, os.Getenv(p.policy))
	if err != nil {
		if os.Getenv(p.policy) == "require" {
			t.Fatalf("no %s server: %v", p.name, err)
		}
		t.Skipf("no %s server: %v", p.name, err)
	}
	// Between choosing a port and opening it somebody else may take it: then it tries
	// another.
	for range 3 {
		if s, err = runOnce(t, binary, prepare); err == nil {
			return s
		}
	}
	t.Fatalf("start %s: %v", binary, err)
	return s
}

func runOnce(t testing.TB, binary string, prepare prepare) (Server, error) {
	address, err := freeAddress()
	if err != nil {
		return Server{}, err
	}
	s, cmd, err := prepare(binary, address)
	if err != nil {
		return Server{}, err
	}
	logPath := filepath.Join(t.TempDir(), "server.log")
	log, err := os.Create(logPath)
	if err != nil {
		return Server{}, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	exited, err := startBound(cmd)
	if err != nil {
		return Server{}, err
	}
	t.Cleanup(func() {
		cmd.Process.Kill() // its data is about to be removed
		<-exited
	})
	if err := waitReady(t.Context(), s, exited); err != nil {
		said, _ := os.ReadFile(logPath)
		return Server{}, fmt.Errorf("%w; it said:\n%s", err, said)
	}
	return s, nil
}

func prepareMinIO(t testing.TB, binary, address string, features []Feature) (Server, *exec.Cmd, error) {
	s := Server{Endpoint: "http://" + address, AccessKey: "curio-test", SecretKey: rand.Text()}
	certificates := t.TempDir()
	cmd := exec.Command(binary, "server", "--quiet", "--address", address, "--certs-dir", certificates, t.TempDir())
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+s.AccessKey, "MINIO_ROOT_PASSWORD="+s.SecretKey,
		"MINIO_BROWSER=off", "MINIO_UPDATE=off", "MINIO_CI_CD=1")
	for _, f := range features {
		switch f {
		case TLS:
			s.Endpoint = "https://" + address
			var err error
			if s.CAFile, err = certify(certificates); err != nil {
				return s, nil, err
			}
		case KMS:
			var key [32]byte
			rand.Read(key[:])
			cmd.Env = append(cmd.Env, "MINIO_KMS_SECRET_KEY="+Key+":"+base64.StdEncoding.EncodeToString(key[:]))
		}
	}
	return s, cmd, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func waitReady(ctx context.Context, s Server, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}}}
	if s.CAFile != "" {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			return err
		}
		client.Transport.(*http.Transport).TLSClientConfig.RootCAs.AppendCertsFromPEM(pem)
	}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint+"/minio/health/ready", nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			// Versity has no such page, and answers for all that it is there.
			if resp.StatusCode == http.StatusOK || resp.Header.Get("Server") == "VERSITYGW" {
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

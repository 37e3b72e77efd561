package miniotest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"curio/artifacts/store/filelock"
)

// program is a server that is built from the module proxy.
type program struct {
	name    string // of the binary
	path    string // of its package
	version string
	policy  string // variable that decides about building it
	cost    string // of building it
	instead string // of building it
}

var (
	// The last version whose bucket notifications arrive.
	minio = program{
		name: "minio", path: "github.com/minio/minio", version: "v0.0.0-20250907161309-07c3a429bfed", policy: envPolicy,
		cost: "two minutes, 120 MB", instead: ", or " + envEndpoint + ", AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to use a running one",
	}
	versity = program{
		name: "versitygw", path: "github.com/versity/versitygw/cmd/versitygw", version: "v1.8.0", policy: envVersity,
		cost: "a minute, 45 MB",
	}
)

// binary returns the path of the server's binary. With policy "1" or "require"
// it builds it first if it is not there, which takes about two minutes and once
// only, whatever number of test processes ask at the same time. The error says
// why there is none and what would help.
func (p program) binary(ctx context.Context, policy string) (string, error) {
	if policy == "off" {
		return "", errors.New(p.policy + "=off")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder to keep it in: %w", err)
	}
	folder := filepath.Join(cache, "curio", p.name+"-"+p.version)
	binary := filepath.Join(folder, p.name)
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if isFile(binary) {
		return binary, nil
	}
	if policy != "1" && policy != "require" {
		return "", fmt.Errorf("it has not been built yet: set %s=1 to build it once into %s (%s)%s", p.policy, folder, p.cost, p.instead)
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	unlock, err := filelock.Lock(ctx, filepath.Join(folder, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if isFile(binary) {
		return binary, nil // another process built it while this one waited
	}
	return binary, p.build(ctx, folder, binary)
}

// build compiles the server outside the module of the caller, so that neither
// knows of the other, and moves it into place when it is whole.
func (p program) build(ctx context.Context, folder, binary string) error {
	tmp, err := os.MkdirTemp(folder, "build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	fmt.Fprintf(os.Stderr, "building %s@%s into %s, once (%s)\n", p.path, p.version, folder, p.cost)
	cmd := exec.CommandContext(ctx, "go", "install", "-ldflags=-s -w", p.path+"@"+p.version)
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "GOBIN="+tmp, "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "GOOS=", "GOARCH=")
	cmd.WaitDelay = time.Second // the compilers it started may hold its output open
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("building it took longer than this test may; what is built so far is kept, so try again, or with a longer -timeout (%w)", ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("go install %s@%s: %w: %s", p.path, p.version, err, tail(string(out)))
	}
	return os.Rename(filepath.Join(tmp, filepath.Base(binary)), binary)
}

// tail returns the last lines of what a command said, without the downloads.
func tail(out string) string {
	var lines []string
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "go: downloading") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines[max(0, len(lines)-5):], ""))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

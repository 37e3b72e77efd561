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

// The version of the server: the last one whose bucket notifications arrive.
const (
	module  = "github.com/minio/minio"
	version = "v0.0.0-20250907161309-07c3a429bfed"
)

// Binary returns the path of the server's binary. With policy "1" or "require"
// it builds it first if it is not there, which takes about two minutes and once
// only, whatever number of test processes ask at the same time. The error says
// why there is none and what would help.
func Binary(ctx context.Context, policy string) (string, error) {
	if policy == "off" {
		return "", errors.New(envPolicy + "=off")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder to keep it in: %w", err)
	}
	folder := filepath.Join(cache, "curio", "minio-"+version)
	binary := filepath.Join(folder, "minio")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if isFile(binary) {
		return binary, nil
	}
	if policy != "1" && policy != "require" {
		return "", fmt.Errorf("it has not been built yet: set %s=1 to build it once into %s (two minutes, 120 MB), "+
			"or %s, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to use a running one", envPolicy, folder, envEndpoint)
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
	return binary, build(ctx, folder, binary)
}

// build compiles the server outside the module of the caller, so that neither
// knows of the other, and moves it into place when it is whole.
func build(ctx context.Context, folder, binary string) error {
	tmp, err := os.MkdirTemp(folder, "build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	fmt.Fprintf(os.Stderr, "building %s@%s into %s, once; this takes about two minutes\n", module, version, folder)
	cmd := exec.CommandContext(ctx, "go", "install", "-ldflags=-s -w", module+"@"+version)
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "GOBIN="+tmp, "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "GOOS=", "GOARCH=")
	cmd.WaitDelay = time.Second // the compilers it started may hold its output open
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("building it took longer than this test may; what is built so far is kept, so try again, or with a longer -timeout (%w)", ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("go install %s@%s: %w: %s", module, version, err, tail(string(out)))
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

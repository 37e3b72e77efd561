package bench

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// peerModule is a peer written in Go that is a module of its own, in this repository,
// because it needs what the rest does without.
type peerModule struct {
	folder string
	name   string // of the program
	what   string // it is
	needs  string // to be built
}

// build builds the module once for each content it has, into the cache folder of
// the user, and returns the path of the program. The error says what is missing.
func (m peerModule) build(ctx context.Context, notes io.Writer) (string, error) {
	sum, err := contentOf(m.folder)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder to keep the program in: %w", err)
	}
	program := filepath.Join(cache, "curio", m.name+"-"+sum)
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return "", err
	}
	fmt.Fprintf(notes, "building %s into %s, once; it may have to be fetched\n", m.what, program)
	unfinished := fmt.Sprintf("%s.%d.tmp", program, os.Getpid())
	defer os.Remove(unfinished)
	var printed tail
	c := exec.CommandContext(ctx, "go", "build", "-C", m.folder, "-ldflags=-s -w", "-o", unfinished, ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=1", "GOWORK=off")
	c.Stdout, c.Stderr, c.WaitDelay = &printed, &printed, killed
	switch err := c.Run(); {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("there is no go here to build it with")
	case err != nil:
		return "", fmt.Errorf("go build -C %s: %w: %s (it needs %s)", m.folder, err, printed.lastLine(), m.needs)
	}
	return program, os.Rename(unfinished, program)
}

// contentOf is a short name of what is in the files of a folder.
func contentOf(folder string) (string, error) {
	var names []string
	for _, pattern := range []string{"go.mod", "go.sum", "*.go"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return "", err
		}
		names = append(names, found...)
	}
	if !slices.Contains(names, filepath.Join(folder, "go.mod")) {
		return "", fmt.Errorf("there is no go.mod in %s: run it from the folder of the module, or say where that is", folder)
	}
	h := sha256.New()
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.Base(name), len(text))
		h.Write(text)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), nil
}

package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const folder = ".." // of package client

func TestClientIsWhatTheDocumentSays(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	again, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if !bytes.Equal(want, again[name]) {
			t.Errorf("%s differs from one run to the next", name)
		}
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("go generate ./serve/client would change %s: %s", name, diff)
		}
	}
}

func TestRunWritesTheFiles(t *testing.T) {
	dir := t.TempDir()
	if code := run(dir, os.Stderr); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	for _, name := range []string{"types.go", "methods.go"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.HasPrefix(data, []byte("// Code generated ")) {
			t.Errorf("%s: %.40q %v", name, data, err)
		}
	}
	var stderr bytes.Buffer
	if code := run(filepath.Join(dir, "no"), &stderr); code != 1 || stderr.Len() == 0 {
		t.Errorf("exit code %d, %q", code, &stderr)
	}
}

// Whoever imports the client takes nothing else in.
func TestClientNeedsTheStandardLibraryAlone(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if first, _, _ := strings.Cut(path, "/"); err != nil || strings.Contains(first, ".") || first == "curio" {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

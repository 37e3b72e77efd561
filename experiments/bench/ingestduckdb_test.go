package bench

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// module makes a module of a main package that says it is DuckDB.
func module(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module peer\n\ngo 1.26\n", "main.go": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// caches are where programs are kept, and where go keeps what it built.
func caches(t *testing.T) string {
	t.Helper()
	if cache, err := os.UserCacheDir(); err == nil && os.Getenv("GOCACHE") == "" {
		t.Setenv("GOCACHE", filepath.Join(cache, "go-build"))
	}
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	return dir
}

func TestBuildDuckDB(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	cache := caches(t)
	if got, err := os.UserCacheDir(); err != nil || got != cache {
		t.Skip("the cache folder cannot be moved on this system")
	}
	dir := module(t, "package main\n\nfunc main() { println(1) }\n")
	var first string
	for round, want := range []int{1, 0} {
		var notes strings.Builder
		program, err := buildDuckDB(t.Context(), dir, &notes)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(notes.String(), "building"); got != want || round > 0 && program != first {
			t.Errorf("round %d: %s was built %d times", round, program, got)
		}
		first = program
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() { println(2) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if program, err := buildDuckDB(t.Context(), dir, io.Discard); err != nil || program == first {
		t.Errorf("another content: program %s, error %v", program, err)
	}
	if left, err := os.ReadDir(filepath.Join(cache, "curio")); err != nil || len(left) != 2 {
		t.Errorf("%d files in the cache, error %v", len(left), err)
	}
}

func TestIngestWithoutDuckDB(t *testing.T) {
	caches(t)
	in := Ingest{Platform: small(), Formats: []string{"csv"}, Rounds: 1, Workers: 1, Peers: true, Self: self(t, "ours")}
	for name, c := range map[string]struct{ folder, path, want string }{
		"NoFolder":     {filepath.Join(t.TempDir(), "duckdb"), os.Getenv("PATH"), "no go.mod in"},
		"NoGo":         {module(t, "package main\n"), t.TempDir(), "there is no go here"},
		"DoesNotBuild": {module(t, "package main\n\nfunc main() { x }\n"), os.Getenv("PATH"), "undefined: x (it needs cgo"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PATH", c.path)
			in := in
			in.DuckDB = c.folder
			r, err := in.Run(t.Context(), time.Now, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(r.LeftOut, "DuckDB: ") || !strings.Contains(r.LeftOut, c.want) {
				t.Errorf("left out %q does not say %q", r.LeftOut, c.want)
			}
			var programs []string
			for _, p := range r.Formats[0].Passes {
				programs = append(programs, p.Pass+" "+p.Program)
			}
			if got := strings.Join(programs, ", "); got != "read curio, read encoding/csv, ingest curio" {
				t.Errorf("measured %s", got)
			}
		})
	}
}

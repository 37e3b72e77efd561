package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rule says what the packages below a folder may import directly. Paths end in /
// when everything below them is meant.
type rule struct {
	of    string   // packages the rule is about
	never []string // what they must not import
	but   []string // exceptions to of
}

// Who may import whom. Vendor types stay behind one fence each.
var rules = []rule{
	{of: "curio/datasets/", never: []string{"curio/features/", "curio/artifacts/", "curio/train/", "curio/serve/", "curio/experiments/"}},
	{of: "curio/features/", never: []string{"curio/artifacts/", "curio/train/", "curio/serve/", "curio/experiments/", "curio/datasets/eventlog", "curio/datasets/synth", "curio/datasets/public"}},
	{of: "curio/artifacts/", never: []string{"curio/train/", "curio/serve/", "curio/experiments/", "curio/datasets/eventlog", "curio/datasets/synth", "curio/datasets/public", "curio/datasets/split"}},
	{of: "curio/artifacts/command", never: []string{"curio/"}},
	{of: "curio/artifacts/interest", never: []string{"curio/artifacts/store/", "curio/artifacts/registry", "curio/artifacts/bundle"}},
	{of: "curio/artifacts/segment", never: []string{"curio/artifacts/store/", "curio/artifacts/registry", "curio/artifacts/bundle"}},
	{of: "curio/artifacts/modeltest", never: []string{"curio/artifacts/store/", "curio/artifacts/registry", "curio/artifacts/bundle", "curio/features/"}},
	{of: "curio/", never: []string{"curio/artifacts/modeltest"}}, // but for tests, which are not looked at
	{of: "curio/train", never: []string{"curio/serve/"}},
	{of: "curio/serve", never: []string{"curio/train/", "curio/experiments/", "curio/datasets/eventlog", "curio/datasets/synth", "curio/datasets/public", "curio/datasets/split"}},
	{of: "curio/experiments/run", never: []string{"curio/train/", "curio/serve/", "curio/datasets/"}},
	{of: "curio/", never: []string{"github.com/gin-gonic/"}, but: []string{"curio/serve/api", "curio/experiments/bench"}},
	{of: "curio/", never: []string{"github.com/danielgtaylor/", "github.com/swaggest/"}, but: []string{"curio/serve/api", "curio/serve/client/generate"}},
	{of: "curio/", never: []string{"github.com/expr-lang/"}, but: []string{"curio/serve/recommend"}},
	{of: "curio/", never: []string{"golang.org/x/time"}, but: []string{"curio/serve/guard"}},
	{of: "curio/serve/client", never: []string{"curio/", "github.com/"}, but: []string{"curio/serve/client/generate"}},
	{of: "curio/", never: []string{"github.com/minio/"}, but: []string{"curio/artifacts/store/miniostore", "curio/datasets/eventlog", "curio/experiments/bench"}},
	{of: "curio/", never: []string{"gorgonia.org/", "github.com/chewxy/"}, but: []string{"curio/train/twotower"}},
	{of: "curio/datasets/privacy", never: []string{"curio/datasets/eventlog", "curio/datasets/public", "curio/datasets/synth", "curio/datasets/timeline", "curio/datasets/census"}},
	{of: "curio/", never: []string{"filippo.io/age"}, but: []string{"curio/datasets/privacy/seal"}},
	{of: "curio/", never: []string{"gonum.org/v1/plot"}, but: []string{"curio/datasets/census", "curio/train/evaluate"}},
	{of: "curio/", never: []string{"github.com/goccy/go-yaml"}, but: []string{"curio/artifacts/command", "curio/datasets/eventlog/mapping", "curio/datasets/clean"}},
	{of: "curio/", never: []string{"github.com/sjwhitworth/"}, but: []string{"curio/train/clustering"}},
}

// within reports whether path is the package of prefix or one below it.
func within(path, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

func packages(t *testing.T, args ...string) []listed {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,Deps"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportDirections(t *testing.T) {
	all := packages(t, "curio/...")
	if len(all) < 20 {
		t.Fatalf("only %d packages found", len(all))
	}
	for _, p := range all {
		for _, r := range rules {
			if !within(p.ImportPath, r.of) || slices.ContainsFunc(r.but, func(b string) bool { return within(p.ImportPath, b) }) {
				continue
			}
			for _, imported := range p.Imports {
				for _, never := range r.never {
					if within(imported, never) {
						t.Errorf("%s must not import %s", p.ImportPath, imported)
					}
				}
			}
		}
	}
}

// What events are is independent of everything else, and what serves links
// nothing that only training needs, and no test package.
func TestDependencies(t *testing.T) {
	for _, p := range packages(t, "curio/datasets/event") {
		for _, imported := range p.Imports {
			if strings.Contains(strings.Split(imported, "/")[0], ".") || strings.HasPrefix(imported, "curio/") {
				t.Errorf("%s imports %s; only the standard library is allowed", p.ImportPath, imported)
			}
		}
	}
	for _, p := range packages(t, "curio/serve") {
		for _, dep := range p.Deps {
			for _, never := range []string{
				"curio/datasets/eventlog", "curio/datasets/synth", "curio/datasets/public", "curio/datasets/split",
				"curio/datasets/timeline", "curio/datasets/census", "curio/datasets/clean",
				"curio/train", "curio/experiments", "gorgonia.org", "github.com/sjwhitworth/golearn",
			} {
				if within(dep, never) {
					t.Errorf("serve depends on %s", dep)
				}
			}
			if within(dep, "curio") && strings.HasSuffix(dep, "test") {
				t.Errorf("serve depends on the test package %s", dep)
			}
		}
	}
}

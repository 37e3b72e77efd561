package main

import (
	"os/exec"
	"strings"
	"testing"
)

// golist runs go list in the module.
func golist(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// Serving links nothing that only training needs.
func TestServeImportsNoTraining(t *testing.T) {
	for _, path := range golist(t, "-deps", "./serve") {
		for _, never := range []string{
			"curio/datasets/eventlog", "curio/datasets/synth", "curio/datasets/public", "curio/datasets/split",
			"curio/train", "curio/experiments", "gorgonia.org", "github.com/sjwhitworth/golearn",
		} {
			if path == never || strings.HasPrefix(path, never+"/") {
				t.Errorf("serve depends on %s", path)
			}
		}
		if strings.HasSuffix(path, "test") && strings.HasPrefix(path, "curio/") {
			t.Errorf("serve depends on the test package %s", path)
		}
	}
}

// gin stays in serve/api, and nothing of serve imports a store's own client.
func TestServeFences(t *testing.T) {
	for _, line := range golist(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./serve/...") {
		path, imports, _ := strings.Cut(line, " ")
		for _, i := range strings.Fields(imports) {
			if strings.HasPrefix(i, "github.com/gin-gonic/") && path != "curio/serve/api" {
				t.Errorf("%s imports %s", path, i)
			}
			if strings.HasPrefix(i, "github.com/minio/") {
				t.Errorf("%s imports %s", path, i)
			}
		}
	}
}

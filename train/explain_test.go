package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"curio/artifacts/command"
)

// explained is what --explain-config says of a setting.
type explained struct {
	Group, Name, Source, Range, About string
	Value                             any
}

// explain returns what train says of its settings without doing anything.
func explain(t *testing.T, args ...string) map[string]explained {
	t.Helper()
	store := filepath.Join(t.TempDir(), "store")
	code, stdout, stderr := program(context.Background(), append(args, "--explain-config", "--json", "--store", store)...)
	if code != command.Done || stderr != "" {
		t.Fatalf("exit code %d, standard error %q", code, stderr)
	}
	if _, err := os.Stat(store); err == nil {
		t.Error("a store was made")
	}
	var all []explained
	if err := json.Unmarshal([]byte(stdout), &all); err != nil {
		t.Fatal(err)
	}
	settings := map[string]explained{}
	for _, s := range all {
		settings[s.Name] = s
	}
	return settings
}

func TestExplainsEverySetting(t *testing.T) {
	settings := explain(t, "--id-dropout", "0.25")
	for name, s := range settings {
		if s.Range == "" || s.About == "" {
			t.Errorf("%s is not explained: %+v", name, s)
		}
	}
	for name, source := range map[string]string{
		"dense-learning-rate": "default", "bias-learning-rate": "default", "id-dropout": "flag", "graph-user-power": "default",
		"checks.currency.rates": "default", "profiles.need_days": "default", "report.drift.each": "default",
	} {
		if got := settings[name].Source; got != source {
			t.Errorf("%s is from %q, want %q", name, got, source)
		}
	}
}

// What a section's tags say of a range is what its check finds.
func TestExplainsRangesOfSections(t *testing.T) {
	tried := 0
	for name, s := range explain(t) {
		path := strings.Split(name, ".")
		low, high, ranges := strings.Cut(s.Range, "..")
		from, isFrom := strings.CutPrefix(s.Range, "from ")
		if isFrom {
			low, high = from, from
		}
		least, lowErr := strconv.ParseFloat(low, 64)
		most, highErr := strconv.ParseFloat(high, 64)
		if len(path) == 1 || !ranges && !isFrom || lowErr != nil || highErr != nil {
			continue
		}
		tried++
		within := map[float64]bool{least: true, most: true, least - 1: false, most + 1: isFrom}
		for value, want := range within {
			file := filepath.Join(t.TempDir(), "c.yaml")
			text := fmt.Sprintf("%v%s", value, strings.Repeat("}", len(path)-1))
			text = strings.Join(path[:1], "") + ": {" + strings.Join(path[1:], ": {") + ": " + text
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, _, stderr := program(context.Background(), "--explain-config", "--config", file)
			if got := code == command.Done; got != want || !got && !strings.Contains(stderr, path[len(path)-1]) {
				t.Errorf("%s: %s is said to be valid: %v, and the program says %q", text, s.Range, want, stderr)
			}
		}
	}
	if tried < 15 {
		t.Errorf("only %d ranges were tried", tried)
	}
}

func TestExplainsNoSecret(t *testing.T) {
	key := "5d1c7e90ab34f2688e01c9d7735a4bf06c2e9915d8b7a3405f6e1d2c8b9a7043"
	t.Setenv("CURIO_PSEUDONYM_KEY", key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-s3")
	for _, args := range [][]string{{"--explain-config"}, {"--explain-config", "--json"}} {
		code, stdout, stderr := program(context.Background(), args...)
		if all := stdout + stderr; code != command.Done || strings.Contains(all, key) || strings.Contains(all, "a-secret-of-s3") {
			t.Errorf("%v: exit code %d\n%s", args, code, all)
		}
	}
}

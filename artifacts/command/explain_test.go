package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

type garden struct {
	Beds  int               `yaml:"beds" range:"1..9" help:"beds of the garden"`
	Seeds map[string]string `yaml:"seeds" range:"words" help:"what grows, by month"`
	Pond  struct {
		Depth float64 `yaml:"depth" range:"0..3" help:"of the pond, in metres"`
		Frogs bool    `yaml:"-"`
	} `yaml:"pond"`
}

// explained parses args for a program that has flags in two groups, a section and
// a configuration file at c.yaml in the working folder.
func explained(t *testing.T, file string, args ...string) (string, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("c.yaml", []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	f, s := New("try", "try does nothing."), settings{}
	f.Group("who")
	f.String(&s.name, "name", "anna", "a name")
	f.Group("how")
	f.Choice(&s.kind, "kind", "a", []string{"a", "b"}, "which `WORD`, and "+strings.Repeat("on ", 40)+"until the line is full")
	f.Float(&s.x, "x", 0.5, 0, 1e6, "share")
	f.Duration(&s.wait, "wait", time.Second, 0, time.Minute, "how long")
	f.Group("who")
	f.Seed(&s.seed, "seed", 1, "seed")
	f.Bool(&s.on, "json", "as JSON")
	g := garden{Beds: 2}
	f.Section(&g, "garden", "what is outside")
	var out bytes.Buffer
	err := f.Parse(append(args, "--explain-config"), &out, nil)
	return out.String(), err
}

const gardenFile = "seed: [3, 4]\nx: 1000000\ngarden:\n  pond: {depth: 1}\n  seeds:\n    may: peas\n"

func TestExplain(t *testing.T) {
	t.Setenv("CURIO_WAIT", "90ms")
	got, err := explained(t, gardenFile, "--config", "c.yaml", "--name", "a name that is wider than its column")
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("error %v, want flag.ErrHelp", err)
	}
	want := `  SETTING                           VALUE               SOURCE                RANGE

program
  config                            c.yaml              flag                  a text that is not empty
      YAML FILE with any of these flags as keys

who
  name                              a name that is wider than its column
                                                        flag                  a text that is not empty
      a name
  seed                              4                   config c.yaml:1       a whole number from 0
      seed
  json                              false               default               true or false
      as JSON

how
  kind                              a                   default               one of a, b
      which WORD, and on on on on on on on on on on on on on on on on on on on on on on on on on on on on on on on on on
      on on on on on on on until the line is full
  x                                 1000000             config c.yaml:2       a number in 0..1000000
      share
  wait                              90ms                environment           a duration in 0s..1m0s, such as 2s or
                                                                              500ms
      how long

section garden
  garden.beds                       2                   default               1..9
      beds of the garden
  garden.seeds                      {"may":"peas"}      config c.yaml:5       words
      what grows, by month
  garden.pond.depth                 1                   config c.yaml:4       0..3
      of the pond, in metres
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(got) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestExplainJSON(t *testing.T) {
	got, err := explained(t, gardenFile, "--json", "--config=c.yaml")
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("error %v, want flag.ErrHelp", err)
	}
	var all []map[string]any
	if err := json.Unmarshal([]byte(got), &all); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range all {
		lines = append(lines, fmt.Sprintf("%s %s=%v (%T) %s", s["group"], s["name"], s["value"], s["value"], s["source"]))
	}
	want := []string{
		"program config=c.yaml (string) flag", "who name=anna (string) default", "who seed=4 (float64) config c.yaml:1",
		"who json=true (bool) flag", "how kind=a (string) default", "how x=1e+06 (float64) config c.yaml:2",
		"how wait=1s (string) default", "section garden garden.beds=2 (float64) default",
		"section garden garden.seeds=map[may:peas] (map[string]interface {}) config c.yaml:5",
		"section garden garden.pond.depth=1 (float64) config c.yaml:4",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

func TestExplainSources(t *testing.T) {
	for name, c := range map[string]struct{ file, setting, want string }{
		"said like the default": {"garden:\n  beds: 2\n", "garden.beds", "2 config c.yaml:2"},
		"merged":                {"garden:\n  <<: {beds: 3}\n", "garden.beds", "3 config c.yaml:1"},
		"quoted key":            {"garden:\n  'beds': 3\n", "garden.beds", "3 config c.yaml:2"},
		"empty map":             {"", "garden.seeds", "{} default"},
		"the flag before all":   {"name: file\n", "name", "flag flag"},
		"environment next":      {"x: 3\n", "x", "2 environment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CURIO_X", "2")
			out, err := explained(t, c.file, "--config", "c.yaml", "--name", "flag")
			if !errors.Is(err, flag.ErrHelp) {
				t.Fatalf("error %v, want flag.ErrHelp", err)
			}
			for line := range strings.Lines(out) {
				if words := strings.Fields(line); len(words) > 3 && words[0] == c.setting {
					if got := strings.Join(words[1:], " "); !strings.HasPrefix(got, c.want+" ") {
						t.Errorf("%s is %s, want %s", c.setting, got, c.want)
					}
					return
				}
			}
			t.Errorf("no %s in\n%s", c.setting, out)
		})
	}
}

func TestExplainQuotes(t *testing.T) {
	for text, want := range map[string]string{
		"": `""`, "a b": "a b", " a": `" a"`, "a\n": `"a\n"`, "a\x1b[1mb": `"a\x1b[1mb"`, "größe": "größe",
	} {
		if got := printed(text); got != want {
			t.Errorf("%q is printed as %s, want %s", text, got, want)
		}
	}
}

func TestExplainFaults(t *testing.T) {
	var usage *UsageError
	if out, err := explained(t, "x: much\n", "--config", "c.yaml"); !errors.As(err, &usage) || out != "" {
		t.Errorf("a fault in the file: error %v, wrote %q", err, out)
	}
	if out, err := explained(t, "", "--seed=-1", "--config="); !errors.As(err, &usage) || len(usage.Faults) != 2 || out != "" {
		t.Errorf("faults of flags: error %v, wrote %q", err, out)
	}
	full, err := os.Open(t.TempDir()) // a folder takes no bytes
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	f, _ := defined()
	if err := f.Parse([]string{"--explain-config"}, full, nil); err == nil || errors.Is(err, flag.ErrHelp) || errors.As(err, &usage) {
		t.Errorf("what cannot be written: error %v", err)
	}
}

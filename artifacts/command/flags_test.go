package command

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type settings struct {
	name, kind string
	n          int
	seed       uint64
	x          float64
	on         bool
	wait       time.Duration
}

func defined() (*Flags, *settings) {
	f, s := New("try", "try does nothing."), &settings{}
	f.String(&s.name, "name", "anna", "a name")
	f.Choice(&s.kind, "kind", "a", []string{"a", "b"}, "which")
	f.Int(&s.n, "n", 3, 1, 5, "how many")
	f.Seed(&s.seed, "seed", 1, "seed")
	f.Float(&s.x, "x", 0.5, 0, 1, "share")
	f.Bool(&s.on, "on", "whether")
	f.Duration(&s.wait, "wait", time.Second, time.Millisecond, time.Minute, "how long")
	return f, s
}

func TestParse(t *testing.T) {
	config := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(config, []byte("n: 4\nx: 0.25\nname: file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CURIO_X", "0.75")
	f, s := defined()
	err := f.Parse([]string{"--name=flag", "-kind", "b", "--on", "--wait", "2s", "--seed", "7", "--config", config}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := settings{"flag", "b", 4, 7, 0.75, true, 2 * time.Second}
	if *s != want {
		t.Errorf("got %+v, want %+v", *s, want)
	}
}

func TestParseLimits(t *testing.T) {
	for arg, ok := range map[string]bool{
		"--n=0": false, "--n=1": true, "--n=5": true, "--n=6": false,
		"--x=-0.1": false, "--x=0": true, "--x=1": true, "--x=1.1": false, "--x=NaN": false,
		"--seed=-1": false, "--seed=18446744073709551615": true,
		"--wait=999us": false, "--wait=1ms": true, "--wait=1m": true, "--wait=61s": false,
		"--kind=c": false, "--on=perhaps": false,
	} {
		f, _ := defined()
		if err := f.Parse([]string{arg}, nil, nil); (err == nil) != ok {
			t.Errorf("%s: error %v, want accepted %v", arg, err, ok)
		}
	}
}

func TestParseNamesEveryFault(t *testing.T) {
	f, _ := defined()
	err := f.Parse([]string{"--n", "9", "stray", "--what", "x", "--kind", "z", "--seed"}, nil, func() { f.Fault("together wrong") })
	var usage *UsageError
	if !errors.As(err, &usage) {
		t.Fatalf("error %v, want a UsageError", err)
	}
	want := []string{
		`argument "stray" belongs to no flag`, "there is no flag --what", "--seed wants a value",
		`--n "9": want a whole number in 1..5`, `--kind "z": want one of a, b`, "together wrong",
	}
	if diff := cmp.Diff(want, usage.Faults); diff != "" {
		t.Error(diff)
	}
}

func TestParseFaultsInFile(t *testing.T) {
	config := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(config, []byte("n: 44\nmystery: 1\nkind: q\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, _ := defined()
	err := f.Parse([]string{"--config", config}, nil, nil)
	for _, name := range []string{"--n", "mystery", "--kind"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not name %s", err, name)
		}
	}
}

func TestHelp(t *testing.T) {
	f, _ := defined()
	var out strings.Builder
	if err := f.Parse([]string{"--help"}, &out, nil); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("error %v, want flag.ErrHelp", err)
	}
	for _, want := range []string{"try does nothing.", "-kind", "which: a, b", "how many", "(default 3)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("help lacks %q:\n%s", want, out.String())
		}
	}
}

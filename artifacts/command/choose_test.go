package command

import (
	"errors"
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// commands are list (--store VALUE, --json), show RUN, bench a and bench b.
func commands() []Command {
	var text string
	var on bool
	list := New("try list", "list lists.")
	list.String(&text, "store", "", "where")
	list.Bool(&on, "json", "as JSON")
	show := New("try show", "show shows.")
	show.Bool(&on, "json", "as JSON")
	return []Command{
		{"list", list}, {"show", show},
		{"bench a", New("try bench a", "a measures.")}, {"bench b", New("try bench b", "b measures.")},
	}
}

func TestChoose(t *testing.T) {
	for line, want := range map[string]struct {
		which int
		rest  string
	}{
		"list":                      {0, ""},
		"show RUN":                  {1, "RUN"},
		"show list":                 {1, "list"},
		"bench b x":                 {3, "x"},
		"--json bench --store s b":  {3, "--json --store s"},
		"--store show list":         {0, "--store show"},
		"--store=s show list":       {1, "--store=s list"},
		"-json show RUN --what":     {1, "-json RUN --what"},
		"list --help":               {0, "--help"},
		"--help list":               {0, "--help"},
		"--what list":               {0, "--what"},
		"bench --json a --store -h": {2, "--json --store -h"},
	} {
		which, rest, err := Choose("try.", commands(), strings.Fields(line), nil)
		if err != nil {
			t.Errorf("%q: %v", line, err)
		} else if got := strings.Join(rest, " "); which != want.which || got != want.rest {
			t.Errorf("%q: command %d with %q, want %d with %q", line, which, got, want.which, want.rest)
		}
	}
}

func TestChooseRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"":                 "no command was given: want list, show, bench a, bench b",
		"--json":           "no command was given: want list, show, bench a, bench b",
		"lost RUN":         `there is no command "lost": want list, show, bench a, bench b`,
		"bench":            `there is no command "bench": want bench a, bench b`,
		"bench list":       `there is no command "bench list": want bench a, bench b`,
		"--store list":     "no command was given: want list, show, bench a, bench b",
		"lists":            `there is no command "lists": want list, show, bench a, bench b`,
		"--store list b a": `there is no command "b": want list, show, bench a, bench b`,
	} {
		var usage *UsageError
		if _, _, err := Choose("try.", commands(), strings.Fields(line), nil); !errors.As(err, &usage) || err.Error() != want {
			t.Errorf("%q: error %v, want %s", line, err, want)
		}
	}
}

func TestChooseHelp(t *testing.T) {
	for line, want := range map[string][]string{
		"--help":       {"list   ", "show   ", "bench a", "bench b"},
		"-h lost":      {"list   ", "show   ", "bench a", "bench b"},
		"bench --help": {"bench a", "bench b"},
	} {
		var out strings.Builder
		if _, _, err := Choose("try does several things.", commands(), strings.Fields(line), &out); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%q: error %v, want flag.ErrHelp", line, err)
		}
		var got []string
		for l := range strings.Lines(out.String()) {
			if name, about, ok := strings.Cut(strings.TrimPrefix(l, "  "), "  "); ok && about != "" {
				got = append(got, (name + "   ")[:7])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s\n%s", line, diff, out.String())
		}
		if !strings.HasPrefix(out.String(), "try does several things.") {
			t.Errorf("%q: help is\n%s", line, out.String())
		}
	}
}

func TestArgs(t *testing.T) {
	for line, want := range map[string]struct {
		args  []string
		fault string
	}{
		"x y":             {[]string{"x", "y"}, ""},
		"x --n 2 y --on":  {[]string{"x", "y"}, ""},
		"--name x help h": {[]string{"help", "h"}, ""},
		"":                {nil, "argument FROM TO is missing"},
		"x":               {nil, "argument TO is missing"},
		"x y z":           {nil, `argument "z" belongs to no flag`},
		"x y --":          {nil, `argument "--" belongs to no flag`},
	} {
		f, _ := defined()
		var args []string
		f.Args(&args, "FROM", "TO")
		err := f.Parse(strings.Fields(line), nil, nil)
		if want.fault != "" {
			if err == nil || err.Error() != want.fault {
				t.Errorf("%q: error %v, want %s", line, err, want.fault)
			}
			continue
		}
		if diff := cmp.Diff(want.args, args); err != nil || diff != "" {
			t.Errorf("%q: error %v %s", line, err, diff)
		}
	}
}

func TestHelpNamesArguments(t *testing.T) {
	f, _ := defined()
	var args []string
	f.Args(&args, "FROM", "TO")
	var out strings.Builder
	if err := f.Parse([]string{"x", "-h"}, &out, nil); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("error %v, want flag.ErrHelp", err)
	}
	if want := "Usage: try [flags] FROM TO\n"; !strings.Contains(out.String(), want) {
		t.Errorf("help lacks %q:\n%s", want, out.String())
	}
}

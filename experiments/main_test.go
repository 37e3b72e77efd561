package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/artifacts/command"
)

// asProgram makes the test binary be the program.
const asProgram = "CURIO_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// try runs the program.
func try(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, notes strings.Builder
	code = run(t.Context(), args, &out, &notes)
	return code, out.String(), notes.String()
}

// works runs the program, which must succeed, and returns what it printed.
func works(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	code, stdout, stderr := try(t, args...)
	if code != command.Done {
		t.Fatalf("%v: exit code %d\n%s", args, code, stderr)
	}
	return stdout, stderr
}

// has checks that every part is in text.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

func TestUsage(t *testing.T) {
	for line, want := range map[string][]string{
		"":                                     {"no command was given: want list, show, compare, synth, bench evaluator, bench twotower, bench scaling, bench curve, bench gemm, bench recommend, bench segments, bench ingest, bench pass"},
		"lst":                                  {`there is no command "lst"`},
		"bench":                                {"want bench evaluator, bench twotower, bench scaling, bench curve, bench gemm, bench recommend, bench segments, bench ingest, bench pass"},
		"bench juggle":                         {`there is no command "bench juggle"`},
		"show":                                 {"argument RUN is missing"},
		"compare a":                            {"argument RUN is missing"},
		"compare a b c":                        {`argument "c" belongs to no flag`},
		"list x --limit -1 --what 1":           {`argument "x"`, `--limit "-1"`, "no flag --what"},
		"list --limit 2147483648":              {"--limit"},
		"list --store=":                        {`--store ""`},
		"list --store ftp://x":                 {"ftp"},
		"show latest --limit 3":                {"no flag --limit"},
		"bench evaluator":                      {"--data is missing"},
		"bench twotower --batch 0":             {"--batch"},
		"bench twotower --speedup --workers 1": {"--speedup compares"},
		"bench scaling --interactions 50000,x --catalogues 3":      {`"x" is no whole number`},
		"bench scaling --interactions 50000 --catalogues 3,3":      {"interactions [50000] are no line", "catalogues [3 3] are no line"},
		"bench scaling --rounds 0":                                 {"--rounds"},
		"bench curve --epochs 0 --graph-gain -1":                   {"--data is missing", "--epochs", "--graph-gain"},
		"bench twotower --steps 1001":                              {"--steps"},
		"bench twotower --batch 65537":                             {"--batch"},
		"bench segments --only magic,kddcup2015 --repeats 0":       {`there is no part "magic"`, "part kddcup2015 needs the folder of its data", "--repeats"},
		"bench ingest --format jsonl,xml --users 0 --rounds 0":     {`"jsonl,xml"`, `--users "0"`, "--rounds"},
		"bench ingest --users 1 --events 20001":                    {"events is 20001, must be 1..20000"},
		"bench pass --pass fly --format xml":                       {"--pass", "--format", "--data is missing"},
		"bench twotower --negatives 9 --items 8 --peer no/such.py": {"9 negatives from 8 items", "no/such.py"},
	} {
		code, stdout, stderr := try(t, strings.Fields(line)...)
		if code != command.BadUsage || stdout != "" {
			t.Errorf("%q: exit code %d, printed %q", line, code, stdout)
		}
		has(t, stderr, want...)
	}
}

func TestHelp(t *testing.T) {
	for line, want := range map[string][]string{
		"--help":                 {"experiments lists, shows", "  list ", "  bench twotower "},
		"bench -h":               {"bench evaluator", "bench twotower"},
		"list --help":            {"Usage: experiments list [flags]\n", "-limit", "-store", "(default ./store)"},
		"--help show":            {"Usage: experiments show [flags] RUN\n"},
		"compare -h":             {"Usage: experiments compare [flags] RUN RUN\n", "same_data"},
		"bench twotower --help":  {"-peer SCRIPT", "-negatives"},
		"bench evaluator --help": {"train.txt"},
		"bench curve --help":     {"train.txt", "-graph-gain", "nothing is chosen"},
		"bench scaling --help":   {"-interactions SIZES", "-catalogues SIZES"},
		"bench segments --help":  {"-only PARTS", "-peer INTERPRETER", "-kdd FOLDER", "-journey FOLDER"},
		"bench ingest --help":    {"-alone", "-duckdb FOLDER", "-dir FOLDER"},
	} {
		stdout, stderr := works(t, strings.Fields(line)...)
		has(t, stdout, want...)
		if stderr != "" {
			t.Errorf("%q: notes %q", line, stderr)
		}
	}
}

func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var notes strings.Builder
	if code := run(ctx, []string{"list", "--store", three(t).dir}, &notes, &notes); code != command.Failed {
		t.Errorf("exit code %d", code)
	}
	if got := notes.String(); got != "experiments: stopped\n" {
		t.Errorf("said %q", got)
	}
}

func TestBenchEvaluator(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := try(t, "bench", "evaluator", "--data", dir); code != command.BadData {
		t.Errorf("empty folder: exit code %d\n%s", code, stderr)
	}
	for name, text := range map[string]string{"train.txt": "0 0 1\n1 0\n2 2\n", "test.txt": "1 1\n2 0 1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	table, _ := works(t, "bench", "evaluator", "--data", dir)
	has(t, table, "3 users, 3 items, 4 training and 3 test pairs", "RECALL@20", "\npopularity  1.0000", "\nitemcf ")

	line, _ := works(t, "bench", "--json", "evaluator", "--data", dir)
	var got struct {
		Users   int
		Scorers []struct {
			Scorer  string
			Metrics map[string]struct{ Value float64 }
		}
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil || strings.Count(line, "\n") != 1 {
		t.Fatalf("error %v in %s", err, line)
	}
	if got.Users != 3 || len(got.Scorers) != 2 || got.Scorers[0].Metrics["recall@20"].Value != 1 {
		t.Errorf("got %+v", got)
	}

	if err := os.WriteFile(filepath.Join(dir, "test.txt"), []byte("1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := try(t, "bench", "evaluator", "--data", dir); code != command.BadData {
		t.Errorf("nothing to test on: exit code %d\n%s", code, stderr)
	}
}

func TestBenchTwoTower(t *testing.T) {
	small := strings.Fields("bench twotower --batch 8 --negatives 4 --dim 4 --users 10 --items 20 --steps 5 --workers 1")
	line, _ := works(t, append(small, "--json")...)
	var got map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil || strings.Count(line, "\n") != 1 {
		t.Fatalf("error %v in %s", err, line)
	}
	if got["batch"] != 8.0 || got["steps"] != 5.0 || got["workers"] != 1.0 {
		t.Errorf("settings in %s", line)
	}
	for _, name := range []string{"ms_per_step", "samples_per_s", "gflops"} {
		if v, ok := got[name].(float64); !ok || v < 0 || (v == 0 && name != "gflops") {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	if _, ok := got["ratio"]; ok {
		t.Errorf("a ratio without a peer: %s", line)
	}
	table, _ := works(t, small...)
	has(t, table, "batch 8, 4 negatives, 4 dimensions", "ms a step", "samples/s", "GFLOP/s")
}

func TestBenchTwoTowerSpeedup(t *testing.T) {
	line, notes := works(t, strings.Fields("bench twotower --batch 8 --negatives 4 --dim 4 --users 10 --items 20 --steps 5 --workers 2 --speedup --rounds 2 --json")...)
	var got struct{ Speedup struct{ Ratios []float64 } }
	if err := json.Unmarshal([]byte(line), &got); err != nil || len(got.Speedup.Ratios) != 2 {
		t.Errorf("error %v in %s", err, line)
	}
	has(t, notes, "round 2 of 2: one worker ")
}

func TestBenchScaling(t *testing.T) {
	small := strings.Fields("bench scaling --interactions 40,400 --items 20 --catalogues 4,40 --fixed 80 --batch 8 --negatives 4 --dim 4")
	line, notes := works(t, append(small, "--json")...)
	var got map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil || strings.Count(line, "\n") != 1 {
		t.Fatalf("error %v in %s", err, line)
	}
	for _, name := range []string{"by_interactions", "by_catalogue"} {
		if costs, ok := got[name].([]any); !ok || len(costs) != 2 {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	for _, name := range []string{"interactions_exponent", "catalogue_exponent"} {
		if _, ok := got[name].(float64); !ok {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	has(t, notes, "round 1 of 1: 400 interactions, 20 items")
	table, _ := works(t, small...)
	has(t, table, "MS A STEP", "an epoch takes interactions^", "a step takes items^")
}

func TestBenchCurve(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := try(t, "bench", "curve", "--data", dir); code != command.BadData {
		t.Errorf("empty folder: exit code %d\n%s", code, stderr)
	}
	for name, text := range map[string]string{"train.txt": "0 0 1\n1 0\n2 2\n", "test.txt": "1 1\n2 0 1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	small := []string{"bench", "curve", "--data", dir, "--epochs", "2", "--at", "600"}
	line, notes := works(t, append(small, "--json")...)
	var got struct {
		Users, Judged int
		Points        []struct {
			Towers, Both map[string]float64
		}
		Ready map[string]float64
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil || strings.Count(line, "\n") != 1 {
		t.Fatalf("error %v in %s", err, line)
	}
	if got.Users != 3 || got.Judged != 2 || len(got.Points) != 3 || got.Points[2].Towers["recall@20"] != 1 || got.Ready == nil {
		t.Errorf("got %s", line)
	}
	has(t, notes, "epoch 2 of 2; towers: ")
	table, _ := works(t, append(small, "--graph-gain", "0")...)
	has(t, table, "3 users, 3 items, 4 training and 3 test pairs", "ranked for 2 of the users", "1.0000", "after 600 s the best")
}

func TestBenchIngest(t *testing.T) {
	t.Setenv(asProgram, "1")
	small := strings.Fields("bench ingest --events 2000 --users 50 --items 30 --rounds 1 --workers 2 --alone --format csv,jsonl")
	line, notes := works(t, append(small, "--json")...)
	var got struct {
		Events, Users, Items, Seed, Rounds, Workers int
		Formats                                     []struct {
			Format string
			Bytes  int
			Passes []map[string]any
		}
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil || strings.Count(line, "\n") != 1 {
		t.Fatalf("error %v in %s", err, line)
	}
	if got.Events != 2000 || got.Users != 50 || got.Items != 30 || got.Seed != 1 || got.Rounds != 1 || got.Workers != 2 {
		t.Errorf("settings in %s", line)
	}
	if len(got.Formats) != 2 || got.Formats[0].Format != "csv" || got.Formats[1].Format != "jsonl" {
		t.Fatalf("formats in %s", line)
	}
	for i, pass := range got.Formats[1].Passes {
		if pass["pass"] != []string{"read", "ingest"}[i] || pass["program"] != "curio" {
			t.Errorf("pass %d is %v", i, pass)
		}
		for _, name := range []string{"events_per_cpu_s", "cpu_s", "wall_s", "mb_per_s"} {
			if v, ok := pass[name].(float64); !ok || v <= 0 {
				t.Errorf("%s is %v", name, pass[name])
			}
		}
	}
	has(t, notes, "csv: written in", "jsonl: round 1 of 1: ingest curio")
	table, _ := works(t, small...)
	has(t, table, "2000 events of 50 users and 30 items", "EVENTS/CPU-S", "csv     ingest  curio")
}

func TestBenchPass(t *testing.T) {
	dir := t.TempDir()
	works(t, "bench", "pass", "--pass", "write", "--format", "csv", "--data", dir, "--events", "2000", "--users", "50", "--items", "30")
	profile := filepath.Join(t.TempDir(), "cpu.prof")
	line, _ := works(t, "bench", "pass", "--format", "csv", "--data", dir, "--cpuprofile", profile)
	has(t, line, `"events":2000,`, `"pairs":`)
	if info, err := os.Stat(profile); err != nil || info.Size() == 0 {
		t.Errorf("profile: %v", err)
	}
	if code, _, stderr := try(t, "bench", "pass", "--data", filepath.Join(dir, "none")); code != command.BadData {
		t.Errorf("no data: exit code %d\n%s", code, stderr)
	}
	code, _, stderr := try(t, "bench", "pass", "--data", dir, "--cpuprofile", filepath.Join(dir, "no", "such"))
	if code != command.BadData {
		t.Errorf("no folder for the profile: exit code %d", code)
	}
	has(t, stderr, "write profile")
}

func TestSynth(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	var out, errs bytes.Buffer
	args := []string{"synth", "--out", dir, "--format", "csv.gz", "--users", "50", "--items", "20", "--events", "500"}
	if code := run(t.Context(), args, &out, &errs); code != command.Done {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	for _, table := range []string{"events", "users", "items", "partners", "trends"} {
		if info, err := os.Stat(filepath.Join(dir, table+".csv.gz")); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", table, err)
		}
	}
	if code := run(t.Context(), []string{"synth", "--users", "1", "--events", "1000000"}, &out, &errs); code != command.BadUsage ||
		!strings.Contains(errs.String(), "--out") || !strings.Contains(errs.String(), "events") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}

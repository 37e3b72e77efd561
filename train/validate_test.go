package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"curio/artifacts/command"
	"curio/datasets/census"
	"curio/datasets/privacy/seal"
)

func TestValidate(t *testing.T) {
	data, ctx := platformLogs(t), context.Background()
	store := filepath.Join(t.TempDir(), "store")
	page := filepath.Join(t.TempDir(), "report.html")
	code, stdout, stderr := program(ctx, logArgs(data, store, "--validate", "--json", "--html", page)...)
	if code != command.Done {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	report, err := census.Read(strings.NewReader(stdout))
	if err != nil || report.Rows.Rejected != 0 {
		t.Errorf("report is %+v (%v)", report, err)
	}
	if html, err := os.ReadFile(page); err != nil || !bytes.Contains(html, []byte("<svg")) {
		t.Errorf("the page has no plot (%v)", err)
	}
	if _, err := os.Stat(store); !os.IsNotExist(err) {
		t.Errorf("a store was made (%v)", err)
	}

	// Nobody may lose more rows than was said.
	add(t, filepath.Join(data, "events.jsonl"), strings.Repeat("{}\n", 500))
	code, stdout, stderr = program(ctx, logArgs(data, store, "--validate", "--max-rejected", "5%")...)
	if code != command.BadData || !strings.Contains(stderr, "--max-rejected") || !strings.Contains(stdout, "user_missing") {
		t.Errorf("500 bad rows: exit code %d, standard error %q, report:\n%s", code, stderr, stdout)
	}
	if code, _, stderr = program(ctx, logArgs(data, store, "--validate", "--max-rejected", "0.06")...); code != command.Done {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestDrift(t *testing.T) {
	data, ctx := platformLogs(t), context.Background()
	store := filepath.Join(t.TempDir(), "store")
	if code, _, stderr := program(ctx, logArgs(data, store)...); code != command.Done {
		t.Fatal(stderr)
	}
	runs, err := registryIn(t, store).Runs(ctx)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v (%v)", runs, err)
	}
	if code, _, stderr := program(ctx, logArgs(data, store, "--validate", "--compare", runs[0])...); code != command.Done {
		t.Errorf("the same data: exit code %d: %s", code, stderr)
	}
	change(t, filepath.Join(data, "events.jsonl"), func(line string) string {
		return strings.Replace(line, `"type":"view"`, `"type":"like"`, 1)
	})
	code, stdout, stderr := program(ctx, logArgs(data, store, "--validate", "--compare", runs[0])...)
	if code != command.BadData || !strings.Contains(stderr, "drifted") || !strings.Contains(stdout, "types") {
		t.Errorf("exit code %d, standard error %q, report:\n%s", code, stderr, stdout)
	}
	// A training run stops before it learns.
	if code, _, stderr = program(ctx, logArgs(data, store, "--compare", runs[0])...); code != command.BadData {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if versions, err := registryIn(t, store).Versions(ctx); err != nil || len(versions) != 1 {
		t.Errorf("versions %v (%v), want the first alone", versions, err)
	}
	code, _, stderr = program(ctx, logArgs(data, store, "--validate", "--compare", "20200101-000000-00000000")...)
	if code != command.BadData || !strings.Contains(stderr, "neither a file nor a run") {
		t.Errorf("no such run: exit code %d: %s", code, stderr)
	}
}

func TestEncryptTo(t *testing.T) {
	data, ctx := platformLogs(t), context.Background()
	add(t, filepath.Join(data, "events.jsonl"), "{}\n")
	store, identity := filepath.Join(t.TempDir(), "store"), filepath.Join(t.TempDir(), "identity")
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(identity, []byte(key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := program(ctx, logArgs(data, store, "--encrypt-to", key.Recipient().String())...); code != command.Done {
		t.Fatal(stderr)
	}
	r := registryIn(t, store)
	runs, err := r.Runs(ctx)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v (%v)", runs, err)
	}
	for name, want := range map[string]string{"quarantine.jsonl.zst.age": "user_missing", "users.parquet.age": "planted-", "items.parquet.age": "course-", "data.json.age": "planted-"} {
		sealed, err := r.RunFile(ctx, runs[0], name)
		if err != nil {
			t.Error(err)
			continue
		}
		in, err := seal.Open(bytes.NewReader(sealed), identity)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		open, err := io.ReadAll(in)
		if err != nil || !strings.Contains(readable(t, open), want) {
			t.Errorf("%s does not hold %q (%v)", name, want, err)
		}
	}
	if files, _ := r.RunFiles(ctx, runs[0]); len(files) != 6 {
		t.Errorf("files of the run are %v, want six sealed ones", files)
	}
}

// Reading the same logs twice over is reading them once.
func TestSameLogsTwice(t *testing.T) {
	data, ctx := platformLogs(t), context.Background()
	store := filepath.Join(t.TempDir(), "store")
	for range 2 {
		if code, _, stderr := program(ctx, logArgs(data, store)...); code != command.Done {
			t.Fatal(stderr)
		}
		events, err := os.ReadFile(filepath.Join(data, "events.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, "events-again.jsonl"), events, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if versions, err := registryIn(t, store).Versions(ctx); err != nil || len(versions) != 1 {
		t.Errorf("versions %v (%v), want one", versions, err)
	}
}

// A file that cannot be read may have held anything.
func TestDamagedFilesEndARun(t *testing.T) {
	data, ctx := platformLogs(t), context.Background()
	if err := os.WriteFile(filepath.Join(data, "events-more.jsonl.gz"), []byte("\x1f\x8b\x08\x00\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(t.TempDir(), "store")
	for _, args := range [][]string{{"--validate"}, nil} {
		code, _, stderr := program(ctx, logArgs(data, store, args...)...)
		if code != command.BadData || !strings.Contains(stderr, "1 files were not read") || !strings.Contains(stderr, "--allow-damaged") {
			t.Errorf("%v: exit code %d, standard error %q", args, code, stderr)
		}
	}
	if code, _, stderr := program(ctx, logArgs(data, store, "--allow-damaged")...); code != command.Done {
		t.Errorf("allowed: exit code %d, standard error %q", code, stderr)
	}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/miniotest"
)

// small is a bundle whose content depends on n.
func small(t *testing.T, n int) *bundle.Bundle {
	t.Helper()
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "test", Config: fmt.Appendf(nil, `{"seed":%d}`, n)}}
	for name, content := range map[string]string{"own.txt": fmt.Sprint("content ", n), "common.txt": "the same for all"} {
		if err := b.Add(name, "text", []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// stocked is a store with versions, the alias latest having been at each of them, and
// a run of each.
func stocked(t *testing.T, n int) (shelf, []string) {
	t.Helper()
	s := newShelf(t)
	var versions []string
	for i := range n {
		version, err := s.Publish(t.Context(), small(t, i))
		if err == nil {
			err = s.Move(t.Context(), "latest", version, "", "train", fmt.Sprint("run ", i))
		}
		if err != nil {
			t.Fatal(err)
		}
		rec := newRecord(fmt.Sprint("run-", i), i, 0.1)
		rec.Version = version
		data, err := rec.Encode()
		if err != nil {
			t.Fatal(err)
		}
		s.put(t, rec.RunID, data)
		versions = append(versions, version)
	}
	return s, versions
}

// makeKey makes a key and returns its files.
func makeKey(t *testing.T) (private, public string) {
	t.Helper()
	private = filepath.Join(t.TempDir(), "key")
	works(t, "artifacts", "keygen", "--out", private)
	return private, private + ".pub"
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestArtifactsList(t *testing.T) {
	s, v := stocked(t, 2)
	private, _ := makeKey(t)
	works(t, "artifacts", "sign", "latest", "--sign-key", private, "--store", s.dir)
	table, _ := works(t, "artifacts", "ls", "--store", s.dir)
	has(t, table, "VERSION", v[0], v[1], "test", "25 B", "latest")
	got := decode[[]artifact](t, first(works(t, "artifacts", "ls", "--json", "--store", s.dir)))
	slices.SortFunc(got, func(a, b artifact) int { return strings.Compare(a.Version, b.Version) })
	at := slices.IndexFunc(got, func(a artifact) bool { return a.Version == v[1] })
	if len(got) != 2 || len(got[at].Aliases) != 1 || len(got[at].Signatures) != 1 || len(got[1-at].Aliases)+len(got[1-at].Signatures) != 0 {
		t.Errorf("got %+v", got)
	}
	empty := t.TempDir()
	_, note := works(t, "artifacts", "ls", "--store", empty)
	has(t, note, "no artifacts in "+empty)
	if text, _ := works(t, "artifacts", "ls", "--json", "--store", empty); text != "[]\n" {
		t.Errorf("printed %q", text)
	}
}

func first(stdout, _ string) string { return stdout }

func TestArtifactsShow(t *testing.T) {
	s, v := stocked(t, 2)
	text, _ := works(t, "artifacts", "show", "latest", "--store", s.dir)
	has(t, text, v[1], "latest", "SETTING", "seed     1", "own.txt", "2 blobs, 25 B")
	got := decode[shown](t, first(works(t, "artifacts", "show", v[0], "--json", "--store", s.dir)))
	if got.Version != v[0] || bundle.VersionOf(got.Digest) != v[0] || len(got.Manifest) == 0 {
		t.Errorf("got %+v", got)
	}
	for name, says := range map[string]string{
		"0123456789abcdef": "not in " + s.dir, "candidate": "no alias \"candidate\" in " + s.dir + "; there are: latest", "X": "neither a version",
	} {
		code, _, stderr := try(t, "artifacts", "show", name, "--store", s.dir)
		if code != command.BadUsage {
			t.Errorf("show %s: exit code %d", name, code)
		}
		has(t, stderr, says)
	}
}

func TestWriteArtifact(t *testing.T) {
	for name, test := range map[string]struct {
		m     bundle.Manifest
		wants []string
	}{
		"OfTrain": {bundle.Manifest{
			Metrics: []byte(`{"model":{"ndcg@10":{"value":0.5,"low":0.4,"high":0.6}},"popularity":{"ndcg@10":{"value":0.1}}}`),
			Dataset: []byte(`{"digest":"ab","events":3,"items":2,"name":"synth","users":1}`),
			Config:  []byte(`{"rate":0.5,"name":"a\nb","list":[1,2]}`), Environment: map[string]string{"go": "go1.26", "arch": "arm64"},
		}, []string{"METRIC", "ndcg@10  0.5000 [0.4000, 0.6000]  0.1000", "synth: 3 events of 1 users and 2 items, digest ab", "name     a b\n", "list     [1,2]", "arch arm64, go go1.26"}},
		"OfOthers": {bundle.Manifest{Metrics: []byte(`{"auc":0.7}`), Dataset: []byte(`"mine"`), Config: []byte(`7`)}, []string{`metrics  {"auc":0.7}`, `dataset   "mine"`, "config  7"}},
		"Bare":     {bundle.Manifest{}, []string{"0 blobs"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := writeArtifact(&out, &shown{}, &test.m); err != nil {
				t.Fatal(err)
			}
			has(t, out.String(), test.wants...)
		})
	}
}

// What needs something in a store does not take a folder that is not there for one
// that is empty; nor does it make it.
func TestArtifactsWithoutAStore(t *testing.T) {
	s, _ := stocked(t, 1)
	private, _ := makeKey(t)
	none := filepath.Join(t.TempDir(), "none")
	for _, line := range []string{
		"ls", "show latest", "verify", "gc", "gc --apply", "alias list", "alias history latest", "alias move latest 0123456789abcdef", "alias rollback latest",
		"sign latest --sign-key " + private, "pull latest --to " + s.dir,
	} {
		code, stdout, stderr := try(t, append(append([]string{"artifacts"}, strings.Fields(line)...), "--store", none)...)
		if code != command.BadUsage || stdout != "" {
			t.Errorf("%s: exit code %d, printed %q", line, code, stdout)
		}
		has(t, stderr, none+": not a store: there is no such folder")
	}
	if code, _, _ := try(t, "artifacts", "push", "latest", "--from", none, "--store", s.dir); code != command.BadUsage {
		t.Errorf("push: exit code %d", code)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("the folder was made")
	}
}

func TestArtifactsVerify(t *testing.T) {
	s, v := stocked(t, 2)
	private, public := makeKey(t)
	text, _ := works(t, "artifacts", "verify", "--store", s.dir)
	has(t, text, "read 2 versions, 3 blobs (34 B), 0 signatures, 1 aliases with 2 states, 2 runs: 0 faults")
	code, text, _ := try(t, "artifacts", "verify", "--trusted-keys", public, "--store", s.dir)
	if code != command.BadData {
		t.Errorf("unsigned: exit code %d", code)
	}
	has(t, text, v[0]+": artifact is not trusted: it is not signed")
	works(t, "artifacts", "sign", "latest", "--sign-key", private, "--store", s.dir)
	text, _ = works(t, "artifacts", "verify", "--only", "latest, "+v[1], "--trusted-keys", public, "--store", s.dir)
	has(t, text, "read 1 versions")
	_, other := makeKey(t)
	if code, text, _ := try(t, "artifacts", "verify", "--only", v[1], "--trusted-keys", other, "--store", s.dir); code != command.BadData || !strings.Contains(text, "no trusted key signed it") {
		t.Errorf("signed by another: exit code %d, %s", code, text)
	}
	// A byte of a blob, of a manifest and of a record.
	for name, says := range map[string]string{
		"blobs/" + bundle.DigestOf([]byte("content 0")): v[0] + `: blob "own.txt"`,
		"versions/" + v[1] + ".json":                    v[1] + ": artifact is corrupt",
		"runs/run-0/run.json":                           "runs: run run-0",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(s.dir, filepath.FromSlash(name))
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			bad := slices.Clone(data)
			bad[3] ^= 1
			if err := os.WriteFile(file, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			code, text, stderr := try(t, "artifacts", "verify", "--store", s.dir)
			if code != command.BadData {
				t.Errorf("exit code %d", code)
			}
			has(t, text, says)
			has(t, stderr, "faults in "+s.dir)
			_, text, _ = try(t, "artifacts", "verify", "--json", "--store", s.dir)
			if got := decode[verified](t, text); len(got.Faults) == 0 || got.Runs != 2 {
				t.Errorf("got %+v", got)
			}
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// From a laptop's folder to a server and back nothing is lost.
func TestArtifactsPullAndPush(t *testing.T) {
	s, v := stocked(t, 2)
	private, public := makeKey(t)
	works(t, "artifacts", "sign", v[0], "--sign-key", private, "--store", s.dir)
	t.Run("MinIO", func(t *testing.T) {
		server := miniotest.Start(t)
		t.Setenv("AWS_ACCESS_KEY_ID", server.AccessKey)
		t.Setenv("AWS_SECRET_ACCESS_KEY", server.SecretKey)
		thereAndBack(t, s, v, public, fmt.Sprintf("s3://curio-%d/x", time.Now().UnixNano()), "--s3-endpoint", server.Endpoint, "--s3-create-bucket")
	})
	t.Run("Folder", func(t *testing.T) { thereAndBack(t, s, v, public, filepath.Join(t.TempDir(), "remote")) })
}

func thereAndBack(t *testing.T, s shelf, v []string, public, target string, flags ...string) {
	do := func(args ...string) string { return first(works(t, append(args, flags...)...)) }
	got := decode[copied](t, do("artifacts", "pull", v[0], "--store", s.dir, "--to", target, "--runs", "--alias", "champion", "--why", "good", "--trusted-keys", public, "--json"))
	if got.Version != v[0] || got.Blobs != 2 || got.Sent != 2 || got.Signatures != 1 || !slices.Equal(got.Runs, []string{"run-0"}) {
		t.Errorf("pulled %+v", got)
	}
	has(t, do("artifacts", "pull", v[0], "--store", s.dir, "--to", target, "--runs"), "2 blobs, of which 0 were sent", "1 runs")
	has(t, do("artifacts", "alias", "list", "--store", target), "champion", v[0], "good")
	back := filepath.Join(t.TempDir(), "back")
	do("artifacts", "push", "champion", "--from", target, "--store", back, "--runs")
	for _, key := range []string{"versions/" + v[0] + ".json", "runs/run-0/run.json", "blobs/" + bundle.DigestOf([]byte("content 0"))} {
		want, err := os.ReadFile(filepath.Join(s.dir, key))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(back, key)); err != nil || string(got) != string(want) {
			t.Errorf("%s came back as %q, %v", key, got, err)
		}
	}
	do("artifacts", "verify", "--trusted-keys", public, "--store", back)
	if code, _, stderr := try(t, append([]string{"artifacts", "pull", v[1], "--store", s.dir, "--to", target, "--trusted-keys", public}, flags...)...); code != command.BadData {
		t.Errorf("pull of an unsigned version: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := try(t, append([]string{"artifacts", "pull", "0123456789abcdef", "--store", s.dir, "--to", target}, flags...)...); code != command.BadUsage {
		t.Errorf("pull of nothing: exit code %d, %s", code, stderr)
	}
}

func TestArtifactsAlias(t *testing.T) {
	s, v := stocked(t, 3)
	text, _ := works(t, "artifacts", "alias", "history", "latest", "--store", s.dir)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 4 || strings.Fields(lines[1])[2] != v[2] || strings.Fields(lines[3])[2] != v[0] {
		t.Errorf("history:\n%s", text)
	}
	at := func(want string) {
		t.Helper()
		p, err := s.Resolve(t.Context(), "latest")
		if err != nil || p.Version != want {
			t.Errorf("latest is at %+v, %v, want %s", p, err, want)
		}
	}
	p := decode[registry.Pointer](t, first(works(t, "artifacts", "alias", "rollback", "latest", "--json", "--store", s.dir)))
	if p.Version != v[1] || p.From != v[2] || p.Why != "rollback of "+v[2] || p.By == "" {
		t.Errorf("rolled back to %+v", p)
	}
	if code, _, stderr := try(t, "artifacts", "alias", "move", "latest", v[0], "--from", v[2], "--store", s.dir); code != command.Failed || !strings.Contains(stderr, "alias has moved") {
		t.Errorf("move from where it is not: exit code %d, %s", code, stderr)
	}
	at(v[1])
	works(t, "artifacts", "alias", "move", "latest", v[0], "--from", v[1], "--why", "because", "--store", s.dir)
	at(v[0])
	works(t, "artifacts", "alias", "move", "champion", "latest", "--store", s.dir)
	if all := decode[[]registry.Pointer](t, first(works(t, "artifacts", "alias", "list", "--json", "--store", s.dir))); len(all) != 2 || all[0].Version != v[0] {
		t.Errorf("aliases are %+v", all)
	}
	champion := filepath.Join(s.dir, "aliases", "champion.json")
	good, err := os.ReadFile(champion)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(champion, good[:40], 0o600); err != nil {
		t.Fatal(err)
	}
	code, rest, stderr := try(t, "artifacts", "alias", "list", "--store", s.dir)
	if code != command.BadData || !strings.Contains(rest, "latest") || !strings.Contains(stderr, `alias "champion"`) {
		t.Errorf("list with a damaged alias: exit code %d, printed %q and %q", code, rest, stderr)
	}
	_, _, stderr = try(t, "artifacts", "alias", "move", "champion", v[0], "--store", s.dir)
	has(t, stderr, "remove aliases/champion.json and move it again")
	if err := os.WriteFile(champion, good, 0o600); err != nil {
		t.Fatal(err)
	}
	_, public := makeKey(t)
	if code, _, _ := try(t, "artifacts", "alias", "move", "latest", v[1], "--trusted-keys", public, "--store", s.dir); code != command.BadData {
		t.Errorf("move to an unsigned version: exit code %d", code)
	}
	for line, says := range map[string]string{
		"artifacts alias rollback champion":             "at no other version",
		"artifacts alias rollback none":                 "not found",
		"artifacts alias history none":                  "no alias",
		"artifacts alias history " + v[0]:               "is a version",
		"artifacts alias move X latest":                 "no name of an alias",
		"artifacts alias move " + v[0] + " latest":      "no name of an alias",
		"artifacts alias move latest 0123456789abcdef":  "not in",
		"artifacts alias move latest latest --from old": "--from",
	} {
		code, _, stderr := try(t, append(strings.Fields(line), "--store", s.dir)...)
		if code != command.BadUsage {
			t.Errorf("%s: exit code %d", line, code)
		}
		has(t, stderr, says)
	}
}

func TestArtifactsGC(t *testing.T) {
	s, v := stocked(t, 3)
	rest := []string{"--keep", "0", "--older-than", "0s", "--history", "0", "--grace", "1s", "--store", s.dir}
	age(t, s.dir)
	plan, _ := works(t, append([]string{"artifacts", "gc"}, rest...)...)
	has(t, plan, "keep   "+v[2], "alias latest", "trash  "+v[0], "to do: 2 versions to the trash, 0 back", "nothing was changed; --apply does it")
	if all, err := s.Versions(t.Context()); err != nil || len(all) != 3 {
		t.Errorf("planning left %v, %v", all, err)
	}
	for _, want := range []struct {
		applied              bool
		trash, purge, delete int
	}{{false, 2, 0, 0}, {true, 2, 0, 0}, {true, 0, 2, 2}, {true, 0, 0, 0}} {
		args := append([]string{"artifacts", "gc", "--json"}, rest...)
		if want.applied {
			args = append(args, "--apply")
		}
		got := decode[collected](t, first(works(t, args...)))
		if got.Applied != want.applied || len(got.Trash) != want.trash || len(got.Purge) != want.purge || len(got.Delete) != want.delete || len(got.Keep) != 1 {
			t.Errorf("got %+v, want %+v", got.Plan, want)
		}
		if want.applied {
			age(t, s.dir)
		}
	}
	if runs, err := s.Runs(t.Context()); err != nil || len(runs) != 3 {
		t.Errorf("runs are %v, %v", runs, err)
	}
	works(t, "artifacts", "verify", "--store", s.dir)
}

// age makes everything in a folder an hour old.
func age(t *testing.T, dir string) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chtimes(path, old, old)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestKeygen(t *testing.T) {
	private, public := makeKey(t)
	if info, err := os.Stat(private); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the private key: %v, %v", info, err)
	}
	code, _, stderr := try(t, "artifacts", "keygen", "--out", private)
	if code == command.Done {
		t.Error("a key was written over another")
	}
	has(t, stderr, private)
	got := decode[map[string]string](t, first(works(t, "artifacts", "keygen", "--json", "--out", private+"2")))
	if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(got["key"]) || got["public"] != private+"2.pub" {
		t.Errorf("got %v", got)
	}
	s, v := stocked(t, 1)
	for name, file := range map[string]string{"Public": public, "None": private + ".none"} {
		code, _, stderr := try(t, "artifacts", "sign", "latest", "--store", s.dir, "--sign-key", file)
		if code != command.BadUsage {
			t.Errorf("%s: exit code %d", name, code)
		}
		has(t, stderr, "--sign-key")
	}
	text, _ := works(t, "artifacts", "sign", "latest", "--store", s.dir, "--sign-key", private)
	has(t, text, v[0], "is signed by key")
	if all, err := s.Signatures(context.Background(), v[0], nil); err != nil || len(all) != 1 {
		t.Errorf("signatures %v, %v", all, err)
	}
}

func TestArtifactsUsage(t *testing.T) {
	for line, says := range map[string]string{
		"artifacts":                         "want artifacts ls, artifacts show",
		"artifacts alias":                   "artifacts alias list",
		"artifacts show":                    "argument VERSION is missing",
		"artifacts pull latest":             "--to is missing",
		"artifacts push latest":             "--from is missing",
		"artifacts pull x --to ftp://x":     "--to",
		"artifacts pull x --to y --why z":   "--why goes with --alias",
		"artifacts pull x --to y --alias X": "--alias",
		"artifacts alias rollback x --why " + strings.Repeat("w", registry.MaxText+1): "--why has 1025 bytes",
		"artifacts pull x --to y --alias a --why " + strings.Repeat("w", 1025):        "--why has 1025 bytes",
		"artifacts push x --from y --alias 0123456789abcdef":                          "is a version",
		"artifacts gc --grace 0s":               "--grace",
		"artifacts gc --keep -1":                "--keep",
		"artifacts sign latest":                 "--sign-key is missing",
		"artifacts keygen":                      "--out is missing",
		"artifacts verify --trusted-keys /none": "--trusted-keys",
	} {
		code, stdout, stderr := try(t, strings.Fields(line)...)
		if code != command.BadUsage || stdout != "" {
			t.Errorf("%q: exit code %d, printed %q", line, code, stdout)
		}
		has(t, stderr, says)
	}
}

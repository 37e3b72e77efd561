package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"curio/artifacts/audience"
	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/segment"
	"curio/datasets/privacy"
	"curio/serve/servetest"
)

const pseudonymKey = "3b0e7c51a8d94f26be1758f09c6a42d37f81e5046d9bc23aa5907e14fd6832cb"

// published is a store whose alias latest names an artifact.
func published(t *testing.T, b *bundle.Bundle, err error) (store, version string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	s := newShelf(t)
	version, err = s.Publish(t.Context(), b)
	if err == nil {
		err = s.Move(t.Context(), "latest", version, "", "tester", "a test")
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.dir, version
}

func platform(t *testing.T) string {
	t.Helper()
	b, err := servetest.Bundle("a")
	store, _ := published(t, b, err)
	return store
}

func keyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(pseudonymKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pseudonyms(t *testing.T) *privacy.Pseudonymiser {
	t.Helper()
	p, err := privacy.ParseKey(pseudonymKey)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rows reads a file of members back.
func rows(t *testing.T, path string) []audience.MemberRow {
	t.Helper()
	all, err := parquet.ReadFile[audience.MemberRow](path)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func lines(t *testing.T, text string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSegmentsList(t *testing.T) {
	b, err := servetest.Bundle("a")
	store, version := published(t, b, err)
	out, _ := works(t, "segments", "list", "--store", store)
	has(t, out, "ID", "TOP CATEGORIES", "\ns1 ", "\ns4 ", "likes law", "24.4%", "law 100.0%")
	asJSON, _ := works(t, "segments", "list", "--json", "--store", store, "--artifact", version)
	var all []segment.Segment
	if err := json.Unmarshal([]byte(asJSON), &all); err != nil || len(all) != 4 || all[1].ID != "s2" {
		t.Errorf("%v %s", err, asJSON)
	}
	one, _ := works(t, "segments", "show", "s3", "--store", store)
	has(t, one, "segment", "s3", "likes law", "10, 24.4% of all", "affinity law", "+2.00", "law 100.0%")
	asJSON, _ = works(t, "segments", "show", "--json", "s3", "--store", store)
	var s segment.Segment
	if err := json.Unmarshal([]byte(asJSON), &s); err != nil || s.Name != "likes law" {
		t.Errorf("%v %s", err, asJSON)
	}
}

func TestSegmentsItems(t *testing.T) {
	store := platform(t)
	out, _ := works(t, "segments", "items", "s2", "-n", "3", "--store", store)
	has(t, out, "s2 likes code: mean attention of 10 of 10 members", "RANK", "HELD BY", "\n1 ", "\n3 ", "few")
	asJSON, _ := works(t, "segments", "items", "s2", "--json", "--store", store)
	var got segmentItems
	if err := json.Unmarshal([]byte(asJSON), &got); err != nil || len(got.Items) != 20 || got.Members != 10 || got.Scores != audience.Attention {
		t.Fatalf("%v %s", err, asJSON)
	}
	for i, item := range got.Items {
		if slices.Contains([]string{"code-00", "code-03", servetest.Unavailable}, item.ItemID) || item.Held != nil || i > 0 && item.Mean > got.Items[i-1].Mean {
			t.Errorf("%d: %+v", i, item)
		}
	}
}

func TestSegmentsMembers(t *testing.T) {
	store, out := platform(t), filepath.Join(t.TempDir(), "members.parquet")
	said, _ := works(t, "segments", "members", "s3", "--store", store, "--out", out, "--raw-ids")
	has(t, said, "10 rows in "+out)
	all := rows(t, out)
	if len(all) != 10 || all[0].UserID != "user-02" || all[0].SegmentID != "s3" || all[0].SegmentName != "likes law" || !(all[0].Probability > 0.9) || all[0].RunnerUpID == "" {
		t.Errorf("%+v", all)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	// Both forms say the same; all segments are one after the other.
	text := strings.TrimSuffix(out, "parquet") + "csv"
	works(t, "segments", "members", "all", "--store", store, "--out", text, "--raw-ids")
	data, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	table := lines(t, string(data))
	if len(table) != servetest.Users || !slices.Equal(table[0], []string{"user_id", "segment_id", "segment_name", "probability", "distance", "runner_up_id"}) ||
		table[1][1] != "s1" || table[40][1] != "s4" || table[21][0] != "user-02" || table[21][2] != "likes law" {
		t.Errorf("%v", table)
	}
	if left := dir(t, filepath.Dir(out)); !slices.Equal(left, []string{"members.csv", "members.parquet"}) {
		t.Errorf("left behind: %v", left)
	}
}

func dir(t *testing.T, path string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestSmallSegmentsAreLeftOut(t *testing.T) {
	b, err := servetest.Bundle("a")
	if err != nil {
		t.Fatal(err)
	}
	art, err := bundle.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []int{2, 6, 10, 14} { // s3 has 6 left, s1 14
		u, _ := art.Users.Index(servetest.UserID(k))
		art.Membership[u] = 0
	}
	changed, err := art.Encode()
	store, _ := published(t, changed, err)
	out := filepath.Join(t.TempDir(), "members.parquet")
	for _, line := range []string{"members s3 --raw-ids --out " + out, "items s3", "show s3", "audience code-01 --raw-ids --segment s3"} {
		code, stdout, stderr := try(t, append([]string{"segments", "--store", store, "--min-group", "7"}, strings.Fields(line)...)...)
		if code != command.BadData || stdout != "" || !strings.Contains(stderr, "fewer than 7 members") {
			t.Errorf("%s: %d %s%s", line, code, stdout, stderr)
		}
		if code, _, stderr := try(t, append([]string{"segments", "--store", store, "--min-group", "6", "--force"}, strings.Fields(line)...)...); strings.HasPrefix(line, "members") && code != command.Done {
			t.Errorf("%s: %s", line, stderr)
		}
		os.Remove(out)
	}
	_, stderr := works(t, "segments", "members", "all", "--store", store, "--raw-ids", "--min-group", "11", "--out", out)
	has(t, stderr, `left out: segment "s2" has fewer than 11 members`, `left out: segment "s3"`)
	if all := rows(t, out); len(all) != 14 || all[0].SegmentID != "s1" {
		t.Errorf("%d rows", len(all))
	}
	code, _, stderr := try(t, "segments", "members", "all", "--store", store, "--raw-ids", "--min-group", "15", "--out", out, "--force")
	if code != command.BadData || !strings.Contains(stderr, "every segment is too small") {
		t.Errorf("%d %s", code, stderr)
	}
	// The least that was trained with cannot be gone below.
	art.Manifest.Config = []byte(`{"min_group":11}`)
	strict, err := art.Encode()
	store, _ = published(t, strict, err)
	if code, _, stderr := try(t, "segments", "show", "s2", "--store", store, "--min-group", "1"); code != command.BadData {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestSegmentsAudience(t *testing.T) {
	store, out := platform(t), filepath.Join(t.TempDir(), "users.parquet")
	printed, _ := works(t, "segments", "audience", "law-02", "--store", store, "--raw-ids", "-n", "12")
	table := lines(t, printed)
	if len(table) != 13 || table[1][0] != "1" || table[1][2] != "law-02" || table[1][4] != audience.Logit || table[1][5] != "true" || table[1][6] != "s3" {
		t.Errorf("%v", table)
	}
	works(t, "segments", "audience", "law-02", "--store", store, "--raw-ids", "-n", "12", "--out", out)
	all, err := parquet.ReadFile[audience.UserRow](out)
	if err != nil || len(all) != 12 {
		t.Fatal(len(all), err)
	}
	for i, row := range all {
		if row.UserID != table[i+1][1] || row.Rank != int64(i+1) {
			t.Errorf("row %d: %+v, printed %v", i, row, table[i+1])
		}
	}
	coders, _ := works(t, "segments", "audience", "law-02", "--store", store, "--raw-ids", "--segment", "s2")
	for _, line := range lines(t, coders)[1:] {
		if line[6] != "s2" {
			t.Errorf("%v", line)
		}
	}
}

func TestSegmentsUsage(t *testing.T) {
	store := platform(t)
	there := filepath.Join(t.TempDir(), "there.csv")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string][]string{
		"segments":                    {"want segments list, segments show, segments items, segments members, segments audience"},
		"segments show":               {"argument ID is missing"},
		"segments show s9":            {`no segment "s9"`, "s1, s2, s3, s4"},
		"segments items all":          {`no segment "all"`},
		"segments items s1 -n 0":      {`--n "0"`},
		"segments members s1":         {"--out is missing"},
		"segments members s1 --out x": {`--out "x"`, ".parquet or .csv"},
		"segments members s1 --out " + there + " --raw-ids": {"is there", "--force"},
		"segments members s9 --raw-ids --out y.csv":         {`no segment "s9"`},
		"segments audience no-such-item --raw-ids":          {`no item "no-such-item"`},
		"segments list --artifact other":                    {`no alias "other"`, "latest"},
		"segments list --artifact Other!":                   {"neither a version"},
		"segments list --artifact 0123456789abcdef":         {"not in ", "0123456789abcdef"},
		"segments list --min-group -1":                      {"--min-group"},
	} {
		code, stdout, stderr := try(t, append(strings.Fields(line), "--store", store)...)
		if code != command.BadUsage || stdout != "" {
			t.Errorf("%q: exit code %d, printed %q", line, code, stdout)
		}
		has(t, stderr, want...)
	}
	if code, _, stderr := try(t, "segments", "audience", servetest.Unlisted, "--raw-ids", "--store", store); code != command.BadData {
		t.Errorf("%d %s", code, stderr)
	}
	if data, _ := os.ReadFile(there); string(data) != "mine" {
		t.Errorf("%q", data)
	}
	works(t, "segments", "members", "s1", "--raw-ids", "--out", there, "--force", "--store", store)
	if data, _ := os.ReadFile(there); !strings.HasPrefix(string(data), "user_id,") {
		t.Errorf("%q", data)
	}
}

func TestSegmentsOfADamagedArtifact(t *testing.T) {
	b, err := servetest.Bundle("a")
	if err != nil {
		t.Fatal(err)
	}
	without := func(name string) {
		b.Manifest.Blobs = slices.DeleteFunc(b.Manifest.Blobs, func(x bundle.Blob) bool { return x.Name == name })
		delete(b.Blobs, name)
	}
	without("interest.safetensors")
	strange, err := bundle.EncodeTensors(map[string]bundle.Tensor{"strange": {Shape: []int{1}, Data: []float32{1}}})
	if err == nil {
		err = b.Add("interest.safetensors", "safetensors", strange)
	}
	store, _ := published(t, b, err)
	code, _, stderr := try(t, "segments", "list", "--store", store)
	if code != command.BadData {
		t.Errorf("%d %s", code, stderr)
	}
	has(t, stderr, `"strange" is unknown`)
	without("interest.safetensors")
	store, _ = published(t, b, nil)
	if code, _, stderr = try(t, "segments", "list", "--store", store); code != command.BadData {
		t.Errorf("%d %s", code, stderr)
	}
	has(t, stderr, "interest.safetensors is missing")
	blobs := filepath.Join(store, "blobs")
	for _, name := range dir(t, blobs) {
		if err := os.Truncate(filepath.Join(blobs, name), 10); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, stderr := try(t, "segments", "list", "--store", store); code != command.BadData {
		t.Errorf("%d %s", code, stderr)
	}
}

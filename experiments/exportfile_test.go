package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"curio/artifacts/audience"
	"curio/artifacts/command"
	"curio/serve/servetest"
)

func TestExportsArePseudonymous(t *testing.T) {
	key := keyFile(t)
	b, err := servetest.Pseudonymous("a", pseudonyms(t))
	known, _ := published(t, b, err)
	plain, out := platform(t), filepath.Join(t.TempDir(), "members.parquet")
	members := func(store string, more ...string) (int, string) {
		code, _, stderr := try(t, append([]string{"segments", "members", "s3", "--store", store, "--out", out, "--force"}, more...)...)
		return code, stderr
	}
	var want []string
	for k := 2; k < servetest.Users-1; k += 4 {
		want = append(want, pseudonyms(t).User(servetest.UserID(k)))
	}
	slices.Sort(want)
	for name, c := range map[string]struct {
		store string
		more  []string
	}{
		"Key":                {plain, []string{"--pseudonym-key-file", key}},
		"ArtifactHasThem":    {known, nil},
		"ArtifactHasThemKey": {known, []string{"--pseudonym-key-file", key}},
		"RawIDsAreThese":     {known, []string{"--raw-ids"}},
	} {
		if code, stderr := members(c.store, c.more...); code != command.Done {
			t.Errorf("%s: %s", name, stderr)
			continue
		}
		var got []string
		for _, row := range rows(t, out) {
			got = append(got, row.UserID)
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s: %v", name, got)
		}
	}
	os.Remove(out)
	if code, stderr := members(plain); code != command.BadUsage || !strings.Contains(stderr, "--pseudonym-key-file") || !strings.Contains(stderr, "--raw-ids") {
		t.Errorf("%d %s", code, stderr)
	}
	if code, stderr := members(plain, "--raw-ids", "--pseudonym-key-file", key); code != command.BadUsage || !strings.Contains(stderr, "say which") {
		t.Errorf("%d %s", code, stderr)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("c4a90f6e28d1537bb0e86d42f91a3c757e2058bd4693fe1a0bd7c58236ef9041"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stderr := members(known, "--pseudonym-key-file", other); code != command.BadUsage || !strings.Contains(stderr, pseudonyms(t).KeyID()) {
		t.Errorf("%d %s", code, stderr)
	}
	if code, _, stderr := try(t, "segments", "audience", "law-02", "--store", plain); code != command.BadUsage || !strings.Contains(stderr, "--raw-ids") {
		t.Errorf("%d %s", code, stderr)
	}
	if left := dir(t, filepath.Dir(out)); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// An export that does not come to its end leaves nothing, or what was there.
func TestExportIsWholeOrNotThere(t *testing.T) {
	folder := t.TempDir()
	e := exportFlags{out: filepath.Join(folder, "a.csv")}
	broken := errors.New("broken")
	half := func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	}
	whole := func(w io.Writer) error {
		_, err := io.WriteString(w, "whole")
		return err
	}
	if err := e.place(half); !errors.Is(err, broken) || dir(t, folder) != nil {
		t.Errorf("%v, %v", err, dir(t, folder))
	}
	if err := e.place(whole); err != nil {
		t.Error(err)
	}
	if err := e.place(whole); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("a file that came in the meantime: %v", err)
	}
	e.force = true
	if err := e.place(half); !errors.Is(err, broken) {
		t.Error(err)
	}
	if data, _ := os.ReadFile(e.out); string(data) != "whole" || len(dir(t, folder)) != 1 {
		t.Errorf("%q, %v", data, dir(t, folder))
	}
	e.out = filepath.Join(folder, "no", "a.csv")
	if err := e.place(whole); err == nil {
		t.Error("a folder that is not there")
	}
}

func TestExportStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	to := exportFlags{out: filepath.Join(t.TempDir(), "a.parquet")}
	n := 0
	err := export(ctx, &to, io.Discard, io.Discard, func(yield func(audience.MemberRow) bool) {
		for n = 0; n < 100_000; n++ {
			if n == 5000 {
				cancel()
			}
			if !yield(audience.MemberRow{}) {
				return
			}
		}
	})
	if !errors.Is(err, context.Canceled) || n != 5000 || dir(t, filepath.Dir(to.out)) != nil {
		t.Errorf("%v after %d rows, %v", err, n, dir(t, filepath.Dir(to.out)))
	}
}

func TestExportSaysWhatItQuoted(t *testing.T) {
	to := exportFlags{out: filepath.Join(t.TempDir(), "a.csv")}
	var said, notes strings.Builder
	if err := export(t.Context(), &to, &said, &notes, slices.Values([]audience.MemberRow{{UserID: "=1"}, {UserID: "u"}})); err != nil {
		t.Fatal(err)
	}
	has(t, said.String(), "2 rows in")
	has(t, notes.String(), "1 values could be taken for formulas")
}

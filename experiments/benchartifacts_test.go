package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/store/open"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "17": 17, "1KiB": 1 << 10, "3MiB": 3 << 20, "1GiB": 1 << 30, "1024GiB": 1 << 40,
		"": 0, "0": 0, "-1": 0, "GiB": 0, "1.5GiB": 0, "1GB": 0, "1 GiB": 0, "1025GiB": 0, "99999999999GiB": 0,
	} {
		var got int64
		f := command.New("try", "")
		err := f.Parse(nil, io.Discard, func() { got = parseSize(f, "size", text) })
		if got != want || (err == nil) != (want != 0) || err != nil && !strings.Contains(err.Error(), "--size") {
			t.Errorf("%q = %d, %v, want %d", text, got, err, want)
		}
	}
}

// TestStoreArgs: another process opens the same store with them.
func TestStoreArgs(t *testing.T) {
	for _, given := range [][]string{
		{"--store", "folder"},
		{"--store", "s3://b/p", "--s3-endpoint", "h:1", "--s3-insecure", "--s3-ca", "ca.pem", "--s3-sse", "kms"},
		{"--store", "s3://b/p", "--s3-endpoint", "http://h:1"},
	} {
		var first, second storeFlags
		f := command.New("try", "")
		first.define(f)
		if err := f.Parse(given, io.Discard, nil); err != nil {
			t.Fatal(err)
		}
		f = command.New("try", "")
		second.define(f)
		if err := f.Parse(first.args(), io.Discard, nil); err != nil || first != second {
			t.Errorf("%q gives %q, %v", given, first.args(), err)
		}
	}
	var none storeFlags
	none.options = open.Options{CreateBucket: true} // has been done by then
	if slices.Contains(none.args(), "--s3-create-bucket") {
		t.Error("another process is to make the bucket again")
	}
}

func TestTemporaryStore(t *testing.T) {
	s := storeFlags{target: temporaryStore}
	drop, err := s.temporary()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(s.target); err != nil || !info.IsDir() {
		t.Errorf("the folder: %v", err)
	}
	drop()
	if _, err := os.Stat(s.target); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
	s.target = t.TempDir()
	if drop, err = s.temporary(); err != nil {
		t.Fatal(err)
	}
	drop()
	if _, err := os.Stat(s.target); err != nil {
		t.Error("a store that was named is removed")
	}
}

func TestBenchPublishKillUsage(t *testing.T) {
	for args, says := range map[string]string{
		"bench publish-kill --rounds 0":    "--rounds",
		"bench publish-kill --grace 1ms":   "--grace",
		"bench artifacts --size much":      "--size",
		"bench artifacts --store ftp://x":  "ftp",
		"bench artifact-pass --pass again": "--cache",
	} {
		if _, err := parse(strings.Fields(args), io.Discard); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want a fault that says %q", args, err, says)
		}
	}
}

// TestGCRemovesWhatKilledWritersLeft: it is no object, so only gc sees it.
func TestGCRemovesWhatKilledWritersLeft(t *testing.T) {
	s, _ := stocked(t, 1)
	left := filepath.Join(s.dir, ".store", "tmp-killed")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(left, then, then); err != nil {
		t.Fatal(err)
	}
	out, _ := works(t, "artifacts", "gc", "--store", s.dir, "--apply", "--grace", "1h")
	if _, err := os.Stat(left); !os.IsNotExist(err) || !strings.Contains(out, "1 unfinished writes removed") {
		t.Errorf("it is still there (%v), and gc says %q", err, out)
	}
}

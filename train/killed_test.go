//go:build unix

package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	record "curio/experiments/run"
)

// A run that is killed at any moment leaves nothing in the way of the next, which
// reads the same data.
func TestKilledRunsLeaveNothing(t *testing.T) {
	data, temp, store := platformLogs(t), t.TempDir(), filepath.Join(t.TempDir(), "store")
	binary := filepath.Join(t.TempDir(), "train")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args := logArgs(data, store, "--json", "--temp-dir", temp)
	start := time.Now()
	first, err := exec.Command(binary, logArgs(data, filepath.Join(t.TempDir(), "store"), "--json")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	r := rand.New(rand.NewPCG(1, 2))
	for range 12 {
		cmd := exec.Command(binary, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Int64N(int64(took))))
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Fatalf("left in the temporary folder: %v (%v)", left, err)
		}
	}
	cmd := exec.Command(binary, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	last, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	want, err := record.Decode(bytes.TrimSpace(first))
	if err != nil {
		t.Fatal(err)
	}
	got, err := record.Decode(bytes.TrimSpace(last))
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != want.Version || got.Dataset.Digest != want.Dataset.Digest || want.Dataset.Digest == "" {
		t.Errorf("version %s of data %s, want %s of %s", got.Version, got.Dataset.Digest, want.Version, want.Dataset.Digest)
	}
}

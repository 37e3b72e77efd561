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

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	record "curio/experiments/run"
)

// A run that is killed at any moment leaves nothing in the way of the next, which
// reads the same data.
func TestKilledRunsLeaveNothing(t *testing.T) {
	data, temp, store := platformLogs(t), t.TempDir(), filepath.Join(t.TempDir(), "store")
	binary := built(t)
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

// built is the program as a file.
func built(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "train")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// A run that is killed at any moment, again and again, ends with the version of
// one that never was, and leaves no checkpoint.
func TestKilledRunGoesOn(t *testing.T) {
	binary, kept, store := built(t), t.TempDir(), filepath.Join(t.TempDir(), "store")
	args := []string{
		"--users", "600", "--items", "80", "--events", "12000", "--epochs", "100", "--patience", "0", "--hidden-size", "8",
		"--json", "--checkpoints", kept,
	}
	start := time.Now()
	first, err := exec.Command(binary, append(args, "--dry-run", "--store", store)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	args = append(args, "--store", store, "--resume", "--checkpoint-every", "5ms")
	r := rand.New(rand.NewPCG(1, 2))
	going := 0
	var last []byte
	for run := 0; last == nil; run++ {
		if run == 40 {
			t.Fatal("40 runs got nowhere")
		}
		cmd := exec.Command(binary, args...)
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(3+min(run, 13))*took/16+time.Duration(r.Int64N(int64(took/8))), func() { _ = cmd.Process.Kill() })
		if err := cmd.Wait(); err == nil {
			last = out.Bytes()
		}
		kill.Stop()
		if left, _ := os.ReadDir(kept); last == nil && len(left) > 0 {
			going++
		}
	}
	if going < 2 {
		t.Errorf("%d of the runs that were killed left a checkpoint", going)
	}
	if left, err := os.ReadDir(kept); err != nil || len(left) != 0 {
		t.Errorf("left with the checkpoints: %v (%v)", left, err)
	}
	want, err := record.Decode(bytes.TrimSpace(first))
	if err != nil {
		t.Fatal(err)
	}
	got, err := record.Decode(bytes.TrimSpace(last))
	if err != nil {
		t.Fatal(err)
	}
	want.RunID, want.CreatedAt, want.Version, want.Timings, want.PeakRSS = got.RunID, got.CreatedAt, got.Version, got.Timings, got.PeakRSS
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("another run than one that was never cut off:\n%s", diff)
	}
	fresh, err := exec.Command(binary, append(args[:len(args)-3:len(args)-3], "--checkpoint-every", "1h")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := record.Decode(bytes.TrimSpace(fresh)); err != nil || again.Version != got.Version {
		t.Errorf("version %v (%v), want %s", again, err, got.Version)
	}
}

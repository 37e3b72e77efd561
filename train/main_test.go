package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/open"
	record "curio/experiments/run"
	"curio/train/twotower"
)

// small are the flags of a platform that trains in a second.
var small = []string{"--users", "300", "--items", "80", "--events", "12000", "--epochs", "2"}

func program(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, &out, &errs)
	return code, out.String(), errs.String()
}

func registryIn(t *testing.T, folder string) *registry.Registry {
	t.Helper()
	s, err := open.Open(context.Background(), folder, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return registry.New(s, time.Now)
}

func TestPublishes(t *testing.T) {
	ctx, folder := context.Background(), filepath.Join(t.TempDir(), "store")
	args := append([]string{"--store", folder, "--json", "--alias", "candidate"}, small...)
	code, stdout, stderr := program(ctx, args...)
	if code != command.Done {
		t.Fatalf("exit code %d, standard error %q", code, stderr)
	}
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "rehearse: epoch ") && !strings.HasPrefix(line, "fit interest model: epoch ") {
			t.Errorf("standard error has %q", line)
		}
	}
	rec, err := record.Decode([]byte(stdout))
	if err != nil {
		t.Fatalf("standard output is not a record: %v\n%s", err, stdout)
	}
	if rec.Dataset.Events != 12_000 || rec.PeakRSS == 0 || rec.Timings["fit"] == 0 || rec.Segments.K != len(rec.Segments.Sizes) {
		t.Errorf("record is %+v", rec)
	}
	r := registryIn(t, folder)
	pointer, err := r.Resolve(ctx, "candidate")
	if err != nil || pointer.Version != rec.Version {
		t.Errorf("alias is at %q (%v), want %q", pointer.Version, err, rec.Version)
	}
	if _, err := r.Load(ctx, rec.Version); err != nil {
		t.Error(err)
	}
	stored, err := r.Run(ctx, rec.RunID)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := record.Decode(stored); err != nil || again.Version != rec.Version {
		t.Errorf("the stored record is of version %v (%v), want %s", again, err, rec.Version)
	}

	t.Run("SameContentSameVersion", func(t *testing.T) {
		code, stdout, _ := program(ctx, append(args, "--workers", "1")...)
		again, err := record.Decode([]byte(stdout))
		if code != command.Done || err != nil || again.Version != rec.Version || again.RunID == rec.RunID {
			t.Errorf("exit code %d (%v), version %q, want %q of another run", code, err, again.Version, rec.Version)
		}
		versions, _ := r.Versions(ctx)
		runs, _ := r.Runs(ctx)
		if len(versions) != 1 || len(runs) != 2 {
			t.Errorf("%d versions and %d runs, want 1 and 2", len(versions), len(runs))
		}
	})
}

func TestDryRunPublishesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "store")
	code, stdout, stderr := program(context.Background(), append([]string{"--store", folder, "--dry-run"}, small...)...)
	if code != command.Done || !strings.Contains(stdout, "nothing was published") {
		t.Errorf("exit code %d, standard error %q, standard output %q", code, stderr, stdout)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the store was made: %v", err)
	}
}

func TestStoppedPublishesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "store")
	ctx, cancel := context.WithCancel(context.Background())
	defer time.AfterFunc(300*time.Millisecond, cancel).Stop()
	code, _, stderr := program(ctx, "--store", folder, "--users", "3000", "--items", "500", "--events", "200000", "--epochs", "500")
	if code != command.Failed || !strings.Contains(stderr, "alias latest was not moved") {
		t.Errorf("exit code %d, standard error %q", code, stderr)
	}
	r := registryIn(t, folder)
	if runs, err := r.Runs(context.Background()); err != nil || len(runs) != 1 {
		t.Errorf("runs %v (%v), want the interrupted one", runs, err)
	}
	if versions, err := r.Versions(context.Background()); err != nil || len(versions) != 0 {
		t.Errorf("versions %v (%v), want none", versions, err)
	}
}

func TestFailureIsOnRecord(t *testing.T) {
	ctx, data, folder := context.Background(), t.TempDir(), filepath.Join(t.TempDir(), "store")
	if err := os.WriteFile(filepath.Join(data, "events.jsonl"), []byte("not json\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := program(ctx, "--dataset", "events", "--data", data, "--store", folder)
	if code != command.BadData || !strings.Contains(stderr, "json_invalid") || !strings.Contains(stderr, "events.jsonl:1") {
		t.Errorf("exit code %d, standard error %q", code, stderr)
	}
	r := registryIn(t, folder)
	runs, err := r.Runs(ctx)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v (%v), want one", runs, err)
	}
	stored, err := r.Run(ctx, runs[0])
	if err != nil {
		t.Fatal(err)
	}
	rec, err := record.Decode(stored)
	if err != nil || rec.Status != record.Failed || rec.Version != "" || !strings.Contains(rec.Reason, "2 rows") || rec.Config["seed"] == nil && rec.Config["max_watch"] == nil || rec.Dataset.Rejected != 2 {
		t.Errorf("record is %+v (%v)", rec, err)
	}
	rows, err := r.RunFile(ctx, runs[0], "quarantine.jsonl.zst")
	if err != nil || len(rows) == 0 {
		t.Errorf("quarantine has %d bytes (%v)", len(rows), err)
	}
}

func TestExitCodes(t *testing.T) {
	empty, rubbish := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(rubbish, "events.jsonl"), []byte("not json\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") // a port where nobody will answer
	if err != nil {
		t.Fatal(err)
	}
	dead := listener.Addr().String()
	listener.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for name, c := range map[string]struct {
		code int
		says []string
		args []string
	}{
		"Help":             {command.Done, nil, []string{"--help"}},
		"EveryFault":       {command.BadUsage, []string{"--epochs", "--dataset", "there is no flag --what", "--alias"}, []string{"--epochs", "0", "--dataset", "x", "--what", "1", "--alias", "A/b"}},
		"SegmentFaults":    {command.BadUsage, []string{"--segment-features", "--segment-method", "--segment-sample"}, []string{"--segment-features", "moon", "--segment-method", "magic", "--segment-sample", "99"}},
		"NoData":           {command.BadUsage, []string{"--data"}, []string{"--dataset", "events"}},
		"DataWithoutKind":  {command.BadUsage, []string{"--dataset"}, []string{"--data", empty}},
		"NotAStore":        {command.BadUsage, []string{"ftp"}, []string{"--store", "ftp://x/y"}},
		"MissingFolder":    {command.BadData, []string{"nowhere"}, []string{"--dataset", "events", "--data", filepath.Join(empty, "nowhere"), "--dry-run"}},
		"EmptyFolder":      {command.BadData, []string{"events"}, []string{"--dataset", "events", "--data", empty, "--dry-run"}},
		"NothingAccepted":  {command.BadData, []string{"2 rows"}, []string{"--dataset", "events", "--data", rubbish, "--dry-run"}},
		"StoreNotWritable": {command.StoreUnreachable, []string{"cannot be written"}, []string{"--store", filepath.Join(rubbish, "events.jsonl", "store")}},
		"StoreUnreachable": {command.StoreUnreachable, []string{dead}, []string{"--store", "s3://bucket/prefix", "--s3-endpoint", dead, "--s3-insecure"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := program(context.Background(), c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d; standard error %q", code, c.code, stderr)
			}
			for _, want := range c.says {
				if !strings.Contains(stderr, want) {
					t.Errorf("standard error %q does not mention %q", stderr, want)
				}
			}
		})
	}
}

// Without a terminal there are no bars, and a line an epoch.
func TestBarsWithoutTerminal(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	b := newBars(&out, func() time.Time { now = now.Add(time.Second); return now })
	b.show("fit", 1, 2)
	b.epoch("fit", twotower.Epoch{Number: 2, Of: 12, Samples: 5000, Loss: 1.25, Value: 0.125, Judged: true, Best: true})
	b.epoch("fit", twotower.Epoch{Number: 3, Of: 12, Samples: 5000, Loss: 1.25, Resumed: true})
	b.close()
	want := "fit: epoch 2 of 12, loss 1.2500, NDCG@20 0.1250, the best so far, 5000 samples/s, 10s left\nfit: epoch 3 of 12, loss 1.2500\n"
	if out.String() != want {
		t.Errorf("wrote %q, want %q", out.String(), want)
	}
}

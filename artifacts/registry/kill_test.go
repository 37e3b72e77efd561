//go:build unix

package registry

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
	"curio/artifacts/store/miniostore"
	"curio/artifacts/store/miniotest"
)

var kills = flag.Int("kills", 12, "processes that TestKilled kills on each store")

// later is a store whose clock is two days ahead of the times of its objects: to a
// collection everything is old.
type later struct{ store.Store }

func (l later) Stat(ctx context.Context, key string) (store.Info, error) {
	info, err := l.Store.Stat(ctx, key)
	if strings.HasPrefix(key, "probes/") {
		info.Modified = info.Modified.Add(2 * day)
	}
	return info, err
}

// The variables that make the test binary a process that works on a store until it is
// killed.
const (
	envWork   = "CURIO_REGISTRY_TEST_WORK" // publish or collect
	envFolder = "CURIO_REGISTRY_TEST_FOLDER"
	envBucket = "CURIO_REGISTRY_TEST_BUCKET" // endpoint, key, secret, bucket
)

func TestMain(m *testing.M) {
	if work := os.Getenv(envWork); work != "" {
		err := toil(work)
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func openShared(folder, bucket string) (store.Store, error) {
	if folder != "" {
		return fsstore.New(folder)
	}
	part := strings.Split(bucket, " ")
	return miniostore.New(context.Background(), miniostore.Options{Endpoint: part[0], AccessKey: part[1], SecretKey: part[2], Bucket: part[3], CreateBucket: true})
}

// toil works for ever, and says so when it begins.
func toil(work string) error {
	s, err := openShared(os.Getenv(envFolder), os.Getenv(envBucket))
	if err != nil {
		return err
	}
	ctx := context.Background()
	r := New(later{s}, time.Now)
	fmt.Println("ready")
	for n := 0; ; n = (n + 1) % 5 {
		switch work {
		case "publish":
			err = publishAndMove(ctx, r, testBundle(&testing.T{}, n))
		case "collect":
			err = collectAll(ctx, later{s})
		}
		if err != nil {
			return err
		}
	}
}

// TestKilled kills publishers and collectors, one after the other, at any moment.
// A reader finds every version whole after each; in the end a publish succeeds, and
// collections leave no orphan.
func TestKilled(t *testing.T) {
	t.Parallel()
	t.Run("Folder", func(t *testing.T) { killed(t, envFolder, t.TempDir()) })
	t.Run("MinIO", func(t *testing.T) {
		server := miniotest.Start(t)
		killed(t, envBucket, fmt.Sprintf("%s %s %s killed-%d", server.Endpoint, server.AccessKey, server.SecretKey, time.Now().UnixNano()))
	})
}

func killed(t *testing.T, variable, place string) {
	folder, bucket := place, ""
	if variable == envBucket {
		folder, bucket = "", place
	}
	s, err := openShared(folder, bucket)
	if err != nil {
		t.Fatal(err)
	}
	for i := range *kills {
		work := []string{"publish", "collect"}[i%2]
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), envWork+"="+work, variable+"="+place)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatalf("%v: %s", err, said.String())
		}
		time.Sleep(rand.N(150 * time.Millisecond))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
			t.Fatalf("the process ended by itself: %v: %s", err, said.String())
		}
		wantWhole(t, s)
		if t.Failed() {
			t.Fatalf("after kill %d, of a process to %s", i, work)
		}
	}
	r := New(s, time.Now)
	if err := publishAndMove(t.Context(), r, testBundle(t, 9)); err != nil {
		t.Fatal(err)
	}
	for range 3 { // to the trash, out of it, and what that leaves
		if err := collectAll(t.Context(), later{s}); err != nil {
			t.Fatal(err)
		}
	}
	wantWhole(t, s)
	wantClean(t, s)
	if report, err := r.Verify(t.Context(), nil, nil); err != nil || len(report.Faults) > 0 || report.Loose > 0 {
		t.Errorf("Verify = %+v, %v", report, err)
	}
}

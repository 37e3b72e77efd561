package clustering

import (
	"context"
	"errors"
	"math/rand"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestWithSeedRepeats(t *testing.T) {
	draws := func(seed int64) (got [3]float64) {
		err := withSeed(context.Background(), seed, 3, func() error {
			got = [3]float64{rand.Float64(), rand.Float64(), rand.Float64()}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if a, b := draws(5), draws(5); a != b {
		t.Errorf("seed 5 draws %v, then %v", a, b)
	}
	if draws(5) == draws(6) {
		t.Error("seeds 5 and 6 draw the same")
	}
	draws(5)
	after := rand.Int63()
	draws(5)
	if rand.Int63() == after {
		t.Error("the source goes on as seeded afterwards")
	}
}

// TestWithSeedNoticesStrangers draws once too often, as something else in the
// program might in between.
func TestWithSeedNoticesStrangers(t *testing.T) {
	calls := 0
	err := withSeed(context.Background(), 1, 1, func() error {
		if calls++; calls < 4 {
			rand.Float64()
		}
		rand.Float64()
		return nil
	})
	if err != nil || calls != 4 {
		t.Errorf("%d calls and %v, want a fourth that is let be", calls, err)
	}
	err = withSeed(context.Background(), 1, 1, func() error { return nil })
	if !errors.Is(err, ErrSource) {
		t.Errorf("error %v of a source that is never where it should be, want ErrSource", err)
	}
}

func TestWithSeedPassesErrorsOn(t *testing.T) {
	want := errors.New("mine")
	if err := withSeed(context.Background(), 1, 0, func() error { return want }); !errors.Is(err, want) {
		t.Errorf("error %v, want f's", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := withSeed(ctx, 1, 0, func() error { t.Error("called"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want Canceled", err)
	}
}

// TestFitSaysWhenSeedsDoNothing runs this test's program again as one built
// without the setting that golearn needs.
func TestFitSaysWhenSeedsDoNothing(t *testing.T) {
	const child = "CLUSTERING_TEST_CHILD"
	if os.Getenv(child) != "" {
		in, _ := gaussians(300, 3, 3, 3, 1)
		if _, err := Fit(context.Background(), in, Options{Seed: 1}); !errors.Is(err, ErrSource) {
			t.Errorf("error %v, want ErrSource", err)
		}
		return
	}
	program, err := os.Executable()
	if err != nil {
		t.Skip("cannot find the test's own program:", err)
	}
	cmd := exec.Command(program, "-test.run=^TestFitSaysWhenSeedsDoNothing$", "-test.v")
	cmd.Env = append(os.Environ(), "GODEBUG=randseednop=1", child+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

package pipeline

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/datasets/census"
	"curio/datasets/event"
	"curio/datasets/synth"
	"curio/features/profile"
	"curio/train/twotower"
)

// quiet observes nothing. Its clock counts its calls, so timings are exact.
func quiet() Observer {
	calls := 0
	return Observer{
		Clock:  func() time.Time { calls++; return time.Unix(int64(calls), 0) },
		Stage:  func(string, int, int) {},
		Reject: func(event.Reject) {},
	}
}

func platform(t *testing.T, o synth.Options) *synth.Platform {
	t.Helper()
	p, err := synth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func settings(p event.Source) Config {
	c := Config{
		Name: "synth", Source: p, Split: ByUser, Holdout: 0.2, Seed: 1, Workers: 2, Census: census.Default(), Profiles: profile.DefaultOptions(),
		Strength: profile.DefaultStrength(), Interest: twotower.Default(), Graph: DefaultGraph(),
	}
	c.Interest.Epochs = 2
	return c
}

func tiny() synth.Options {
	o := synth.Default()
	o.Users, o.Items, o.Events = 300, 80, 12_000
	return o
}

// adjustedRand is the adjusted Rand index of two labellings (Hubert and Arabie,
// "Comparing partitions", 1985).
func adjustedRand(a, b []int) float64 {
	pairs := func(n float64) float64 { return n * (n - 1) / 2 }
	both, left, right := map[[2]int]float64{}, map[int]float64{}, map[int]float64{}
	for i := range a {
		both[[2]int{a[i], b[i]}]++
		left[a[i]]++
		right[b[i]]++
	}
	var sum, sumLeft, sumRight float64
	for _, n := range both {
		sum += pairs(n)
	}
	for _, n := range left {
		sumLeft += pairs(n)
	}
	for _, n := range right {
		sumRight += pairs(n)
	}
	expected := sumLeft * sumRight / pairs(float64(len(a)))
	return (sum - expected) / ((sumLeft+sumRight)/2 - expected)
}

// The default platform, as the program runs it but for fewer epochs: its planted
// segments are found again, and the model ranks better than popularity.
func TestDefaultPlatform(t *testing.T) {
	p := platform(t, synth.Default())
	r, err := Run(context.Background(), settings(p), quiet())
	if err != nil {
		t.Fatal(err)
	}
	a, err := bundle.Decode(r.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	truth := p.Truth()
	var found, planted []int
	for u, s := range a.Membership {
		if s < 0 {
			continue
		}
		segment, ok := truth.Segment(a.Users.ID(int32(u)))
		if !ok {
			t.Fatalf("user %q is not of the platform", a.Users.ID(int32(u)))
		}
		found, planted = append(found, int(s)), append(planted, segment)
	}
	ari := adjustedRand(found, planted)
	t.Logf("%d segments, ARI %.3f", r.Segments.K, ari)
	if ari < 0.8 {
		t.Errorf("ARI %.3f with the planted segments, want 0.8", ari)
	}
	model, popularity := r.Metrics.Model["ndcg@10"], r.Metrics.Popularity["ndcg@10"]
	if model.Low <= popularity.High {
		t.Errorf("NDCG@10 of the model %v does not clear popularity's %v", model, popularity)
	}
	if r.Dataset.Events != 250_000 || r.Dataset.Users != 4_000 || r.Dataset.Items != 800 {
		t.Errorf("data set is %+v", r.Dataset)
	}
}

func TestSameVersionAtAnyWorkers(t *testing.T) {
	c := settings(platform(t, tiny()))
	first, err := Run(context.Background(), c, quiet())
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 8} {
		c.Workers = workers
		r, err := Run(context.Background(), c, quiet())
		if err != nil {
			t.Fatal(err)
		}
		if r.Version != first.Version {
			t.Errorf("version %s with %d workers, %s with two:\n%s", r.Version, workers, first.Version,
				cmp.Diff(first.Bundle.Manifest, r.Bundle.Manifest))
		}
	}
	c.Seed = 2
	r, err := Run(context.Background(), c, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if r.Version == first.Version {
		t.Error("another seed has the same version")
	}
}

// What was published can be read back and answers.
func TestArtifactRoundTrip(t *testing.T) {
	r, err := Run(context.Background(), settings(platform(t, tiny())), quiet())
	if err != nil {
		t.Fatal(err)
	}
	a, err := bundle.Decode(r.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	again, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if v := again.Manifest.Version(); v != r.Version {
		t.Errorf("decoding and encoding turned version %s into %s", r.Version, v)
	}
	var last event.Time
	events := int64(0)
	for i := range a.Profiles {
		last = max(last, a.Profiles[i].Last)
		events += a.Profiles[i].Events
	}
	if last > a.AsOf || last < a.AsOf-event.Day || events != 12_000 {
		t.Errorf("profiles end at %d with %d events, want the end of the log %d and all 12000", last, events, a.AsOf)
	}
}

// uniform is a log without any table, of users who do all the same.
func uniform() *listed {
	s := &listed{}
	for u := range 40 {
		for i := range 10 {
			s.events = append(s.events, view(fmt.Sprint("u", u), fmt.Sprint("i", (u+i)%20), i+1))
		}
	}
	return s
}

// Users who cannot be told apart are one segment.
func TestRunWithoutTables(t *testing.T) {
	c := settings(uniform())
	c.Segments.Segments = 3
	r, err := Run(context.Background(), c, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if r.Segments.K != 1 || r.Notes["segments_fewer_than_asked"] != 2 {
		t.Errorf("segments %+v, notes %v; want one, and a note that two are missing", r.Segments, r.Notes)
	}
}

func TestRunErrors(t *testing.T) {
	t.Run("NoEvents", func(t *testing.T) {
		if _, err := Run(context.Background(), settings(&listed{}), quiet()); !BadData(err) {
			t.Errorf("error %v is not one of the data", err)
		}
	})
	t.Run("NothingHeldOut", func(t *testing.T) {
		s := &listed{events: []event.Event{view("a", "x", 1), view("b", "y", 2)}}
		if _, err := Run(context.Background(), settings(s), quiet()); !BadData(err) {
			t.Errorf("error %v is not one of the data", err)
		}
	})
	t.Run("Unreadable", func(t *testing.T) {
		s := &listed{events: []event.Event{view("a", "x", 1)}, err: errors.New("disk on fire")}
		if _, err := Run(context.Background(), settings(s), quiet()); !BadData(err) {
			t.Errorf("error %v is not one of the data", err)
		}
	})
	t.Run("NothingToShow", func(t *testing.T) {
		s := uniform()
		s.catalogue.Items = []event.Item{{ID: "other", Unavailable: true}}
		if _, err := Run(context.Background(), settings(s), quiet()); !BadData(err) {
			t.Errorf("error %v is not one of the data", err)
		}
	})
	t.Run("Stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		o := quiet()
		o.Stage = func(name string, _, _ int) {
			if name == "fit interest model" {
				cancel()
			}
		}
		if _, err := Run(ctx, settings(platform(t, tiny())), o); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
	})
}

// Fits that do not go on from each other's state keep it apart.
func TestCheckpointsOfOtherSettings(t *testing.T) {
	names := map[string]bool{}
	o := Observer{Checkpoint: func(name string) twotower.Checkpoint {
		names[name] = true
		return nil
	}}
	ask := func(digest string, change func(*Config)) {
		c := Config{Interest: twotower.Default()}
		change(&c)
		for _, stage := range []string{"rehearsal", "fit"} {
			o.checkpoint(&log{digest: digest}, &c, stage)
		}
	}
	same := func(*Config) {}
	ask("a", same)
	ask("a", same)
	ask("a", func(c *Config) { c.Workers = 8 })
	if len(names) != 2 {
		t.Errorf("one run has checkpoints %v", names)
	}
	ask("b", same)
	ask("a", func(c *Config) { c.Seed++ })
	ask("a", func(c *Config) { c.Interest.Epochs++ })
	ask("a", func(c *Config) { c.Interest.Patience++ })
	if len(names) != 10 {
		t.Errorf("five runs have checkpoints %v", names)
	}
}

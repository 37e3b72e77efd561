package clustering

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// moons draws rows along two half circles that reach into each other.
func moons(rows int, seed uint64) (Input, []int32) {
	r := rand.New(rand.NewPCG(seed, 95))
	var truth []int32
	in := filled(r, rows, 2, func(x []float32) {
		angle, k := math.Pi*r.Float64(), r.IntN(2)
		a, b := math.Cos(angle), math.Sin(angle)
		if k == 1 {
			a, b = 1-a, 0.5-b
		}
		x[0], x[1] = float32(a+0.08*r.NormFloat64()), float32(b+0.08*r.NormFloat64())
		truth = append(truth, int32(k))
	})
	return in, truth
}

// rings draws rows along a circle in another.
func rings(rows int, seed uint64) (Input, []int32) {
	r := rand.New(rand.NewPCG(seed, 94))
	var truth []int32
	in := filled(r, rows, 2, func(x []float32) {
		angle, k := 2*math.Pi*r.Float64(), r.IntN(2)
		radius := 1 + 2*float64(k) + 0.1*r.NormFloat64()
		x[0], x[1] = float32(radius*math.Cos(angle)), float32(radius*math.Sin(angle))
		truth = append(truth, int32(k))
	})
	return in, truth
}

// strays draws rows of one cloud, and a share of rows from all around it.
func strays(rows, width int, share float64, seed uint64) (Input, []int32) {
	r := rand.New(rand.NewPCG(seed, 93))
	var truth []int32
	in := filled(r, rows, width, func(x []float32) {
		k := int32(0)
		if r.Float64() < share {
			k = 1
		}
		for j := range x {
			x[j] = float32(r.NormFloat64())
			if k == 1 {
				x[j] = float32(24*r.Float64() - 12)
			}
		}
		truth = append(truth, k)
	})
	return in, truth
}

func TestDensityFindsShapes(t *testing.T) {
	for name, draw := range map[string]func(int, uint64) (Input, []int32){"Moons": moons, "Rings": rings} {
		for seed := uint64(1); seed <= 2; seed++ {
			in, truth := draw(1000, seed)
			r := mustFit(t, in, Options{Seed: seed, Method: DBSCAN})
			if k, ari := len(r.Model.Segments()), agreement(r.Members, truth); k != 2 || ari < 0.9 {
				t.Errorf("%s, seed %d: %d segments with an adjusted Rand index of %.3f, want 2 with at least 0.9", name, seed, k, ari)
			}
			if r.Attempts != 1 || r.Failures != 0 || len(r.Candidates) != levels {
				t.Errorf("%s, seed %d: %d attempts, %d failures, %d candidates", name, seed, r.Attempts, r.Failures, len(r.Candidates))
			}
			if seed > 1 {
				continue
			}
			gaussian := mustFit(t, in, Options{Seed: seed, Segments: 2})
			if ari := agreement(gaussian.Members, truth); ari > 0.9 {
				t.Errorf("%s, seed %d: two Gaussians reach %.3f: the test says little", name, seed, ari)
			}
		}
	}
}

// TestDensityFindsOutliers, who are a segment of their own wherever they are, unless
// they are fewer than a segment may have.
func TestDensityFindsOutliers(t *testing.T) {
	for _, width := range []int{2, 5} {
		in, truth := strays(3000, width, 0.03, 1)
		r := mustFit(t, in, Options{Seed: 1, Method: DBSCAN})
		if k, ari := len(r.Model.Segments()), agreement(r.Members, truth); k != 2 || ari < 0.85 {
			t.Fatalf("%d columns: %d segments with an adjusted Rand index of %.3f", width, k, ari)
		}
		far := make([]float32, width)
		for j := range far {
			far[j] = 9 * float32(1-2*(j%2))
		}
		if a := r.Model.Assign(far); a.Index != 1 || a.Probability < 0.99 {
			t.Errorf("%d columns: somebody far off where nobody was is in %+v", width, a)
		}
		few := mustFit(t, in, Options{Seed: 1, Method: DBSCAN, MinSize: 200})
		if k := len(few.Model.Segments()); k != 1 {
			t.Errorf("%d columns: %d segments, of which one is too small", width, k)
		}
	}
}

func TestDensityWithoutStructure(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		in, _ := strays(2000, 3, 0, seed)
		if k := len(mustFit(t, in, Options{Seed: seed, Method: DBSCAN}).Model.Segments()); k != 1 {
			t.Errorf("seed %d: %d segments of one cloud", seed, k)
		}
	}
}

// TestDensityNumber: there are at most as many segments as asked for, outliers among
// them.
func TestDensityNumber(t *testing.T) {
	in, truth := gaussians(1200, 2, 5, 12, 1)
	for k, want := range map[int]int{0: 5, 1: 1, 4: 0, 5: 5, 9: 5} { // 0 for any up to k
		r := mustFit(t, in, Options{Seed: 1, Segments: k, Method: DBSCAN})
		got := len(r.Model.Segments())
		if k > 0 && got > k || want > 0 && got != want {
			t.Errorf("asked for %d segments, got %d, want %d", k, got, want)
		}
		if ari := agreement(r.Members, truth); want == 5 && ari < 0.95 {
			t.Errorf("asked for %d: adjusted Rand index %.3f", k, ari)
		}
	}
}

// TestDensityKeepsShapesBeforeOutliers: where there is room for the shapes only,
// outliers go with the nearest.
func TestDensityKeepsShapesBeforeOutliers(t *testing.T) {
	in, truth := rings(1200, 1)
	n := len(truth)
	r := rand.New(rand.NewPCG(1, 92))
	for range 50 {
		in.X = append(in.X, float32(30*r.Float64()-15), float32(30*r.Float64()-15))
	}
	for k, want := range map[int]int{0: 3, 3: 3, 2: 2} {
		found := mustFit(t, in, Options{Seed: 1, Segments: k, Method: DBSCAN})
		if got, ari := len(found.Model.Segments()), agreement(found.Members[:n], truth); got != want || ari < 0.9 {
			t.Errorf("asked for %d segments: %d with an adjusted Rand index of %.3f, want %d", k, got, ari, want)
		}
	}
}

func TestDensityIsDeterministic(t *testing.T) {
	in, _ := moons(1000, 1)
	o := Options{Seed: 7, Sample: 900, Workers: 1, Method: DBSCAN}
	want := fingerprint(t, mustFit(t, in, o))
	for o.Workers = 2; o.Workers <= 3; o.Workers++ {
		if fingerprint(t, mustFit(t, in, o)) != want {
			t.Errorf("%d workers give something else than 1", o.Workers)
		}
	}
	o.Seed++
	if fingerprint(t, mustFit(t, in, o)) == want {
		t.Error("another seed gives the same to the byte: the seed does nothing")
	}
}

func TestDensityStops(t *testing.T) {
	in, _ := moons(1000, 1)
	for looks := 0; ; looks = looks*3/2 + 1 {
		ctx := &impatient{Context: context.Background(), left: looks}
		r, err := Fit(ctx, in, Options{Seed: 1, Method: DBSCAN})
		if err == nil {
			if looks < levels {
				t.Errorf("done after %d looks at the context", looks)
			}
			return
		}
		if r != nil || !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d looks: %v, %v", looks, r, err)
		}
	}
}

func TestRecurrence(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []int32
		want float64
	}{
		"Equal":     {[]int32{0, 0, 1, 1}, []int32{0, 0, 1, 1}, 1},
		"Renamed":   {[]int32{0, 0, 1, 1}, []int32{1, 1, 0, 0}, 1},
		"OneMoved":  {[]int32{0, 0, 0, 1, 1}, []int32{0, 0, 1, 1, 1}, 2. / 3},
		"Split":     {[]int32{0, 0, 0, 0}, []int32{0, 0, 0, 1}, 0.25},
		"SplitBack": {[]int32{0, 0, 0, 1}, []int32{0, 0, 0, 0}, 0.25},
		"NoSecond":  {[]int32{0, 0, 2, 2}, []int32{0, 0, 2, 2}, 1},
	} {
		if got := recurrence(c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestChoice(t *testing.T) {
	p := func(segments int, recurs, agreement float64) parcels {
		return parcels{segments: segments, recurs: recurs, agreement: agreement}
	}
	for name, c := range map[string]struct {
		found  []parcels
		wanted int
		want   []int // indices
	}{
		"Nothing":      {nil, 0, nil},
		"OnlyOne":      {[]parcels{p(1, 1, 1)}, 0, nil},
		"Frail":        {[]parcels{p(2, recurring-0.001, 1)}, 0, nil},
		"JustSound":    {[]parcels{p(2, recurring, 1)}, 0, []int{0}},
		"Finest":       {[]parcels{p(2, 1, 1), p(4, 0.8, 0.8), p(3, 0.9, 0.9)}, 0, []int{1, 2, 0}},
		"Steadiest":    {[]parcels{p(3, 0.8, 0.8), p(3, 0.8, 0.9), p(3, 0.8, 0.9)}, 0, []int{1, 2, 0}},
		"AutoSegments": {[]parcels{p(AutoSegments+1, 1, 1), p(AutoSegments, 0.8, 1)}, 0, []int{1}},
		"Wanted":       {[]parcels{p(4, 1, 1), p(3, 0.8, 0.8), p(2, 0.9, 0.9), p(3, 0.3, 0.3), p(2, 0.4, 0.4)}, 3, []int{1, 2, 4, 3}},
		"WantedMany":   {[]parcels{p(MaxSegments+1, 1, 1), p(MaxSegments, 0.8, 1)}, MaxSegments, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			got := choice(c.found, c.wanted)
			if len(got) != len(c.want) {
				t.Fatalf("%d parcels, want %v", len(got), c.want)
			}
			for i, w := range c.want {
				if got[i].segments != c.found[w].segments || got[i].recurs != c.found[w].recurs || got[i].agreement != c.found[w].agreement {
					t.Errorf("%d: %+v, want %+v", i, got[i], c.found[w])
				}
			}
		})
	}
}

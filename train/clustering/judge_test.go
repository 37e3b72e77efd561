package clustering

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/experiments/run"
)

// TestBetterThanChance plants segments, and none, in few rows and in many.
func TestBetterThanChance(t *testing.T) {
	for _, rows := range []int{120, 400, 1500} {
		for seed := uint64(1); seed <= 4; seed++ {
			t.Run(fmt.Sprintf("rows=%d/seed=%d", rows, seed), func(t *testing.T) {
				t.Parallel()
				planted, _ := gaussians(rows, 4, 4, 2, seed)
				if r := mustFit(t, planted, Options{Seed: seed}); !r.Better() {
					t.Errorf("%d planted segments are no better than chance: gain %+v, steadier %+v", len(r.Model.Segments()), r.Gain, r.Steadier())
				}
				cloud, _ := gaussians(rows, 4, 1, 2, seed)
				for _, k := range []int{0, 2, 4} {
					if r := mustFit(t, cloud, Options{Seed: seed, Segments: k}); r.Better() {
						t.Errorf("%d segments of one cloud are better than chance: gain %+v, steadier %+v", len(r.Model.Segments()), r.Gain, r.Steadier())
					}
				}
			})
		}
	}
}

func TestQualityOfGaussians(t *testing.T) {
	in, _ := gaussians(1500, 6, 4, 1.5, 1)
	r := mustFit(t, in, Options{Seed: 1})
	if len(r.Stability) != bootstraps || len(r.Unstructured) != noises {
		t.Fatalf("%d bootstraps and %d without structure, want %d and %d", len(r.Stability), len(r.Unstructured), bootstraps, noises)
	}
	if low, high := slices.Min(r.Stability), slices.Max(r.Unstructured); low < 0.9 || high > 0.5 {
		t.Errorf("stability %v, without structure %v", r.Stability, r.Unstructured)
	}
	if r.Silhouette < 0.2 || r.RandomSilhouette > 0.01 || r.DaviesBouldin > 2 || r.RandomDaviesBouldin < 5 {
		t.Errorf("silhouette %.3f, %.3f at random; Davies-Bouldin %.3f, %.3f at random", r.Silhouette, r.RandomSilhouette, r.DaviesBouldin, r.RandomDaviesBouldin)
	}
	if r.BIC >= r.OneBIC {
		t.Errorf("BIC %.0f, %.0f with one segment", r.BIC, r.OneBIC)
	}
	// A bootstrap of as many rows leaves about 0.63 of them out, five all but 0.07.
	if n := float64(r.Gain.Judges) / float64(len(r.Members)); n < 0.9 || n > 1 {
		t.Errorf("%d of %d rows judge", r.Gain.Judges, len(r.Members))
	}
}

func TestQualityOfOneSegment(t *testing.T) {
	in, _ := gaussians(1500, 4, 1, 1, 1)
	r := mustFit(t, in, Options{Seed: 1})
	if len(r.Stability) > 0 || r.Gain.Judges > 0 || r.Better() || r.BIC != r.OneBIC || r.Balance != 1 {
		t.Errorf("%+v", r.Quality)
	}
}

func TestBalance(t *testing.T) {
	for name, c := range map[string]struct {
		sizes []int
		want  float64
	}{
		"Equal":   {[]int{5, 5, 5}, 1},
		"Uneven":  {[]int{3, 1}, -(0.75*math.Log(0.75) + 0.25*math.Log(0.25)) / math.Log(2)},
		"Nobody":  {[]int{4, 0}, 0},
		"One":     {[]int{9}, 1},
		"Nothing": {nil, 1},
		"NoRows":  {[]int{0, 0}, 1},
	} {
		if got := balance(c.sizes); !(math.Abs(got-c.want) <= 1e-12) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestBetter(t *testing.T) {
	sure, unsure := run.Evidence{Judges: 9, Gain: 1, Error: 0.4}, run.Evidence{Judges: 9, Gain: 1, Error: 0.6}
	steady, noisy := []float64{0.9, 0.8, 0.9}, []float64{0.1, 0.2, 0.1}
	for name, c := range map[string]struct {
		q    Quality
		want bool
	}{
		"Both":          {Quality{Gain: sure, Stability: steady, Unstructured: noisy}, true},
		"NoGain":        {Quality{Gain: unsure, Stability: steady, Unstructured: noisy}, false},
		"Unstable":      {Quality{Gain: sure, Stability: noisy, Unstructured: noisy}, false},
		"WorseThanNone": {Quality{Gain: sure, Stability: noisy, Unstructured: steady}, false},
		"OneBootstrap":  {Quality{Gain: sure, Stability: steady[:1], Unstructured: noisy}, false},
		"None":          {Quality{Gain: sure}, false},
		"Nothing":       {Quality{}, false},
	} {
		if got := c.q.Better(); got != c.want {
			t.Errorf("%s: %v, want %v (%+v)", name, got, c.want, c.q.Steadier())
		}
	}
	// By hand: means 0.3 and 0.1, their variances (0.1^2+0.1^2)/2 and 0.
	q := Quality{Stability: []float64{0.2, 0.4}, Unstructured: []float64{0.1, 0.1}}
	if e := q.Steadier(); e.Judges != 2 || math.Abs(e.Gain-0.2) > 1e-12 || math.Abs(e.Error-0.1) > 1e-12 {
		t.Errorf("%+v, want a gain of 0.2 with error 0.1", e)
	}
}

// TestRefitHasSeenWhatItSays: the rows said to be unseen take no part in the fit.
func TestRefitHasSeenWhatItSays(t *testing.T) {
	in, _ := gaussians(300, 3, 2, 2, 1)
	rows := sample(300, 300, nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	fit := func(damage bool) *refit {
		f := &refit{t: s.table(&in, rows), o: Options{Segments: 2}.withDefaults(), random: rand.New(rand.NewPCG(1, 1)), family: free}
		if damage {
			first := fitOnce(t, f)
			f = &refit{t: f.t, o: f.o, random: rand.New(rand.NewPCG(1, 1)), family: free}
			for i, seen := range first.seen {
				if !seen {
					clear(f.t.row(i))
				}
			}
		}
		return fitOnce(t, f)
	}
	whole, damaged := fit(false), fit(true)
	unseen := 0
	for i, seen := range whole.seen {
		if !seen {
			unseen++
			continue
		}
		if whole.labels[i] != damaged.labels[i] || whole.gains[i] != damaged.gains[i] {
			t.Fatalf("row %d changed with rows that were not seen", i)
		}
	}
	if unseen < 80 || unseen > 140 { // 300/e
		t.Errorf("%d of 300 rows unseen", unseen)
	}
}

func fitOnce(t *testing.T, f *refit) *refit {
	t.Helper()
	if err := f.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGain(t *testing.T) {
	three := &table{count: 3}
	fits := []*refit{
		{t: three, seen: []bool{true, false, false}, gains: []float64{100, 1, 2}},
		{t: three, seen: []bool{true, true, false}, gains: []float64{100, 100, 4}},
		{t: three, err: errSingular},
	}
	// Row 1 gains 1, row 2 gains 3, nobody judges row 0.
	if e := gain(fits); e != (run.Evidence{Judges: 2, Gain: 2, Error: 1}) {
		t.Errorf("%+v", e)
	}
}

func TestSameness(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []int32
		want float64
	}{
		"Equal":       {[]int32{0, 0, 1, 1}, []int32{1, 1, 0, 0}, 1},
		"AllTogether": {[]int32{0, 0, 0}, []int32{2, 2, 2}, 0},
		"OneTogether": {[]int32{0, 0, 1, 1}, []int32{0, 0, 0, 0}, 0},
		"Nothing":     {nil, nil, 0},
	} {
		if got := sameness(c.a, c.b); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestOwner(t *testing.T) {
	m := &mixture{weights: make([]float64, 3)}
	shares := []float64{0.4, 0.3, 0.3}
	if got := m.owner(0, shares); got != 0 {
		t.Errorf("segment %d, want that of the component", got)
	}
	m.owners = []int{0, 1, 1}
	if got := m.owner(0, shares); got != 1 {
		t.Errorf("segment %d, want 1, which has most together", got)
	}
}

func TestJudgingStops(t *testing.T) {
	in, _ := gaussians(400, 3, 2, 2, 1)
	r := mustFit(t, in, Options{Seed: 1})
	o := Options{Seed: 1}.withDefaults()
	rows := sample(400, 400, nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	g := &grower{t: s.table(&in, rows), o: o, random: rand.New(rand.NewPCG(1, 1))}
	if err := r.judge(ctx, g, rows, &mixture{family: free}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// TestJudgeOfSeveralComponents: segments of several components are fitted again by the
// whole of the method.
func TestJudgeOfSeveralComponents(t *testing.T) {
	in, _ := gaussians(400, 3, 2, 2, 1)
	r := mustFit(t, in, Options{Seed: 1, Segments: 2})
	rows := sample(400, 400, nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	r.Quality = Quality{}
	g := &grower{t: s.table(&in, rows), o: Options{Seed: 1}.withDefaults(), random: rand.New(rand.NewPCG(1, 1))}
	if err := r.judge(context.Background(), g, rows, &mixture{family: free, owners: []int{0, 1, 1}}); err != nil {
		t.Fatal(err)
	}
	if len(r.Stability) != bootstraps || slices.Min(r.Stability) < 0.5 {
		t.Errorf("stability %v", r.Stability)
	}
}

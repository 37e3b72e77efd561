package clustering

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
)

func TestFitFindsGaussians(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		in, truth := gaussians(1500, 6, 4, 1.5, seed)
		r := mustFit(t, in, Options{Seed: seed})
		if k, ari := len(r.Model.Segments()), agreement(r.Members, truth); k != 4 || ari < 0.9 {
			t.Errorf("seed %d: %d segments with an adjusted Rand index of %.3f, want 4 with at least 0.9", seed, k, ari)
		}
		for c, s := range r.Model.Segments() {
			if c > 0 && s.Size > r.Model.Segments()[c-1].Size {
				t.Errorf("seed %d: %s has %d users, more than the one before it", seed, s.ID, s.Size)
			}
		}
	}
}

func TestFitFindsTastes(t *testing.T) {
	in, truth := fans(1200, 5, 1)
	r := mustFit(t, in, Options{Seed: 1})
	if k, ari := len(r.Model.Segments()), agreement(r.Members, truth); k != 5 || ari < 0.9 {
		t.Errorf("%d segments with an adjusted Rand index of %.3f, want 5 with at least 0.9", k, ari)
	}
	if r.Silhouette < 0.1 {
		t.Errorf("silhouette %.3f", r.Silhouette)
	}
	for _, s := range r.Model.Segments() {
		if !strings.HasPrefix(s.Name, "category ") {
			t.Errorf("segment %q is not named after the category that sets it apart", s.Name)
		}
	}
}

func TestFitIsDeterministic(t *testing.T) {
	in, _ := gaussians(1400, 5, 3, 2, 5)
	o := Options{Seed: 7, Sample: 1000, Workers: 1}
	want := fingerprint(t, mustFit(t, in, o))
	var together sync.WaitGroup
	got := make([]string, 3)
	for i := range got { // at the same time: they share the global source
		together.Go(func() {
			o := o
			o.Workers = i + 1
			r, err := Fit(context.Background(), in, o)
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = fingerprint(t, r)
		})
	}
	together.Wait()
	for i := range got {
		if got[i] != want {
			t.Errorf("%d workers give something else than 1", i+1)
		}
	}
	o.Seed++
	if fingerprint(t, mustFit(t, in, o)) == want {
		t.Error("another seed gives the same to the byte: the seed does nothing")
	}
}

func TestFitAssignsAsTheModelDoes(t *testing.T) {
	in, _ := fans(900, 3, 2)
	r := mustFit(t, in, Options{Seed: 1, Sample: 500})
	raw := make([]float32, len(r.Model.Features()))
	sizes := make([]int, len(r.Model.Segments()))
	for i, member := range r.Members {
		in.features(raw, i)
		if a := r.Model.Assign(raw); a.Index != int(member) {
			t.Fatalf("row %d is in %d, the model says %d", i, member, a.Index)
		}
		sizes[member]++
	}
	total := 0.0
	for c, s := range r.Model.Segments() {
		if s.Size != sizes[c] || c > 0 && s.Size > sizes[c-1] {
			t.Errorf("sizes %v do not fall, or are not those told: %d has %d", sizes, c, s.Size)
		}
		total += s.Share
	}
	if math.Abs(total-1) > 1e-9 {
		t.Errorf("shares sum to %v", total)
	}
}

func TestFitNumberOfSegments(t *testing.T) {
	in, truth := gaussians(1500, 4, 4, 2.5, 3)
	for _, k := range []int{1, 2, 4, 5} {
		r := mustFit(t, in, Options{Seed: 1, Segments: k})
		if got := len(r.Model.Segments()); got != k {
			t.Errorf("asked for %d segments, got %d", k, got)
		}
		if k == 4 && agreement(r.Members, truth) < 0.95 {
			t.Errorf("adjusted Rand index %.3f with the right number", agreement(r.Members, truth))
		}
	}
}

// TestFitWithoutStructure: one cloud is one segment, not two halves of it.
func TestFitWithoutStructure(t *testing.T) {
	in, _ := gaussians(1500, 4, 1, 1, 1)
	r := mustFit(t, in, Options{Seed: 1})
	if k := len(r.Model.Segments()); k != 1 || r.Silhouette != 0 {
		t.Errorf("%d segments with silhouette %v, want 1 with 0", k, r.Silhouette)
	}
}

func TestFitDegenerate(t *testing.T) {
	repeat := func(n int, row ...float32) (x []float32) {
		for range n {
			x = append(x, row...)
		}
		return x
	}
	invoices := make([]float32, 0, 900) // a third of the rows the same, the rest on a lattice
	for i := range 300 {
		if i%3 == 0 {
			invoices = append(invoices, 0.69, 5, 2)
			continue
		}
		invoices = append(invoices, float32(i%4), float32(i%5), float32(i%7))
	}
	for name, c := range map[string]struct {
		in Input
		k  int // 0 for any number
	}{
		"OneRow":       {Input{Names: []string{"a", "b"}, X: []float32{1, 2}}, 1},
		"TwoRows":      {Input{Names: []string{"a"}, X: []float32{1, 2}}, 1},
		"AllTheSame":   {Input{Names: []string{"a", "b"}, X: repeat(200, 3, 4)}, 1},
		"NoColumns":    {Input{Rows: 3}, 1},
		"OnlyShares":   {Input{Shares: []Shares{{Category, []string{"x", "y"}, append(repeat(150, 1, 0), repeat(150, 0, 1)...)}}}, 0},
		"NoInterest":   {Input{Shares: []Shares{{Category, []string{"x", "y"}, make([]float32, 200)}}}, 1},
		"TwoPoints":    {Input{Names: []string{"a"}, X: append(repeat(150, 1), repeat(150, 2)...)}, 0},
		"Lattice":      {Input{Names: []string{"f", "m", "r"}, X: invoices}, 0},
		"Huge":         {Input{Names: []string{"a"}, X: append(repeat(150, maxValue), repeat(150, -maxValue)...)}, 0},
		"Tiny":         {Input{Names: []string{"a"}, X: append(repeat(150, 1e-38), repeat(150, 2e-38)...)}, 1},
		"LargeOffset":  {Input{Names: []string{"a"}, X: append(repeat(150, 999999), repeat(150, 999999.5)...)}, 1},
		"OneOutlier":   {Input{Names: []string{"a", "b"}, X: append(repeat(300, 1, 1), 1e6, -1e6)}, 0},
		"CopiedColumn": {Input{Names: []string{"a", "b"}, X: append(repeat(100, 1, 1), repeat(200, 2, 2)...)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, wanted := range []int{0, 3} {
				r := mustFit(t, c.in, Options{Seed: 1, Segments: wanted})
				if k := len(r.Model.Segments()); c.k > 0 && k != c.k {
					t.Errorf("%d segments, want %d", k, c.k)
				}
				if len(r.Members) != c.in.rows() {
					t.Errorf("%d members of %d rows", len(r.Members), c.in.rows())
				}
				if r.Failures > r.Attempts {
					t.Errorf("%d failures of %d attempts", r.Failures, r.Attempts)
				}
			}
		})
	}
}

func TestFitRefuses(t *testing.T) {
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		damage func(in *Input, o *Options)
		names  []string
	}{
		"NoRows":      {func(in *Input, o *Options) { in.X, in.Shares = nil, nil }, []string{"no rows"}},
		"RowsDiffer":  {func(in *Input, o *Options) { in.Shares[0].X = in.Shares[0].X[:1] }, []string{"1 values of 1 shares of affinity.category do not make 2 rows"}},
		"PartOfARow":  {func(in *Input, o *Options) { in.Names, in.X = []string{"a", "b"}, []float32{1, 2, 3} }, []string{"3 values of 2 behaviours do not make 1 rows"}},
		"NotANumber":  {func(in *Input, o *Options) { in.X[1] = nan }, []string{"row 1", "a is NaN"}},
		"Infinite":    {func(in *Input, o *Options) { in.X[0] = float32(math.Inf(-1)) }, []string{"row 0", "a is -Inf"}},
		"TooLarge":    {func(in *Input, o *Options) { in.X[0] = -1.0001e6 }, []string{"must be within 1e+06 of 0"}},
		"ShareAbove1": {func(in *Input, o *Options) { in.Shares[1].X[1] = 1.01 }, []string{"row 1", "share of affinity.tag=x is 1.01"}},
		"ShareBelow0": {func(in *Input, o *Options) { in.Shares[0].X[1] = -0.01 }, []string{"share of affinity.category=x is -0.01"}},
		"ColumnTwice": {func(in *Input, o *Options) { in.Names[0] = "affinity.category=x" }, []string{`"affinity.category=x" is there twice`}},
		"NameMissing": {func(in *Input, o *Options) { in.Names[0] = "" }, []string{"has no name"}},
		"TooMany":     {func(in *Input, o *Options) { o.Segments = MaxSegments + 1 }, []string{"33 segments, must be 0..32"}},
		"Negative":    {func(in *Input, o *Options) { o.Segments = -1 }, []string{"-1 segments"}},
		"EverythingAt": {func(in *Input, o *Options) {
			*o = Options{Restarts: -1, MaxIterations: -1, MinSize: -1, Sample: -1, Workers: -1, Method: "magic"}
			in.X[0] = nan
		}, []string{"least size", "restarts", "iterations", "sample", "workers", "magic", "a is NaN"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := Input{
				Names: []string{"a"}, X: []float32{1, 2},
				Shares: []Shares{{Category, []string{"x"}, []float32{1, 0}}, {Tag, []string{"x"}, []float32{0, 1}}},
			}
			var o Options
			c.damage(&in, &o)
			_, err := Fit(context.Background(), in, o)
			if !errors.Is(err, ErrInput) {
				t.Fatalf("error %v, want ErrInput", err)
			}
			for _, name := range c.names {
				if !strings.Contains(err.Error(), name) {
					t.Errorf("%q does not name %q", err, name)
				}
			}
		})
	}
}

func TestFitColumnLimit(t *testing.T) {
	for columns, ok := range map[int]bool{maxColumns - 1: true, maxColumns: true, maxColumns + 1: false} {
		in := Input{X: make([]float32, 2*columns)}
		for range columns {
			in.Names = append(in.Names, strings.Repeat("n", len(in.Names)+1))
		}
		if _, err := Fit(context.Background(), in, Options{}); (err == nil) != ok {
			t.Errorf("%d columns: error %v", columns, err)
		}
	}
}

// TestFitStops cancels a fit at ever later looks at its context.
func TestFitStops(t *testing.T) {
	in, _ := gaussians(600, 3, 3, 2, 1)
	for looks := 0; ; looks = looks*3/2 + 1 {
		ctx := &impatient{Context: context.Background(), left: looks}
		r, err := Fit(ctx, in, Options{Seed: 1})
		if err == nil {
			if r == nil || looks < 100 {
				t.Errorf("done after %d looks at the context", looks)
			}
			return
		}
		if r != nil || !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d looks: %v, %v", looks, r, err)
		}
	}
}

// impatient is cancelled after so many calls of Err.
type impatient struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (c *impatient) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

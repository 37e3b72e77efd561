package clustering

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sjwhitworth/golearn/clustering"
)

// landed is places on a line, with so many shares each.
func landed(places []float64, copies []int) *landscape {
	return newLandscape(&micro{dim: 1, centres: places, counts: copies, copies: copies})
}

func TestReach(t *testing.T) {
	for name, c := range map[string]struct {
		places []float64
		copies []int
		radius float64
		want   []int
	}{
		"Two":        {[]float64{0, 1, 10, 11}, []int{3, 3, 3, 3}, 1, []int{0, 0, 1, 1}},
		"JustNot":    {[]float64{0, 1, 10, 11}, []int{3, 3, 3, 2}, 1, []int{0, 0, noise, noise}},
		"TooFar":     {[]float64{0, 1.001, 10, 11}, []int{3, 3, 3, 3}, 1, []int{noise, noise, 0, 0}},
		"OnePlace":   {[]float64{0, 5}, []int{6, 5}, 1, []int{0, noise}},
		"Chain":      {[]float64{0, 1, 2, 3, 4}, []int{2, 2, 2, 2, 2}, 1, []int{0, 0, 0, 0, 0}},
		"Border":     {[]float64{0, 1, 2}, []int{1, 5, 1}, 1, []int{0, 0, 0}},
		"Contested":  {[]float64{0, 1, 2}, []int{5, 1, 5}, 1, []int{0, 0, 0}}, // all three are dense
		"FirstTakes": {[]float64{3.75, 2.75, 1.875, 1, 0}, []int{4, 2, 1, 2, 4}, 1, []int{0, 0, 0, 1, 1}},
		"Everything": {[]float64{0, 5, 9}, []int{2, 2, 2}, 9, []int{0, 0, 0}},
		"Nothing":    {[]float64{0, 5, 9}, []int{2, 2, 2}, 1, []int{noise, noise, noise}},
	} {
		t.Run(name, func(t *testing.T) {
			l := landed(c.places, c.copies)
			if got := l.reach(c.radius); !slices.Equal(got.region, c.want) {
				t.Errorf("regions %v, want %v", got.region, c.want)
			}
		})
	}
}

// TestReachForetellsTheScan: golearn's DBSCAN finds the same regions.
func TestReachForetellsTheScan(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	met := map[int]bool{}
	for range 60 {
		n := 1 + r.IntN(40)
		places, copies := make([]float64, n), make([]int, n)
		for i := range places {
			places[i], copies[i] = float64(r.IntN(50)), 1+r.IntN(3)
		}
		l := landed(places, copies)
		for _, radius := range []float64{0.5, 1, 2, 3, 50} {
			p := parcels{reached: l.reach(radius), radius: radius}
			if err := scan(l, p); err != nil {
				t.Fatalf("radius %v of places %v with shares %v: %v, foretold %v", radius, places, copies, err, p.region)
			}
			met[min(p.regions, 3)] = true
			if p.regions > 0 {
				p.region[slices.Index(p.region, 0)] = noise
				if err := scan(l, p); !errors.Is(err, errAstray) {
					t.Fatalf("%v: golearn agrees with what is wrong", err)
				}
			}
		}
	}
	if len(met) < 4 {
		t.Errorf("only %v regions were met: the test says little", met)
	}
}

// TestFenceAroundDBSCAN shows golearn a place that is not dense before those that are:
// it panics, which scan keeps it from.
func TestFenceAroundDBSCAN(t *testing.T) {
	l := landed([]float64{0, 1, 1.1, 1.2, 1.3, 1.4, 1.5}, []int{1, 1, 1, 1, 1, 1, 1})
	err := fence("DBSCAN", func() error {
		rows := newGrid([]float64{0, 1, 2, 3, 4, 5, 6}, 1)
		_, err := clustering.DBSCAN(rows, clustering.DBSCANParameters{
			ClusterParameters: clustering.ClusterParameters{
				Attributes: rows.AllAttributes(),
				Metric:     &known{rows: []int{0, 1, 2, 3, 4, 5, 6}, distances: l.distances, centres: 7},
			},
			Eps: 1.05, MinCount: company,
		})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "golearn DBSCAN") {
		t.Errorf("error %v, want golearn's panic", err)
	}
	if err := scan(l, parcels{reached: l.reach(1.05), radius: 1.05}); err != nil {
		t.Error(err)
	}
}

func TestRadii(t *testing.T) {
	for name, c := range map[string]struct {
		places      []float64
		copies      []int
		first, last float64
	}{
		"Even":      {[]float64{0, 1, 2, 3, 4, 5, 6, 7}, []int{2, 2, 2, 2, 2, 2, 2, 2}, 0.5, 7},
		"Points":    {[]float64{0, 3}, []int{9, 9}, 1.5, 3},
		"OnePoint":  {[]float64{0}, []int{9}, 0, 0},
		"SamePlace": {[]float64{1, 1}, []int{9, 9}, 0, 0},
	} {
		l := landed(c.places, c.copies)
		radii := l.radii()
		switch {
		case c.last == 0:
			if radii != nil {
				t.Errorf("%s: %v, want none", name, radii)
			}
		case len(radii) != levels || radii[0] != c.first || radii[levels-1] < c.last || radii[levels-1] > 1.001*c.last || !slices.IsSorted(radii):
			t.Errorf("%s: %v, want %d from %v to %v", name, radii, levels, c.first, c.last)
		}
	}
}

package itemgraph

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
)

// histories of users who like one half of the items; the last item has no users.
func histories(users, items int) [][]int32 {
	r := rand.New(rand.NewPCG(5, 5))
	out := make([][]int32, users)
	for u := range out {
		for i := range items - 1 {
			if p := r.Float64(); i%2 == u%2 && p < 0.5 || p < 0.1 {
				out[u] = append(out[u], int32(i))
			}
		}
	}
	return out
}

func built(t *testing.T, items int, h [][]int32, o Options) interest.Graph {
	t.Helper()
	g, err := Build(context.Background(), items, h, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// dense lays the edges out as [from, to].
func dense(g interest.Graph) [][]float64 {
	n, at := len(g.Edges), 0
	out := make([][]float64, n)
	for j := range out {
		out[j] = make([]float64, n)
		for range g.Edges[j] {
			out[j][g.To[at]] = float64(g.Weight[at])
			at++
		}
	}
	return out
}

// similarity is G of the package comment.
func similarity(items int, h [][]int32, power float64) (g [][]float64, degree []float64) {
	g, degree = make([][]float64, items), make([]float64, items)
	for i := range g {
		g[i] = make([]float64, items)
	}
	for _, row := range h {
		for _, i := range row {
			degree[i]++
			for _, j := range row {
				g[i][j] += math.Pow(float64(len(row)), -power)
			}
		}
	}
	for i := range g {
		for j := range g {
			if g[i][j] != 0 {
				g[i][j] /= math.Sqrt(degree[i] * degree[j])
			}
		}
	}
	return g, degree
}

// byHand solves for the edges into j by Gaussian elimination.
func byHand(g [][]float64, degree []float64, j, k int, ridge float64) map[int]float64 {
	var near []int
	for i := range g {
		if i != j && g[i][j] > 0 {
			near = append(near, i)
		}
	}
	slices.SortStableFunc(near, func(a, b int) int { // by similarity, then index
		switch {
		case float32(g[a][j]) > float32(g[b][j]):
			return -1
		case float32(g[a][j]) < float32(g[b][j]):
			return 1
		}
		return a - b
	})
	near = near[:min(k, len(near))]
	n := len(near)
	a := make([][]float64, n)
	for r, i := range near {
		a[r] = make([]float64, n+1)
		for c, l := range near {
			a[r][c] = g[i][l]
		}
		a[r][r] += ridge
		a[r][n] = g[i][j]
	}
	for p := range n {
		for r := range n {
			if f := a[r][p] / a[p][p]; r != p {
				for c := p; c <= n; c++ {
					a[r][c] -= f * a[p][c]
				}
			}
		}
	}
	out := map[int]float64{}
	for r, i := range near {
		out[i] = a[r][n] / a[r][r] * math.Sqrt(degree[j]/degree[i])
	}
	return out
}

func TestBuildMatchesDefinition(t *testing.T) {
	const items = 60
	h := histories(150, items)
	for name, o := range map[string]Options{
		"Whole":   {Neighbours: items, UserPower: 0.5, Ridge: 0.2, Workers: 1},
		"Few":     {Neighbours: 7, UserPower: 0.5, Ridge: 0.2, Workers: 1},
		"Linear":  {Neighbours: items, Ridge: 2, Workers: 1},
		"AlmostZ": {Neighbours: items, UserPower: 1, Ridge: 1e-3, Workers: 1},
	} {
		got := dense(built(t, items, h, o))
		g, degree := similarity(items, h, o.UserPower)
		for j := range items {
			want := byHand(g, degree, j, o.Neighbours, o.Ridge)
			for i := range items {
				if math.Abs(got[i][j]-want[i]) > 1e-3*math.Abs(want[i])+1e-3 {
					t.Errorf("%s: edge %d to %d is %v, want %v", name, i, j, got[i][j], want[i])
				}
			}
		}
	}
}

// A large ridge leaves the similarities themselves.
func TestLargeRidgeIsTheFilter(t *testing.T) {
	const items, ridge = 40, 1e6
	h := histories(100, items)
	got := dense(built(t, items, h, Options{Neighbours: items, UserPower: 1, Ridge: ridge, Workers: 1}))
	g, degree := similarity(items, h, 1)
	for i := range items {
		for j := range items {
			if want := g[i][j] * math.Sqrt(degree[j]/max(degree[i], 1)); i != j && math.Abs(got[i][j]*ridge-want) > 1e-4 {
				t.Errorf("edge %d to %d is %v, the filter has %v", i, j, got[i][j]*ridge, want)
			}
		}
	}
}

// More items than a block, long rows and short ones.
func TestBuildSameBytesAtAnyWorkers(t *testing.T) {
	h := histories(80, 3*block+5)
	h = append(h, []int32{0, 1, 2})
	o := Default()
	want := built(t, 3*block+5, h, o)
	if len(want.To) == 0 || want.Edges[3*block+4] != 0 {
		t.Fatalf("%d edges, %d of an item nobody has", len(want.To), want.Edges[3*block+4])
	}
	for _, o.Workers = range []int{2, 8, 16} {
		if diff := cmp.Diff(want, built(t, 3*block+5, h, o)); diff != "" {
			t.Errorf("%d workers differ from one:\n%.300s", o.Workers, diff)
		}
	}
}

func TestBuildOfLittle(t *testing.T) {
	for name, h := range map[string][][]int32{"Nobody": nil, "Idle": {{}, {}}, "Alone": {{1}, {2}}} {
		if g := built(t, 3, h, Default()); len(g.To) != 0 || len(g.Edges) != 3 {
			t.Errorf("%s: graph %+v", name, g)
		}
	}
	if g := built(t, 2, [][]int32{{0, 1}}, Default()); len(g.To) != 2 {
		t.Errorf("two items of one user have %d edges, want 2", len(g.To))
	}
}

func TestNeighboursFollowTheCatalogue(t *testing.T) {
	for items, want := range map[int]int{0: most, 1: most, edges / most: most, edges/most + 100: most - 1, edges / fewest: fewest, 1 << 24: fewest} {
		if got := Default().neighbours(items); got != want {
			t.Errorf("%d items have %d neighbours, want %d", items, got, want)
		}
	}
	if got := (Options{Neighbours: 7}).neighbours(1 << 24); got != 7 {
		t.Errorf("asked for 7 neighbours, got %d", got)
	}
}

func TestBuildStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, 60, histories(10, 60), Default()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
}

func TestThinKeepsWithinTheLimit(t *testing.T) {
	long := make([]int32, 100)
	for i := range long {
		long[i] = int32(i)
	}
	h := [][]int32{long, {1, 2, 3}} // 5,000 pairs and 4
	for _, c := range []struct{ items, most, longest int }{
		{100, 10_000, 100}, // all pairs of items fit
		{1000, 5004, 100}, {1000, 5003, 50}, {1000, 1254, 50}, {1000, 1253, 25}, {1000, 0, 1},
	} {
		got := thin(c.items, h, c.most)
		if len(got[0]) != c.longest || len(h[0]) != 100 {
			t.Errorf("at most %d pairs: %d items are left of 100, want %d", c.most, len(got[0]), c.longest)
		}
		if c.longest >= 3 && !slices.Equal(got[1], h[1]) {
			t.Errorf("at most %d pairs: a short history became %v", c.most, got[1])
		}
		if !slices.IsSorted(got[0]) || len(slices.Compact(slices.Clone(got[0]))) != len(got[0]) {
			t.Errorf("at most %d pairs: %v is not ascending", c.most, got[0])
		}
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Errorf("the default is refused: %v", err)
	}
	err := Options{Neighbours: -1, UserPower: -1, Ridge: math.NaN()}.Validate()
	for _, want := range []string{"neighbours", "power", "ridge", "workers"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
	if _, err := Build(context.Background(), 3, nil, Options{}); err == nil {
		t.Error("a graph without workers was built")
	}
}

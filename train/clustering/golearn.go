package clustering

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/sjwhitworth/golearn/clustering"
	"github.com/sjwhitworth/golearn/pca"
	"gonum.org/v1/gonum/mat"

	"curio/artifacts/segment"
)

// errAstray says that a fit did not go the way of its rehearsal, as it may when
// two components are equally likely for a row but for rounding.
var errAstray = errors.New("the fit ended elsewhere than its rehearsal")

// fence runs f and turns a panic of golearn into an error. Nothing else in this
// package recovers.
func fence(what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("golearn %s: %v", what, p)
		}
	}()
	return f()
}

// perform runs golearn's fit of a rehearsed start on the same rows and returns
// the parameters it found.
func perform(ctx context.Context, x []float64, width int, o outcome) (parameters, error) {
	k := len(o.found.means)
	var p parameters
	err := withSeed(ctx, o.seed, k*width, func() error {
		p = parameters{}
		return fence("expectation maximisation", func() error {
			em, err := clustering.NewExpectationMaximization(k)
			if err != nil {
				return err
			}
			if err := em.Fit(newGrid(x, width)); err != nil {
				return err
			}
			for c := range k {
				p.means = append(p.means, mat.Row(nil, c, em.Params.Means))
				p.covariances = append(p.covariances, triangle(em.Params.Covs[c]))
			}
			return nil
		})
	})
	if err != nil {
		return parameters{}, err
	}
	if !(distance(p, o.found) < settled) {
		return parameters{}, errAstray
	}
	return p, nil
}

func triangle(m *mat.SymDense) []float64 {
	d := m.SymmetricDim()
	t := make([]float64, 0, segment.Triangle(d))
	for i := range d {
		for j := range i + 1 {
			t = append(t, m.At(i, j))
		}
	}
	return t
}

// axes returns the principal axes of x (rows x width), as golearn's pca finds
// them: unit vectors of length width by falling standard deviation of the rows
// along them, and those deviations. There are as many as width; those that the
// rows cannot tell are zero. x stays as it is.
func axes(x []float64, width int) (vectors [][]float64, deviations []float64, err error) {
	deviations = make([]float64, max(width, 1))
	vectors = make([][]float64, width)
	for a := range vectors {
		vectors[a] = make([]float64, width)
	}
	rows := len(x) / max(width, 1)
	if rows == 0 {
		return vectors, deviations, nil
	}
	err = fence("principal components", func() error {
		centred := mat.NewDense(rows, width, append([]float64(nil), x...))
		identity := mat.NewDense(width, width, nil)
		for j := range width {
			identity.Set(j, j, 1)
		}
		fitted := pca.NewPCA(0).Fit(centred) // it centres its input in place
		found := fitted.Transform(identity)  // width x min(rows, width): the axes themselves
		scores := fitted.Transform(centred)
		_, count := found.Dims()
		for a := range count {
			mat.Col(vectors[a], a, found)
			deviations[a] = mat.Norm(scores.ColView(a), 2) / math.Sqrt(float64(rows))
		}
		return nil
	})
	return vectors, deviations, err
}

// known is a golearn metric for rows whose only column is their number. golearn's own
// Euclidean metric comes to the same and makes three matrices for every pair.
type known struct {
	rows      []int     // of each, a centre
	distances []float64 // of the centres
	centres   int
}

func (k *known) Distance(a, b *mat.Dense) float64 {
	return k.distances[k.rows[int(a.At(0, 0))]*k.centres+k.rows[int(b.At(0, 0))]]
}

// scan runs golearn's DBSCAN at the radius of p and reports whether it finds the same
// regions. Places come as often as they have shares of the rows, dense ones first.
func scan(l *landscape, p parcels) error {
	k := &known{distances: l.distances, centres: len(l.counts)}
	var numbers []float64
	for _, dense := range []bool{true, false} {
		for c, n := range l.copies {
			for range n {
				if p.dense[c] == dense {
					k.rows = append(k.rows, c)
					numbers = append(numbers, float64(len(numbers)))
				}
			}
		}
	}
	places := newGrid(numbers, 1)
	var found clustering.ClusterMap
	err := fence("DBSCAN", func() (err error) {
		found, err = clustering.DBSCAN(places, clustering.DBSCANParameters{
			ClusterParameters: clustering.ClusterParameters{Attributes: places.AllAttributes(), Metric: k},
			Eps:               p.radius,
			MinCount:          company,
		})
		return err
	})
	if err != nil {
		return err
	}
	regions, rows := 0, 0
	for _, id := range slices.Sorted(maps.Keys(found)) {
		for _, row := range found[id] {
			if rows++; p.region[k.rows[row]] != regions {
				return errAstray
			}
		}
		regions++
	}
	for _, c := range k.rows {
		if p.region[c] != noise {
			rows--
		}
	}
	if regions != p.regions || rows != 0 {
		return errAstray
	}
	return nil
}

package clustering

import (
	"errors"
	"math"
	"math/rand"

	"curio/artifacts/segment"
)

// settled is the distance between successive means at which golearn stops.
const settled = 0.001

var (
	errEmpty    = errors.New("a component lost its rows")
	errSingular = errors.New("a covariance became singular")
	errSlow     = errors.New("the fit did not settle within its iterations")
)

// parameters are what a fit of normal densities finds: for each component a mean
// and the lower triangle of a covariance.
type parameters struct {
	means, covariances [][]float64
}

// outcome is where a start leads.
type outcome struct {
	seed       int64
	found      parameters
	iterations int
	score      float64 // classification log-likelihood but for a constant
}

// rehearse follows golearn's ExpectationMaximization from the start it draws for
// seed: k means uniform in the bounding box of the rows, identity covariances,
// each row wholly in its likeliest component, then the mean and covariance of
// each component's rows, until the means move less than settled.
//
// golearn itself reads its data once and then loops for as long as it takes,
// with no way to stop it, and panics when a component empties. A rehearsal on
// the same rows costs a tenth of the fit and tells beforehand whether it ends
// within limit iterations, and how well. Only those that do are performed.
func rehearse(x []float64, width, k int, seed int64, limit int) (outcome, error) {
	rows := len(x) / width
	o := outcome{seed: seed, found: draw(x, width, k, seed)}
	labels := make([]int, rows)
	for o.iterations < limit {
		if err := classify(x, width, o.found, labels); err != nil {
			return o, err
		}
		next, counts := moments(x, width, k, labels)
		for _, n := range counts {
			if n <= width { // golearn would leave the way of full covariances
				return o, errEmpty
			}
		}
		o.iterations++
		moved := distance(o.found, next)
		o.found = next
		if moved < settled {
			for c, n := range counts {
				share := float64(n) / float64(rows)
				o.score += float64(n) * (math.Log(share) - 0.5*logDet(next.covariances[c], width))
			}
			if math.IsInf(o.score, 0) {
				return o, errSingular
			}
			return o, nil
		}
	}
	return o, errSlow
}

// draw replays golearn's start.
func draw(x []float64, width, k int, seed int64) parameters {
	low := append([]float64(nil), x[:width]...)
	high := append([]float64(nil), x[:width]...)
	for i, v := range x {
		j := i % width
		low[j], high[j] = math.Min(low[j], v), math.Max(high[j], v)
	}
	random := rand.New(rand.NewSource(seed))
	p := parameters{}
	for range k {
		mean := make([]float64, width)
		covariance := make([]float64, segment.Triangle(width))
		for j := range mean {
			mean[j] = low[j] + random.Float64()*(high[j]-low[j])
			covariance[segment.Triangle(j)+j] = 1
		}
		p.means = append(p.means, mean)
		p.covariances = append(p.covariances, covariance)
	}
	return p
}

// classify writes the likeliest component of each row; the first of equals.
func classify(x []float64, width int, p parameters, labels []int) error {
	densities := make([]segment.Gaussian, len(p.means))
	for c := range densities {
		g, err := segment.NewGaussian(p.means[c], p.covariances[c])
		if err != nil {
			return errSingular
		}
		densities[c] = g
	}
	for i := range labels {
		best := math.Inf(-1)
		for c := range densities {
			if d, _ := densities[c].LogDensity(x[i*width : (i+1)*width]); d > best {
				labels[i], best = c, d
			}
		}
	}
	return nil
}

// moments returns the mean and unbiased covariance of each component's rows, and
// their number.
func moments(x []float64, width, k int, labels []int) (parameters, []int) {
	counts := make([]int, k)
	p := parameters{means: make([][]float64, k), covariances: make([][]float64, k)}
	for c := range k {
		p.means[c] = make([]float64, width)
		p.covariances[c] = make([]float64, segment.Triangle(width))
	}
	for i, c := range labels {
		counts[c]++
		for j, v := range x[i*width : (i+1)*width] {
			p.means[c][j] += v
		}
	}
	for c, n := range counts {
		for j := range p.means[c] {
			p.means[c][j] /= float64(n)
		}
	}
	d := make([]float64, width)
	for i, c := range labels {
		for j, v := range x[i*width : (i+1)*width] {
			d[j] = v - p.means[c][j]
		}
		addOuter(p.covariances[c], d, 1)
	}
	for c, n := range counts {
		for j := range p.covariances[c] {
			p.covariances[c][j] /= float64(n - 1)
		}
	}
	return p, counts
}

// distance is how far the means of p and q lie apart, all together.
func distance(p, q parameters) float64 {
	sum := 0.0
	for c := range p.means {
		for j, v := range p.means[c] {
			d := v - q.means[c][j]
			sum += d * d
		}
	}
	return math.Sqrt(sum)
}

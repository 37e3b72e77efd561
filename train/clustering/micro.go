package clustering

import "math/rand/v2"

const (
	// crumbs is the most micro-clusters that rows are gathered in. It bounds what
	// golearn's DBSCAN, whose memory grows with the square, is given: at most twice as
	// many rows, 2 MB of distances.
	crumbs = 250
	// handful is how many rows a micro-cluster has on average, at least.
	handful = 8
	// rounds is how often centres move to the mean of their rows. A few are enough for
	// their distances to be even where the density is.
	rounds = 5
)

// micro is rows gathered around centres: small parts of about as many rows each, but
// for places where more than that lie on one point.
type micro struct {
	dim     int
	centres []float64 // row-major
	of      []int32   // by row: its centre
	counts  []int     // rows, by centre; never 0
	copies  []int     // of each centre, at least 1: how many shares of the rows it has
	inner   float64   // variance of the rows around their centres, mean along the axes
}

// gather begins with rows at random, and has them move to the mean of the rows that
// are nearest to them, as k-means does (Lloyd, 1982). x is row-major.
func gather(x []float64, dim, count, wanted int, random *rand.Rand, workers int) *micro {
	m := &micro{dim: dim}
	for _, i := range sample(count, wanted, random) {
		m.centres = append(m.centres, x[int(i)*dim:(int(i)+1)*dim]...)
	}
	for range rounds {
		m.of = m.nearest(x, count, workers)
		m.move(x)
	}
	m.of = m.nearest(x, count, workers)
	m.move(x)
	share := float64(count) / float64(wanted)
	for _, n := range m.counts {
		m.copies = append(m.copies, max(1, int(float64(n)/share+0.5)))
	}
	return m
}

// nearest returns the centre nearest to each row, the first of equals.
func (m *micro) nearest(x []float64, count, workers int) []int32 {
	of := make([]int32, count)
	parallel((count+chunk-1)/chunk, workers, func(p int) {
		for i := p * chunk; i < min(count, (p+1)*chunk); i++ {
			row := x[i*m.dim : (i+1)*m.dim]
			least := apart(row, m.centre(0))
			for c := 1; c*m.dim < len(m.centres); c++ {
				if d := apart(row, m.centre(c)); d < least {
					of[i], least = int32(c), d
				}
			}
		}
	})
	return of
}

func (m *micro) centre(c int) []float64 { return m.centres[c*m.dim : (c+1)*m.dim] }

// apart is the squared distance of two points.
func apart(a, b []float64) float64 {
	sum := 0.0
	for j, v := range a {
		d := v - b[j]
		sum += d * d
	}
	return sum
}

// move puts each centre at the mean of its rows, and leaves out those that have none.
func (m *micro) move(x []float64) {
	sums := make([]float64, len(m.centres))
	counts := make([]int, len(m.centres)/m.dim)
	for i, c := range m.of {
		counts[c]++
		for j, v := range x[i*m.dim : (i+1)*m.dim] {
			sums[int(c)*m.dim+j] += v
		}
	}
	m.centres, m.counts = m.centres[:0], m.counts[:0]
	place := make([]int32, len(counts))
	for c, n := range counts {
		place[c] = int32(len(m.counts))
		if n == 0 {
			continue
		}
		m.counts = append(m.counts, n)
		for _, v := range sums[c*m.dim : (c+1)*m.dim] {
			m.centres = append(m.centres, v/float64(n))
		}
	}
	m.inner = 0
	for i, c := range m.of {
		m.of[i] = place[c]
		m.inner += apart(x[i*m.dim:(i+1)*m.dim], m.centre(int(place[c])))
	}
	m.inner /= float64(len(m.of) * m.dim)
}

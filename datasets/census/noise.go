package census

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// noiseLevel is the chance that a measure is above its noise although both data
// sets are samples of the same behaviour, were the estimates exact. They are not:
// of random halves of synthetic users about one measure in a thousand is above.
const noiseLevel = 1e-4

// Precision says how much the shares of a distribution would vary from sample to
// sample, when users are what is sampled. It is estimated from groups of users.
type Precision struct {
	// Effective is how many independent events would vary as much: the count
	// over the mean design effect, 0 without events.
	Effective float64 `json:"effective"`
	// Directions is in how many directions they vary independently, 1 up to one
	// less than the number of bins. Neighbouring bins vary together.
	Directions float64 `json:"directions"`
	// Groups is how many groups that was told from.
	Groups int64 `json:"groups"`
}

// independent is the precision of n events that have nothing to do with each
// other.
func independent(n int64) Precision {
	return Precision{Effective: float64(n), Directions: 1, Groups: n}
}

// precision estimates from counts by group and value. The design effect of Rao
// and Scott (The Analysis of Categorical Data from Complex Sample Surveys, JASA
// 76, 1981) weighs each value by the inverse of its share, as a divergence does,
// when relative is set, and equally otherwise, as a distance does. Effective is
// at most the count. Where all events have one value it is no more than the
// number of users.
func precision(counts [][]int64, users int64, relative bool) Precision {
	var total float64
	values := len(counts[0])
	sums, sizes := make([]float64, values), make([]float64, len(counts))
	var result Precision
	for g := range counts {
		for k, n := range counts[g] {
			sums[k] += float64(n)
			sizes[g] += float64(n)
		}
		if total += sizes[g]; sizes[g] > 0 {
			result.Groups++
		}
	}
	if total == 0 {
		return result
	}
	// Rows are the deviations of the groups, of which the variances and
	// covariances of the shares are sums of products.
	deviations := make([][]float64, len(counts))
	scale := math.Sqrt(float64(result.Groups)/float64(max(result.Groups-1, 1))) / total
	var spread float64 // of one event
	for g := range counts {
		deviations[g] = make([]float64, 0, values)
	}
	for k, n := range sums {
		p := n / total
		weight := 1.0
		if relative {
			weight = 1 / math.Sqrt(p)
		}
		if n == 0 {
			continue
		}
		spread += p * (1 - p) * weight * weight
		for g := range counts {
			deviations[g] = append(deviations[g], (float64(counts[g][k])-p*sizes[g])*scale*weight)
		}
	}
	result.Directions = 1
	var trace, square float64 // of the weighted covariance and of its square
	for g, a := range deviations {
		for h, b := range deviations[:g+1] {
			product := floats.Dot(a, b)
			if h == g {
				trace += product
				square += product * product
			} else {
				square += 2 * product * product
			}
		}
	}
	if trace <= 0 || spread < 1e-12 {
		result.Effective = min(total, float64(max(users, 1)))
		return result
	}
	result.Effective = rounded(min(total, spread/trace))
	// The estimate of the square is high by trace over Groups-1, so Directions
	// is low: noise is not underestimated.
	result.Directions = rounded(max(1, trace*trace/square))
	return result
}

// categoryNoise is what the largest difference of shares p and q of two samples
// stays below: the quantile of Student's distribution for each value, with the
// level shared among them (Bonferroni).
func categoryNoise(p, q []float64, a, b Precision) float64 {
	n, m := a.Effective, b.Effective
	degrees := float64(min(a.Groups, b.Groups) - 1)
	if degrees < 1 {
		return 1
	}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: degrees}
	t := student.Quantile(1 - noiseLevel/2/float64(max(len(p), 1)))
	var most float64
	for k := range p {
		pooled := (p[k]*n + q[k]*m) / (n + m)
		most = max(most, pooled*(1-pooled))
	}
	return min(1, t*math.Sqrt(most*(1/n+1/m)))
}

// numberNoise is what the divergence of two samples stays below, given how many
// bins each has something in.
//
// To second order the divergence in bits of equal distributions, times 8 ln 2,
// is the sum of the squared differences of shares over shares. That has the
// distribution of a multiple of chi-square with as many degrees of freedom as
// directions, and of F as the multiple is an estimate (Satterthwaite; Rao and
// Scott, section 5; Grosse et al., Analysis of symbolic sequences using the
// Jensen-Shannon divergence, Phys. Rev. E 65, 2002, for independent events).
func numberNoise(bins [2]int, of [2]Precision) float64 {
	var mean, square float64
	groups := min(of[0].Groups, of[1].Groups)
	for i, p := range of {
		trace := float64(max(bins[i]-1, 1)) / p.Effective
		mean += trace
		square += trace * trace / max(p.Directions, 1)
	}
	if groups < 2 {
		return 1
	}
	directions := mean * mean / square
	f := distuv.F{D1: directions, D2: directions * float64(groups-1)}.Quantile(1 - noiseLevel)
	return min(1, f*mean/(8*math.Ln2))
}

// farthest is the L-infinity distance of p and q, and where it is; the first of
// places that differ by rounding only.
func farthest(p, q []float64) (distance float64, at int) {
	for k := range p {
		if d := math.Abs(p[k] - q[k]); d > distance+1e-12 {
			distance, at = d, k
		}
	}
	return distance, at
}

// divergence is the Jensen-Shannon divergence of p and q with equal weights in
// bits, 0..1 (Lin, Divergence Measures Based on the Shannon Entropy, IEEE
// Transactions on Information Theory 37, 1991), and where most of it comes from.
func divergence(p, q []float64) (bits float64, at int) {
	var most float64
	for k := range p {
		m := (p[k] + q[k]) / 2
		var part float64
		for _, x := range []float64{p[k], q[k]} {
			if x > 0 {
				part += x * math.Log2(x/m) / 2
			}
		}
		if bits += part; part > most {
			most, at = part, k
		}
	}
	return min(max(bits, 0), 1), at
}

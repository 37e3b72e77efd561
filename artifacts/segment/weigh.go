package segment

import "math"

// weigh writes for each segment the logarithm of its weight times its density at the
// given features, and the squared distance from its likeliest component. That of a
// segment which comes after the first two and is far behind them may be -Inf.
func (m *Model) weigh(logs, distances2 []float64, features []float32) {
	var space [MaxDim]float64
	z := space[:m.dim]
	m.Project(z, features)
	r := newRace()
	if m.spec.Owners == nil {
		for c := range m.densities {
			logs[c], distances2[c] = m.log(c, z, r.second-behind)
			r.enter(c, logs[c])
		}
		return
	}
	m.weighOwned(r, logs, distances2, z)
}

// weighOwned is weigh where segments are of several components.
func (m *Model) weighOwned(r race, logs, distances2, z []float64) {
	var each [MaxComponents]float64
	for s := range logs {
		logs[s], distances2[s] = math.Inf(-1), math.Inf(1)
	}
	for c, s := range m.spec.Owners {
		l, d := m.log(c, z, r.second-behind)
		if each[c] = l; l > logs[s] {
			logs[s], distances2[s] = l, d
			r.enter(s, l)
		}
	}
	m.sum(logs, each[:len(m.densities)])
}

// nearest is the index of the likeliest component at z, the first of equals.
func (m *Model) nearest(z []float64) int {
	best, most := 0, math.Inf(-1)
	for c := range m.densities {
		if l, _ := m.log(c, z, most); l > most {
			best, most = c, l
		}
	}
	return best
}

// nearestOwner is the index of the likeliest segment at z, the first of equals, where
// segments are of several components.
func (m *Model) nearestOwner(z []float64) int {
	var each [MaxComponents]float64
	var likely [MaxSegments]float64
	logs := likely[:len(m.spec.Segments)]
	for s := range logs {
		logs[s] = math.Inf(-1)
	}
	most := math.Inf(-1)
	for c, s := range m.spec.Owners {
		l, _ := m.log(c, z, most-behind)
		each[c], logs[s], most = l, max(logs[s], l), max(most, l)
	}
	m.sum(logs, each[:len(m.densities)])
	best := 0
	for s, l := range logs {
		if l > logs[best] {
			best = s
		}
	}
	return best
}

// log is the logarithm of the weight times the density of component c at z and the
// squared distance from its mean, or -Inf and some distance as soon as the former is
// known to be less than least.
func (m *Model) log(c int, z []float64, least float64) (log, distance2 float64) {
	peak := m.peaks[c]
	most := 2 * (peak - least)
	most += slack * (1 + math.Abs(most))
	if distance2 = m.densities[c].distance2(z, most); distance2 > most {
		return math.Inf(-1), distance2
	}
	return peak - 0.5*distance2, distance2
}

// sum turns the logarithm of the likeliest component of each segment into that of all
// its components together, given each.
func (m *Model) sum(logs, each []float64) {
	var sums [MaxSegments]float64
	for c, s := range m.spec.Owners {
		if l := each[c] - logs[s]; l > -lost {
			sums[s] += math.Exp(l)
		}
	}
	for s := range logs {
		if sums[s] > 0 {
			logs[s] += math.Log(sums[s])
		}
	}
}

// race knows the logarithms of the first two segments met so far.
type race struct {
	leader        int
	first, second float64
}

func newRace() race { return race{leader: -1, first: math.Inf(-1), second: math.Inf(-1)} }

func (r *race) enter(segment int, log float64) {
	switch {
	case segment == r.leader:
		r.first = max(r.first, log)
	case log > r.first:
		r.leader, r.first, r.second = segment, log, r.first
	case log > r.second:
		r.second = log
	}
}

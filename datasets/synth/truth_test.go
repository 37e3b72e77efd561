package synth

import (
	"math"
	"slices"
	"testing"

	"curio/datasets/event"
)

// TestTruthIsWhatUsersDo recovers each planted quantity from the events, the way
// one would who knew the model.
func TestTruthIsWhatUsersDo(t *testing.T) {
	p := mustNew(t, Default())
	truth := p.Truth()
	c := catalogueOf(t, p)
	items := map[string]int{}
	for i, it := range c.Items {
		items[it.ID] = i
	}
	chosen := map[string][]float64{} // by user: pairs of each category
	moves := make([][]float64, len(truth.Domains))
	for d := range moves {
		moves[d] = make([]float64, len(truth.Domains))
	}
	stars, rated := make([]float64, len(c.Items)), make([]float64, len(c.Items))
	type pair struct {
		user string
		item int
	}
	met := map[pair]bool{}
	before := map[string]int{} // by user: domain of the last new item, plus 1
	each(t, p, func(e *event.Event) {
		i, ok := items[e.ItemID]
		if !ok {
			return
		}
		if e.Type == event.Rating {
			stars[i] += float64(e.Rating) / 100
			rated[i]++
		}
		if met[pair{e.UserID, i}] {
			return
		}
		met[pair{e.UserID, i}] = true
		if chosen[e.UserID] == nil {
			chosen[e.UserID] = make([]float64, len(truth.Categories))
		}
		chosen[e.UserID][slices.Index(truth.Categories, c.Items[i].Category)]++
		d := slices.Index(truth.Domains, c.Items[i].Domain)
		if b := before[e.UserID]; b > 0 {
			moves[b-1][d]++
		}
		before[e.UserID] = d + 1
	})

	t.Run("segments", func(t *testing.T) {
		var right, silent int
		sizes := make([]float64, len(truth.Segments))
		for _, u := range c.Users {
			s, ok := truth.Segment(u.ID)
			if !ok {
				t.Fatalf("no segment for %s", u.ID)
			}
			sizes[s]++
			if chosen[u.ID] == nil {
				silent++
				continue
			}
			if closest(truth, chosen[u.ID]) == s {
				right++
			}
		}
		if share := float64(silent) / float64(len(c.Users)); share < 0.005 || share > 0.03 {
			t.Errorf("%.3f of the users are silent", share)
		}
		if share := float64(right) / float64(len(c.Users)-silent); share < 0.95 {
			t.Errorf("the planted tastes tell %.3f of the users' segments", share)
		}
		for s := range sizes {
			if got := sizes[s] / float64(len(c.Users)); math.Abs(got-truth.Segments[s].Share) > 0.03 {
				t.Errorf("segment %d has %.3f of the users, planted %.3f", s, got, truth.Segments[s].Share)
			}
		}
		if first, last := truth.Segments[0].Share, truth.Segments[5].Share; math.Abs(first/last-5) > 1e-9 || first < 0.30 || last < 0.06 {
			t.Errorf("shares from %.3f to %.3f", first, last)
		}
	})
	t.Run("conversion", func(t *testing.T) {
		for a, row := range moves {
			var total float64
			for _, n := range row {
				total += n
			}
			for b, n := range row {
				if want := truth.Conversion[a][b]; math.Abs(n/total-want) > 0.03 {
					t.Errorf("%s to %s: %.3f, planted %.3f", truth.Domains[a], truth.Domains[b], n/total, want)
				}
			}
		}
	})
	t.Run("quality", func(t *testing.T) {
		var x, y []float64
		for i, n := range rated {
			if n >= 10 {
				x, y = append(x, truth.Quality[i]), append(y, stars[i]/n)
			}
		}
		if r := correlation(x, y); len(x) < 100 || r < 0.7 {
			t.Errorf("mean rating and quality of %d items correlate with %.2f", len(x), r)
		}
	})
	t.Run("lag", func(t *testing.T) {
		series := func(domain string, category string) []float64 {
			var v []float64
			for _, trend := range c.Trends {
				if trend.Domain == domain && trend.Topic == category {
					v = append(v, trend.Value)
				}
			}
			return v
		}
		for d, name := range truth.Domains {
			var best, at float64
			for lag := range 16 {
				var sum float64
				for _, category := range truth.Categories {
					books, others := series("book", category), series(name, category)
					sum += correlation(books[:len(books)-lag], others[lag:])
				}
				if sum > best {
					best, at = sum, float64(lag)
				}
			}
			if math.Abs(at-float64(truth.Lag[d])) > 1 {
				t.Errorf("%s follows books by %v weeks, planted %d", name, at, truth.Lag[d])
			}
		}
	})
}

// closest returns the segment under whose tastes the choices are most likely.
func closest(truth *Truth, chosen []float64) int {
	best, at := math.Inf(-1), 0
	for s, segment := range truth.Segments {
		l := math.Log(segment.Share)
		for c, n := range chosen {
			l += 0.5 * n * math.Log(segment.Taste[c]) // choices of one user hang together
		}
		if l > best {
			best, at = l, s
		}
	}
	return at
}

func correlation(x, y []float64) float64 {
	var mx, my, xx, yy, xy float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(y))
	}
	for i := range x {
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
		xy += (x[i] - mx) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

func TestTruthOfUnknownUsers(t *testing.T) {
	truth := mustNew(t, small()).Truth()
	for _, id := range []string{"", "user-", "user-00000", "user-00601", "user-1", "user-000001", "user--0001", "user-+0001", "USER-00001"} {
		if _, ok := truth.Segment(id); ok {
			t.Errorf("%q has a segment", id)
		}
		if _, ok := truth.Taste(id); ok {
			t.Errorf("%q has a taste", id)
		}
	}
	for _, id := range []string{"user-00001", "user-00600"} {
		taste, ok := truth.Taste(id)
		var sum float64
		for _, share := range taste {
			sum += share
		}
		if !ok || math.Abs(sum-1) > 1e-9 {
			t.Errorf("taste of %s sums to %v", id, sum)
		}
	}
}

func TestRecordsLeanTowardsTheSegment(t *testing.T) {
	p := mustNew(t, Default())
	truth := p.Truth()
	var leaning, working int
	for _, u := range catalogueOf(t, p).Users {
		s, _ := truth.Segment(u.ID)
		if u.Occupation == "" {
			continue
		}
		working++
		if u.Occupation == occupations[p.groups[s].occupation] {
			leaning++
		}
		if u.Age != 0 && (u.Age < 16 || u.Age > 84) || u.SignupTS < End-Window || u.SignupTS >= End || u.Consent == nil {
			t.Errorf("odd user %+v", u)
		}
	}
	if share := float64(leaning) / float64(working); share < 0.2 || share > 0.45 {
		t.Errorf("%.2f of the users have their segment's occupation", share)
	}
}

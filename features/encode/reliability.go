package encode

import (
	"iter"

	"curio/datasets/event"
	"curio/features/profile"
)

// Reliability tells of each category and tag, in the order of Categories and Tags,
// how much of the variance of its share between users is more than the chance of
// what each happened to touch: at most 1, 0 where there is nothing to tell by, and
// below 0 where users are more alike than chance would have them.
//
// It is 1-W/B for the mean squares within users and between them of a one-way
// analysis of variance (Hoyt, "Test reliability estimated by analysis of variance",
// 1941), whose observations are the touches. They are weighted as interest is; a user
// counts as (sum of w)^2 / sum of w^2 observations (Kish, "Survey Sampling", 1965).
func (e *Users) Reliability(users iter.Seq2[*profile.User, event.Time]) (categories, tags []float64) {
	c, t := newVariance(len(e.categories.values)), newVariance(len(e.tags.values))
	for p, asOf := range users {
		s := &e.schema.Strength
		for i := range p.Touches {
			touch := &p.Touches[i]
			if touch.Item < 0 || int(touch.Item) >= len(e.place) {
				continue
			}
			w := float64(s.Of(touch)) * float64(s.Recency(touch.Last, asOf))
			if at := e.place[touch.Item].category; at >= 0 {
				c.touch(w, at)
			}
			t.touch(w, e.tagged.of(touch.Item)...)
		}
		c.close()
		t.close()
	}
	return c.reliability(), t.reliability()
}

// variance analyses the shares of one field.
type variance struct {
	users, touches   float64
	mean, square     []float64 // sums over users, weighted by their observations
	within           []float64 // sum of squares
	weight, weight2  float64   // of the user at hand
	share, shareSelf []float64 // sums of the touches' shares and of their squares
}

func newVariance(n int) *variance {
	v := &variance{}
	for _, sums := range []*[]float64{&v.mean, &v.square, &v.within, &v.share, &v.shareSelf} {
		*sums = make([]float64, n)
	}
	return v
}

// touch adds a touch of weight w that divides evenly among values.
func (v *variance) touch(w float64, values ...int16) {
	if len(values) == 0 || w <= 0 {
		return
	}
	v.weight += w
	v.weight2 += w * w
	part := 1 / float64(len(values))
	for _, at := range values {
		v.share[at] += w * part
		v.shareSelf[at] += w * part * part
	}
}

// close ends the user at hand.
func (v *variance) close() {
	if v.weight2 > 0 {
		n := v.weight * v.weight / v.weight2
		v.users++
		v.touches += n
		for i := range v.share {
			x := v.share[i] / v.weight
			v.mean[i] += n * x
			v.square[i] += n * x * x
			v.within[i] += n * (v.shareSelf[i]/v.weight - x*x)
		}
	}
	v.weight, v.weight2 = 0, 0
	clear(v.share)
	clear(v.shareSelf)
}

func (v *variance) reliability() []float64 {
	list := make([]float64, len(v.mean))
	for i := range list {
		within := v.within[i] / (v.touches - v.users)
		between := (v.square[i] - v.mean[i]*v.mean[i]/v.touches) / (v.users - 1)
		if v.users > 1 && v.touches > v.users && between > 0 {
			list[i] = 1 - within/between
		}
	}
	return list
}

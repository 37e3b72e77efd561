package bench

import "strings"

// aggregates is what PassRead keeps of each user.
type aggregates map[string]*aggregate

type aggregate struct{ events, watched, last int64 }

// fold adds an event. The text of user may change afterwards.
func (a aggregates) fold(user string, watched, ts int64) {
	one := a[user]
	if one == nil {
		one = new(aggregate)
		a[strings.Clone(user)] = one
	}
	one.merge(aggregate{1, watched, ts})
}

func (a *aggregate) merge(o aggregate) {
	a.events += o.events
	a.watched += o.watched
	a.last = max(a.last, o.last)
}

func (a aggregates) merge(o aggregates) {
	for user, more := range o {
		if one := a[user]; one != nil {
			one.merge(*more)
		} else {
			a[user] = more
		}
	}
}

func (a aggregates) totals() Totals {
	t := Totals{Users: int64(len(a))}
	for _, one := range a {
		t.merge(Totals{Events: one.events, Watched: one.watched, Last: one.last})
	}
	return t
}

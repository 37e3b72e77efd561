package evaluate

import (
	"fmt"
	"slices"
)

// Random returns what a ranking in random order, every order equally likely, is
// expected to achieve on a task: recall and ndcg of every user with truth. It is
// exact. With n items to rank, h of them held out for the user, and the gains of
// ndcg,
//
//	recall@k = h/|T| min(k, n)/n
//	ndcg@k   = h/n sum of the first min(k, n) gains / sum of the first min(|T|, k)
//
// where |T| also counts held-out items that are not ranked. Of the options,
// Cutoffs count.
func Random(t Task, o Options) (*PerUser, error) {
	o, err := o.filled()
	if err != nil {
		return nil, fmt.Errorf("expect of a random order: %w", err)
	}
	users, err := t.judged()
	if err != nil {
		return nil, fmt.Errorf("expect of a random order: %w", err)
	}
	j := newJudge(o.Cutoffs)
	cutoffs := len(o.Cutoffs)
	out := &PerUser{Users: users, Values: columns(2*cutoffs, len(users))}
	for _, kind := range []int{recall, ndcg} {
		for _, k := range o.Cutoffs {
			out.Names = append(out.Names, metricName(kindNames[kind], k))
		}
	}
	ranked := 0
	for i := range t.Items {
		if t.among(int32(i)) {
			ranked++
		}
	}
	for row, user := range users {
		seen, truth := t.seen(user), t.Truth(user)
		n := ranked - t.count(seen, nil)
		size, h := distinct(truth), float64(t.count(truth, seen))
		if h == 0 {
			continue
		}
		for c, k := range o.Cutoffs {
			depth := min(k, n)
			out.Values[c][row] = h / float64(size) * float64(depth) / float64(n)
			out.Values[cutoffs+c][row] = h / float64(n) * j.ideal[depth] / j.ideal[min(size, k)]
		}
	}
	return out, nil
}

// among reports whether an item is ranked at all.
func (t *Task) among(item int32) bool { return t.Among == nil || t.Among[item] }

// count is the number of different items of an ascending list that are ranked and
// not in seen.
func (t *Task) count(list, seen []int32) int {
	n := 0
	for i, item := range list {
		if i > 0 && item == list[i-1] || !t.among(item) {
			continue
		}
		if _, masked := slices.BinarySearch(seen, item); !masked {
			n++
		}
	}
	return n
}

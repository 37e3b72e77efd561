package evaluate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Result is what a scorer achieved on a task.
type Result struct {
	// Metrics holds, at every cutoff k:
	//
	//   - recall, ndcg, hitrate, mrr and map: averages over the users with truth,
	//     with intervals;
	//   - coverage: the share of the catalogue that is among the first k items of
	//     any of those users, without an interval (fewer users cover less, so
	//     resampling them would not bracket it);
	//   - popularity_bias, if the task has popularity and some user has a history
	//     and a list: how much more popular the recommended items are than those
	//     users chose themselves, with an interval.
	//
	// Popularity bias is the quotient of two group average popularities
	// (Abdollahpouri et al. 2019, "The unfairness of popularity bias in
	// recommendation"; the recommended side is their average recommendation
	// popularity, ARP): the mean over users of the mean training popularity of
	// their first k items, over the mean over the same users of the mean training
	// popularity of the items in their histories. 1 is neutral, 2 twice as popular.
	Metrics Metrics
	PerUser PerUser
}

// PerUser are the metrics of single users, for paired comparison.
type PerUser struct {
	Users  []int32     // those with truth, in the order of the task
	Names  []string    // of the metrics
	Values [][]float64 // Values[m][u] is Names[m] of Users[u]
}

// Evaluate ranks the catalogue for every user of the task who has truth and
// measures the lists. Equal scores are ranked by item index.
//
// It needs O(items) memory a worker and about 8 bytes a user and metric. It
// returns ErrNoTruth when there is nobody to rank for, an error that names the
// fault when the task or the options are wrong, and the context's error when
// that ends first.
func Evaluate(ctx context.Context, t Task, s Scorer, o Options) (*Result, error) {
	o, err := o.filled()
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	users, err := t.judged()
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	out := newTable(o.Cutoffs, len(users), t.Popularity != nil)
	best, err := rankAll(ctx, &t, s, users, out, o)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	m, err := summarise(ctx, out, best, o)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	return &Result{Metrics: m, PerUser: PerUser{Users: users, Names: out.names(), Values: out.metric}}, nil
}

// rankAll fills the table and returns the best rank each item reached in any
// list, 0 for none. Workers take fixed blocks of users in order.
func rankAll(ctx context.Context, t *Task, s Scorer, users []int32, out *table, o Options) ([]uint16, error) {
	size := blockSize(s)
	blocks := (len(users) + size - 1) / size
	j := newJudge(o.Cutoffs)
	report := progress(o.Progress, len(users))
	best := make([]uint16, t.Items)
	var next atomic.Int64
	var merging sync.Mutex // guards best

	g, ctx := errgroup.WithContext(ctx)
	for range min(o.Workers, blocks) {
		g.Go(func() error {
			r := newRanker(t, s, j, out)
			for {
				b := int(next.Add(1)) - 1
				if b >= blocks {
					break
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				block := users[b*size : min((b+1)*size, len(users))]
				r.block(block, b*size)
				report(len(block))
			}
			merging.Lock()
			defer merging.Unlock()
			for i, rank := range r.best {
				if rank != 0 && (best[i] == 0 || rank < best[i]) {
					best[i] = rank
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return best, nil
}

// progress adds up what workers report, for one call of tell at a time.
func progress(tell func(done, total int), total int) func(n int) {
	if tell == nil {
		return func(int) {}
	}
	var mu sync.Mutex // guards done and tell
	done := 0
	return func(n int) {
		mu.Lock()
		defer mu.Unlock()
		done += n
		tell(done, total)
	}
}

// Metric returns one metric of every user, or nil if there is none of that name.
func (p *PerUser) Metric(name string) []float64 {
	if i := slices.Index(p.Names, name); i >= 0 {
		return p.Values[i]
	}
	return nil
}

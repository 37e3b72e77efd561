package evaluate

import (
	"math"

	"curio/artifacts/kernel"
)

// sweepBlock is how many users a Sweeper scores at once.
const sweepBlock = 120

// blockSize is the number of users scored at once.
func blockSize(s Scorer) int {
	if _, ok := s.(Sweeper); ok {
		return sweepBlock
	}
	return 1
}

// ranker is one worker: it ranks the catalogue for blocks of users and writes
// what it measures into its rows of the table.
type ranker struct {
	task   *Task
	scorer Scorer
	judge  *judge
	table  *table
	depth  int          // of a list
	deep   int          // of a list before it is put in another order
	scores []float32    // block x items, unless the scorer sweeps
	tops   []kernel.Top // of the users of a block
	masks  [][]int32    // seen items of theirs that no piece had so far
	list   []kernel.Scored
	best   []uint16 // by item: the best 1-based rank in any list so far, 0 if none
}

func newRanker(t *Task, s Scorer, j *judge, out *table) *ranker {
	depth := min(j.cutoffs[len(j.cutoffs)-1], t.Items)
	size := blockSize(s)
	r := &ranker{
		task: t, scorer: s, judge: j, table: out, depth: depth, deep: depth,
		tops: make([]kernel.Top, size), masks: make([][]int32, size),
		list: make([]kernel.Scored, 0, depth),
		best: make([]uint16, t.Items),
	}
	if s, ok := s.(Reranker); ok {
		r.deep = max(depth, min(s.Depth(), t.Items))
	}
	if _, ok := s.(Sweeper); !ok {
		r.scores = make([]float32, size*t.Items)
	}
	return r
}

// block ranks for users, whose rows of the table begin at row.
func (r *ranker) block(users []int32, row int) {
	for i, user := range users {
		r.tops[i].Reset(r.deep)
		r.masks[i] = r.task.seen(user)
	}
	whole := r.scores[:min(len(r.scores), len(users)*r.task.Items)]
	switch s := r.scorer.(type) {
	case Sweeper:
		s.Sweep(users, r.piece)
	default:
		s.Score(whole, users[0])
		r.piece(0, r.task.Items, whole)
	}
	for i, user := range users {
		r.user(&r.tops[i], user, row+i)
	}
}

// piece masks and ranks the next width items, from first on, of every user of the
// block.
func (r *ranker) piece(first, width int, scores []float32) {
	for i := range len(scores) / width {
		row, seen := scores[i*width:(i+1)*width], r.masks[i]
		for len(seen) > 0 && int(seen[0]) < first+width {
			row[int(seen[0])-first] = float32(math.NaN())
			seen = seen[1:]
		}
		r.masks[i] = seen
		if among := r.task.Among; among != nil {
			for j, ranked := range among[first : first+width] {
				if !ranked {
					row[j] = float32(math.NaN())
				}
			}
		}
		r.tops[i].Scan(row, int32(first))
	}
}

// user judges one user by the best of the catalogue.
func (r *ranker) user(top *kernel.Top, user int32, row int) {
	r.list = top.Sorted(r.list[:0])
	if s, ok := r.scorer.(Reranker); ok {
		s.Rerank(user, r.list)
		r.list = r.list[:min(len(r.list), r.depth)]
	}
	cutoffs := len(r.judge.cutoffs)
	r.judge.list(r.list, r.task.Truth(user), func(kind, c int, value float64) {
		r.table.metric[kind*cutoffs+c][row] = value
	})
	for i, s := range r.list {
		if rank := uint16(i + 1); r.best[s.Index] == 0 || rank < r.best[s.Index] {
			r.best[s.Index] = rank
		}
	}
	if r.table.history != nil {
		r.popularity(r.task.seen(user), row)
	}
}

// popularity fills the user's popularity columns. A user without a history or
// without a list has no popularity to compare and gets zeros in all of them,
// which leaves the user out of the ratio.
func (r *ranker) popularity(seen []int32, row int) {
	if len(seen) == 0 || len(r.list) == 0 {
		return
	}
	var history, listed float64
	for i, item := range seen {
		if i == 0 || item != seen[i-1] {
			history += float64(r.task.Popularity[item])
		}
	}
	r.table.history[row] = history / float64(distinct(seen))
	n := 0
	for c, k := range r.judge.cutoffs {
		for ; n < min(k, len(r.list)); n++ {
			listed += float64(r.task.Popularity[r.list[n].Index])
		}
		r.table.listed[c][row] = listed / float64(n)
	}
}

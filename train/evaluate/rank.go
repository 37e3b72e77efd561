package evaluate

import (
	"math"

	"curio/artifacts/kernel"
)

// blockScores bounds the scores a worker holds at once, unless one user's are
// more: 2^20 floats, 4 MiB, about what stays in cache between scoring and
// ranking.
const blockScores = 1 << 20

// maxBlock bounds the users scored at once.
const maxBlock = 64

// blockSize is the number of users scored at once for a catalogue. It depends
// on nothing else, so a scorer sees the same blocks at any number of workers.
func blockSize(items int) int { return max(1, min(maxBlock, blockScores/items)) }

// ranker is one worker: it ranks the catalogue for blocks of users and writes
// what it measures into its rows of the table.
type ranker struct {
	task   *Task
	scorer Scorer
	judge  *judge
	table  *table
	depth  int       // of a list
	scores []float32 // block x items
	top    *kernel.Top
	list   []kernel.Scored
	best   []uint16 // by item: the best 1-based rank in any list so far, 0 if none
}

func newRanker(t *Task, s Scorer, j *judge, out *table) *ranker {
	depth := min(j.cutoffs[len(j.cutoffs)-1], t.Items)
	return &ranker{
		task: t, scorer: s, judge: j, table: out, depth: depth,
		scores: make([]float32, blockSize(t.Items)*t.Items),
		top:    kernel.NewTop(depth),
		list:   make([]kernel.Scored, 0, depth),
		best:   make([]uint16, t.Items),
	}
}

// block ranks for users, whose rows of the table begin at row.
func (r *ranker) block(users []int32, row int) {
	items := r.task.Items
	together, ok := r.scorer.(BlockScorer)
	if ok {
		together.ScoreBlock(r.scores[:len(users)*items:len(users)*items], users)
	}
	for i, user := range users {
		scores := r.scores[i*items : (i+1)*items : (i+1)*items]
		if !ok {
			r.scorer.Score(scores, user)
		}
		r.user(scores, user, row+i)
	}
}

// user masks, ranks and judges one user.
func (r *ranker) user(scores []float32, user int32, row int) {
	seen := r.task.seen(user)
	for _, item := range seen {
		scores[item] = float32(math.NaN())
	}
	r.top.Reset(r.depth)
	r.top.Scan(scores, 0)
	r.list = r.top.Sorted(r.list[:0])

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
		r.popularity(seen, row)
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

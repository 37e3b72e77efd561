package audience

import (
	"slices"
	"sync"

	"curio/artifacts/interest"
)

// blockSize is how many users are prepared and scored at a time.
const blockSize = 1024

// block is what scoring an item needs of some users in a row.
type block struct {
	once       sync.Once
	users      []int32          // of whom the model knows something, ascending
	vectors    []float32        // [users, dim]
	behaviours []float32        // [users, BehaviourSize]
	touches    []interest.Touch // histories, one after the other; weights are 1 on average for each user
	ends       []int            // by user: where the history ends in touches
}

// block returns the users first, first+1, ... of number n, prepared.
func (a *Audience) block(n int) *block {
	b := &a.blocks[n]
	b.once.Do(func() { a.prepare(b, n*blockSize, min(len(a.art.Profiles), (n+1)*blockSize)) })
	return b
}

func (a *Audience) prepare(b *block, first, end int) {
	art, dim := a.art, a.art.Interest.Dim()
	var q interest.Query
	vectors := make([]float32, 0, (end-first)*dim)
	for u := int32(first); u < int32(end); u++ {
		art.Query(&q, u, &art.People[u], &art.Profiles[u], art.AsOf)
		if !Met(&q, &art.People[u]) {
			continue
		}
		n := len(vectors)
		vectors = vectors[:n+dim]
		art.Interest.User(vectors[n:], q)
		b.users = append(b.users, u)
		b.behaviours = append(b.behaviours, q.Behaviour...)
		scale := scaleOf(q.History)
		for _, t := range q.History {
			b.touches = append(b.touches, interest.Touch{Item: t.Item, Weight: t.Weight * scale})
		}
		b.ends = append(b.ends, len(b.touches))
	}
	b.vectors, b.touches = slices.Clone(vectors), slices.Clone(b.touches) // without room to grow
}

// scaleOf makes the weights of a history 1 on average, as interest.Graph has it.
func scaleOf(history []interest.Touch) float32 {
	var total, n float32
	for _, t := range history {
		total += t.Weight
		n++
	}
	if total < 1e-30 {
		return 0
	}
	return n / total
}

// history returns that of the i-th user.
func (b *block) history(i int) []interest.Touch {
	start := 0
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.touches[start:b.ends[i]]
}

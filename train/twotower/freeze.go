package twotower

import (
	"slices"

	"curio/artifacts/interest"
)

// alone is how long a user vector is that is made of features alone.
const alone = 0.2

// freeze turns the trained parameters into a model. Users and items that were
// never part of an interaction lose their embedding, which nothing has taught:
// what remains of them is history and features. Such an item's bias is the mean.
func (t *trainer) freeze() (*interest.Model, error) {
	dim := t.o.EmbeddingSize
	seen := make([]bool, t.d.Users)
	for _, p := range t.d.Pairs {
		seen[p.User] = true
	}
	users := slices.Clone(t.users.rows)
	for u, ok := range seen {
		if !ok {
			clear(users[u*dim : (u+1)*dim])
		}
	}
	items, bias := slices.Clone(t.items.rows), slices.Clone(t.bias.rows)
	mean := warmMean(bias, t.counts)
	for i, n := range t.counts {
		if n == 0 {
			clear(items[i*dim : (i+1)*dim])
			bias[i] = mean
		}
	}
	pooled := slices.Clone(items)
	tower, size := t.g.item.tower(), t.d.ItemFeatureSize
	vectors, lengths := make([]float32, len(items)), make([]float32, t.d.Items)
	parallel(t.o.Workers, lanes, func(l int) {
		from, to := chunk(t.d.Items, lanes, l)
		for i := from; i < to; i++ {
			tower.Add(items[i*dim:(i+1)*dim], t.d.ItemFeatures[i*size:(i+1)*size])
		}
		unit(vectors, lengths, items, dim, from, to)
	})
	return interest.New(interest.Parts{
		Dim: dim, Temperature: float32(t.o.Temperature), Alone: alone,
		Users: users, Items: vectors, Pooled: pooled, Bias: bias,
		User: t.g.user.tower(),
	})
}

func warmMean(bias, counts []float32) float32 {
	var sum, n float64
	for i, c := range counts {
		if c > 0 {
			sum += float64(bias[i])
			n++
		}
	}
	return float32(sum / n)
}

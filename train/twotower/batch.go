package twotower

import (
	"math/rand/v2"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// sampler fills the inputs of a step and, after it, tells the tables which
// gradients are theirs.
type sampler struct {
	data       Data
	o          Options
	g          *graph
	users      *table
	items      *table
	bias       *table
	candidates []int32 // items with interactions: what negatives are drawn from
	order      []int32 // pairs of this epoch, shuffled

	user, item     []int32 // [batch], [batch+negatives]
	userID, itemID []bool  // whether the row's id embedding takes part
	stranger       []bool  // [batch]: whether the user is taken for one who did nothing yet
	total          []float32
	byUser, byItem *scatter
	byBias         *scatter
}

func newSampler(d Data, o Options, g *graph, users, items, bias *table, candidates []int32) *sampler {
	batch, rows := len(g.loss.weight), len(g.itemBias)
	return &sampler{
		data: d, o: o, g: g, users: users, items: items, bias: bias, candidates: candidates,
		order: make([]int32, len(d.Pairs)),
		user:  make([]int32, batch), item: make([]int32, rows),
		userID: make([]bool, batch), itemID: make([]bool, rows), stranger: make([]bool, batch),
		total:  make([]float32, batch),
		byUser: newScatter(d.Users, o.EmbeddingSize), byItem: newScatter(d.Items, o.EmbeddingSize),
		byBias: newScatter(d.Items, 1),
	}
}

// shuffle starts an epoch.
func (s *sampler) shuffle(r *rand.Rand) {
	for i := range s.order {
		s.order[i] = int32(i)
	}
	r.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
}

// fill draws step's batch. The last batch of an epoch is made up from its start.
func (s *sampler) fill(step int, r *rand.Rand) {
	batch := len(s.user)
	var sum float32
	for b := range batch {
		p := s.data.Pairs[s.order[(step*batch+b)%len(s.order)]]
		s.user[b], s.item[b] = p.User, p.Item
		s.g.loss.weight[b] = p.Weight
		sum += p.Weight
		s.stranger[b] = s.data.UserFeatureSize > 0 && r.Float64() < s.o.IDDropout
		s.userID[b] = r.Float64() >= s.o.IDDropout && !s.stranger[b]
	}
	kernel.Scale(1/sum, s.g.loss.weight)
	negatives := s.item[batch:]
	if len(negatives) == len(s.candidates) {
		copy(negatives, s.candidates)
	} else {
		for i := range negatives {
			negatives[i] = s.candidates[r.IntN(len(s.candidates))]
		}
	}
	for i := range s.itemID {
		s.itemID[i] = s.data.ItemFeatureSize == 0 || r.Float64() >= s.o.IDDropout
	}
	copy(s.g.loss.positive, s.item[:batch])
	s.g.loss.where.set(negatives)
	parallel(s.o.Workers, lanes, func(l int) {
		from, to := chunk(batch, lanes, l)
		for b := from; b < to; b++ {
			s.gatherUser(b)
		}
		from, to = chunk(len(s.item), lanes, l)
		for i := from; i < to; i++ {
			s.gatherItem(i)
		}
	})
}

// gatherUser fills row b: the user's embedding plus the pool of the history
// without the item to predict; of a stranger, what is known of somebody new.
func (s *sampler) gatherUser(b int) {
	d := s.o.EmbeddingSize
	row := s.g.userRows[b*d : (b+1)*d]
	clear(row)
	if s.userID[b] {
		copy(row, s.users.row(s.user[b]))
	}
	features(s.g.userFeatures, s.data.UserFeatures, s.data.UserFeatureSize, b, s.user[b])
	s.total[b] = 0
	if s.stranger[b] {
		clear(s.g.userFeatures[b*(s.data.UserFeatureSize+1):][:s.data.UserDoneSize])
		return
	}
	history := interest.Pool(s.data.History[s.user[b]])
	for _, t := range history {
		if t.Item != s.item[b] {
			s.total[b] += t.Weight
		}
	}
	if s.total[b] > 0 {
		for _, t := range history {
			if t.Item != s.item[b] {
				kernel.Axpy(t.Weight/s.total[b], s.items.row(t.Item), row)
			}
		}
	}
}

// gatherItem fills row i: the item's embedding and all its features; without the
// embedding, what is known of an item that is new.
func (s *sampler) gatherItem(i int) {
	d := s.o.EmbeddingSize
	row := s.g.itemRows[i*d : (i+1)*d]
	clear(row)
	if s.itemID[i] {
		copy(row, s.items.row(s.item[i]))
	}
	s.g.itemBias[i] = s.bias.rows[s.item[i]]
	features(s.g.itemFeatures, s.data.ItemFeatures, s.data.ItemFeatureSize, i, s.item[i])
	if !s.itemID[i] {
		end := (i+1)*(s.data.ItemFeatureSize+1) - 1
		clear(s.g.itemFeatures[end-s.data.ItemDoneSize : end])
	}
}

// features copies row index of table, followed by a one, to row at of dst.
func features(dst, table []float32, size, at int, index int32) {
	if size == 0 {
		return
	}
	out := dst[at*(size+1) : (at+1)*(size+1)]
	copy(out, table[int(index)*size:(int(index)+1)*size])
	out[size] = 1
}

// update moves the embeddings against the gradients of the step just run.
func (s *sampler) update(rate float64, c corrections) {
	d := s.o.EmbeddingSize
	loss := s.g.loss
	s.byUser.reset()
	s.byItem.reset()
	s.byBias.reset()
	for i, item := range s.item {
		s.byBias.add(item, 1, loss.gradBias[i:i+1])
		if s.itemID[i] {
			s.byItem.add(item, 1, loss.gradItem[i*d:(i+1)*d])
		}
	}
	for b, user := range s.user {
		grad := loss.gradUser[b*d : (b+1)*d]
		if s.userID[b] {
			s.byUser.add(user, 1, grad)
		}
		if s.total[b] > 0 {
			s.scatterPool(b, grad)
		}
	}
	s.users.update(s.byUser, rate, c, s.o.Workers)
	s.items.update(s.byItem, rate, c, s.o.Workers)
	s.bias.update(s.byBias, rate, c, s.o.Workers)
}

func (s *sampler) scatterPool(b int, grad []float32) {
	for _, t := range interest.Pool(s.data.History[s.user[b]]) {
		if t.Item != s.item[b] {
			s.byItem.add(t.Item, t.Weight/s.total[b], grad)
		}
	}
}

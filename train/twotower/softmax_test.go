package twotower

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// reference is the loss as its definition reads, in float64.
func reference(s *softmax, negatives []int32, user, item, bias []float32) float64 {
	d := s.dim
	cos := func(a, b []float32) float64 {
		var ab, aa, bb float64
		for i := range a {
			ab += float64(a[i]) * float64(b[i])
			aa += float64(a[i]) * float64(a[i])
			bb += float64(b[i]) * float64(b[i])
		}
		return ab / math.Sqrt(aa*bb)
	}
	var loss float64
	for r := range s.batch {
		score := func(i int) float64 {
			return cos(user[r*d:(r+1)*d], item[i*d:(i+1)*d])/float64(s.temperature) + float64(bias[i])
		}
		total := math.Exp(score(r))
		for c := range s.negatives {
			if negatives[c] != s.positive[r] {
				total += math.Exp(score(s.batch + c))
			}
		}
		loss += float64(s.weight[r]) * (math.Log(total) - score(r))
	}
	return loss
}

func randomLoss(dim, batch, negatives, items, workers int) (s *softmax, list []int32, user, item, bias []float32) {
	r := rand.New(rand.NewPCG(7, 7))
	s = newSoftmax(dim, batch, negatives, 0.2, workers)
	s.weight, s.positive, s.where = make([]float32, batch), make([]int32, batch), newPlaces(items, negatives)
	list = make([]int32, negatives)
	for i := range list {
		list[i] = int32(r.IntN(items))
	}
	for i := range s.weight {
		s.weight[i] = r.Float32() / float32(batch)
		s.positive[i] = int32(r.IntN(items))
	}
	s.where.set(list)
	user, item, bias = make([]float32, batch*dim), make([]float32, (batch+negatives)*dim), make([]float32, batch+negatives)
	normal(user, 1, r)
	normal(item, 1, r)
	normal(bias, 0.5, r)
	return s, list, user, item, bias
}

// The sizes are none of a tile, a lane or a vector register: they give uneven and
// empty lanes, a tile and a part of one, and negatives that are the positive.
func TestSoftmaxMatchesDefinition(t *testing.T) {
	for _, c := range []struct {
		name                                string
		dim, batch, negatives, items, every int
	}{
		{"One", 1, 1, 1, 2, 1}, {"FewerThanLanes", 5, 3, 2, 3, 1}, {"Uneven", 6, 70, 9, 5, 7},
		{"OneNegative", 7, 20, 1, 2, 3}, {"AllMasked", 6, 10, 4, 1, 1}, {"MoreThanATile", 8, lanes*tileRows + 37, 11, 30, 499},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, list, user, item, bias := randomLoss(c.dim, c.batch, c.negatives, c.items, 2)
			s.run(user, item, bias)
			if want := reference(s, list, user, item, bias); math.Abs(s.loss-want) > 1e-5*max(1, want) {
				t.Fatalf("loss %v, want %v", s.loss, want)
			}
			for _, in := range []struct {
				name    string
				x, grad []float32
			}{{"user", user, s.gradUser}, {"item", item, s.gradItem}, {"bias", bias, s.gradBias}} {
				for i := 0; i < len(in.x); i += c.every {
					const h = 1e-3
					x := in.x[i]
					in.x[i] = x + h
					up := reference(s, list, user, item, bias)
					in.x[i] = x - h
					down := reference(s, list, user, item, bias)
					in.x[i] = x
					if want := (up - down) / (2 * h); math.Abs(float64(in.grad[i])-want) > 2e-5+1e-3*math.Abs(want) {
						t.Errorf("gradient by %s[%d] = %v, finite difference %v", in.name, i, in.grad[i], want)
					}
				}
			}
		})
	}
}

func TestSoftmaxSameBytesAtAnyWorkers(t *testing.T) {
	one, _, user, item, bias := randomLoss(16, 300, 40, 100, 1)
	one.run(user, item, bias)
	for _, workers := range []int{2, 3, 8, 16} {
		s, _, _, _, _ := randomLoss(16, 300, 40, 100, workers)
		s.run(user, item, bias)
		if s.loss != one.loss {
			t.Errorf("%d workers: loss %v, one worker %v", workers, s.loss, one.loss)
		}
		for i := range s.gradItem {
			if math.Float32bits(s.gradItem[i]) != math.Float32bits(one.gradItem[i]) {
				t.Fatalf("%d workers: item gradient %d differs", workers, i)
			}
		}
	}
}

func TestSoftmaxZeroVectorHasNoGradient(t *testing.T) {
	s, _, user, item, bias := randomLoss(4, 3, 5, 9, 1)
	clear(user[:4])
	s.run(user, item, bias)
	for i, g := range s.gradUser[:4] {
		if g != 0 {
			t.Errorf("gradient %d of a zero vector is %v", i, g)
		}
	}
	if math.IsNaN(s.loss) {
		t.Error("loss is NaN")
	}
}

func TestPlacesForgetsTheLastList(t *testing.T) {
	p := newPlaces(10, 3)
	list := []int32{4, 7, 4}
	p.set(list)
	copy(list, []int32{1, 4, 2}) // the caller reuses its memory
	p.set(list)
	for item, want := range [][]int32{nil, {0}, {2}, nil, {1}, nil, nil, nil, nil, nil} {
		var got []int32
		p.each(int32(item), func(c int32) { got = append(got, c) })
		if !slices.Equal(got, want) {
			t.Errorf("item %d stands at %v, want %v", item, got, want)
		}
	}
}

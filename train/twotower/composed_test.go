package twotower

import (
	"math"
	"testing"

	"curio/artifacts/interest"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// composed is the loss in gorgonia's own operations, in float64: the value and
// the gradients by user, item and bias.
func composed(t *testing.T, s *softmax, negatives []int32, in [3][]float32) (loss float64, grad [3][]float64) {
	t.Helper()
	b, m, d := s.batch, s.negatives, s.dim
	e := gorgonia.NewGraph()
	input := func(name string, data []float64, shape ...int) *gorgonia.Node {
		return gorgonia.NewTensor(e, tensor.Float64, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))))
	}
	filled := func(n int, f func(i int) float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = f(i)
		}
		return x
	}
	one := func(int) float64 { return 1 }
	wide := func(x []float32) []float64 { return filled(len(x), func(i int) float64 { return float64(x[i]) }) }
	must := gorgonia.Must

	user := input("user", wide(in[0]), b, d)
	item := input("item", wide(in[1]), b+m, d)
	bias := input("bias", wide(in[2]), b+m, 1)
	weight := input("weight", wide(s.weight), b, 1)
	// Products with these pick rows and add up columns, where slices, sums along
	// an axis and broadcasts have derivatives of their own to go wrong.
	positive := input("positive", filled(b*(b+m), func(i int) float64 { return float64(btoi(i/(b+m) == i%(b+m))) }), b, b+m)
	negative := input("negative", filled(m*(b+m), func(i int) float64 { return float64(btoi(i/(b+m)+b == i%(b+m))) }), m, b+m)
	across := input("across", filled(d*d, one), d, d)
	along := input("along", filled(d, one), d, 1)
	users := input("users", filled(b, one), b, 1)
	every := input("every", filled(m, one), m, 1)
	allowed := input("allowed", filled(b*m, func(i int) float64 { return float64(btoi(negatives[i%m] != s.positive[i/m])) }), b, m)
	inverse := gorgonia.NewConstant(1 / float64(s.temperature))

	unit := func(x *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.HadamardDiv(x, must(gorgonia.Sqrt(must(gorgonia.Mul(must(gorgonia.Square(x)), across))))))
	}
	u, v := unit(user), unit(item)
	own := must(gorgonia.HadamardProd(u, must(gorgonia.Mul(positive, v))))
	score := must(gorgonia.Add(must(gorgonia.Mul(must(gorgonia.Mul(own, along)), inverse)), must(gorgonia.Mul(positive, bias))))
	cosine := must(gorgonia.Mul(u, must(gorgonia.Transpose(must(gorgonia.Mul(negative, v))))))
	others := must(gorgonia.Add(must(gorgonia.Mul(cosine, inverse)),
		must(gorgonia.Mul(users, must(gorgonia.Transpose(must(gorgonia.Mul(negative, bias))))))))
	total := must(gorgonia.Add(must(gorgonia.Exp(score)),
		must(gorgonia.Mul(must(gorgonia.HadamardProd(must(gorgonia.Exp(others)), allowed)), every))))
	cost := must(gorgonia.Sum(must(gorgonia.HadamardProd(weight, must(gorgonia.Sub(must(gorgonia.Log(total)), score))))))

	wrt, err := gorgonia.Grad(cost, user, item, bias)
	if err != nil {
		t.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(e)
	defer machine.Close()
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, n := range wrt {
		grad[i] = n.Value().Data().([]float64)
	}
	return cost.Value().Data().(float64), grad
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// The fused loss and its gradients are those of gorgonia's own operations. 70 and
// 130 rows leave uneven lanes, 1,061 more in a lane than a tile holds.
func TestSoftmaxMatchesComposedOperations(t *testing.T) {
	for _, c := range []struct {
		name                         string
		dim, batch, negatives, items int
	}{
		{"One", 1, 1, 1, 2}, {"FewerThanLanes", 5, 3, 2, 3}, {"Uneven", 9, 70, 33, 20},
		{"OddTile", 17, 130, 67, 50}, {"AllMasked", 6, 10, 4, 1}, {"MoreThanATile", 3, lanes*tileRows + 37, 5, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, list, user, item, bias := randomLoss(c.dim, c.batch, c.negatives, c.items, 2)
			in := [3][]float32{user, item, bias}
			s.run(user, item, bias)
			loss, grad := composed(t, s, list, in)
			if math.Abs(s.loss-loss) > 1e-5*max(loss, 0.01) {
				t.Errorf("loss %v, composed %v", s.loss, loss)
			}
			for i, got := range [3][]float32{s.gradUser, s.gradItem, s.gradBias} {
				worst, largest := difference(got, grad[i])
				if !(worst <= 1e-4*largest+1e-7) {
					t.Errorf("gradient %d differs by %v from the composed one, whose largest element is %v", i, worst, largest)
				}
			}
		})
	}
}

// difference is the largest difference and the largest element of want.
func difference(got []float32, want []float64) (worst, largest float64) {
	for i, w := range want {
		worst, largest = max(worst, math.Abs(float64(got[i])-w)), max(largest, math.Abs(w))
	}
	return worst, largest
}

// The operation hands its gradients out through a graph in which its inputs are
// derived from others.
func TestLossOpDerivesThroughAGraph(t *testing.T) {
	const in, dim, batch, negatives = 3, 5, 20, 7
	s, list, user, item, bias := randomLoss(dim, batch, negatives, 6, 2)
	r := stream(9, 9)
	x, w, zero := make([]float32, batch*in), make([]float32, in*dim), make([]float32, batch+negatives)
	normal(x, 1, r)
	normal(w, 1, r)
	e := gorgonia.NewGraph()
	input := func(name string, data []float32, shape ...int) *gorgonia.Node {
		return gorgonia.NewTensor(e, tensor.Float32, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))))
	}
	must := gorgonia.Must
	weights, rows, offset := input("w", w, in, dim), input("item", item, batch+negatives, dim), input("offset", zero, batch+negatives)
	cost := must(gorgonia.ApplyOp(lossOp{s},
		must(gorgonia.Add(input("user", user, batch, dim), must(gorgonia.Mul(input("x", x, batch, in), weights)))),
		rows, must(gorgonia.Add(input("bias", bias, batch+negatives), offset))))
	wrt, err := gorgonia.Grad(cost, weights, rows, offset)
	if err != nil {
		t.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(e)
	defer machine.Close()
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	sum := make([]float32, len(user)) // user + x w
	for i := range sum {
		sum[i] = user[i]
		for k := range in {
			sum[i] += x[i/dim*in+k] * w[k*dim+i%dim]
		}
	}
	loss, grad := composed(t, s, list, [3][]float32{sum, item, bias})
	if got := cost.Value().Data().(float32); math.Abs(float64(got)-loss) > 1e-5*loss {
		t.Errorf("loss %v, composed %v", got, loss)
	}
	byWeights := make([]float64, in*dim) // x^T gradUser
	for i, g := range grad[0] {
		for k := range in {
			byWeights[k*dim+i%dim] += float64(x[i/dim*in+k]) * g
		}
	}
	for i, want := range [][]float64{byWeights, grad[1], grad[2]} {
		worst, largest := difference(wrt[i].Value().Data().([]float32), want)
		if !(worst <= 1e-4*largest) {
			t.Errorf("gradient %d differs by %v from the composed one, whose largest element is %v", i, worst, largest)
		}
	}
}

// What serving makes of users and items, vectors of length one, is what the graph
// makes of them to 1e-5, and so are scores relative to the greatest there is.
func TestServingMatchesGraphTo1e5(t *testing.T) {
	d := planted(60, 40, 4, 6)
	for u := range d.UserFeatures {
		d.UserFeatures[u] = float32(u%7) / 3
		for n := range d.History[u] {
			d.History[u][n].Weight = 3 / float32(n+1)
		}
	}
	o := small()
	o.Epochs, o.IDDropout = 3, 0
	tr, err := newTrainer(d, o, &Watch{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.g.close()
	m, err := tr.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := stream(1, 1)
	tr.s.shuffle(r)
	tr.s.fill(0, r)
	if err := tr.g.run(); err != nil {
		t.Fatal(err)
	}
	dim, loss, temperature := m.Dim(), tr.g.loss, float32(o.Temperature)
	near := func(what string, n int, got, want, limit float32) {
		if !(math.Abs(float64(got-want)) <= float64(limit)) {
			t.Fatalf("%s of row %d: serving has %v, the graph %v", what, n, got, want)
		}
	}
	for i, item := range tr.s.item {
		for j, x := range m.Vector(item) {
			near("item vector", i, x, loss.unitItem[i*dim+j], 1e-5)
		}
	}
	v, scores := make([]float32, dim), make([]float32, m.Items())
	for b, user := range tr.s.user {
		// The graph pools the history without the item it predicts.
		q := interest.Query{User: user, Features: d.UserFeatures[user : user+1]}
		for _, touch := range d.History[user] {
			if touch.Item != tr.s.item[b] {
				q.History = append(q.History, touch)
			}
		}
		m.User(v, q)
		m.Score(scores, v, q.History)
		for j, x := range v {
			near("user vector", b, x*temperature, loss.unitUser[b*dim+j], 1e-5)
		}
		for i, item := range tr.s.item {
			var cosine float64
			for j := range dim {
				cosine += float64(loss.unitUser[b*dim+j]) * float64(loss.unitItem[i*dim+j])
			}
			near("score", b, scores[item], float32(cosine)/temperature+tr.g.itemBias[i], 1e-5/temperature)
		}
	}
}

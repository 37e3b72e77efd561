package twotower

import (
	"fmt"
	"math"
	"math/rand/v2"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// graph is one training step as a gorgonia graph. Embedding rows are gathered
// into its input slices before a run and updated from the gradients after it; the
// dense weights live inside it.
type graph struct {
	userRows     []float32 // [batch, dim]: embedding plus pool
	itemRows     []float32 // [batch+negatives, dim]
	itemBias     []float32 // [batch+negatives]
	userFeatures []float32 // [batch, features+1], the last column is 1
	itemFeatures []float32 // [batch+negatives, features+1]
	loss         *softmax

	user, item weights
	nodes      gorgonia.Nodes // dense weights
	solver     gorgonia.Solver
	machine    gorgonia.VM
}

// weights are the dense layers of a feature network; the bias of the hidden
// layer is the last row of first.
type weights struct {
	in, hidden    int
	first, second []float32 // [in+1, hidden], [hidden, dim]
}

func newGraph(o Options, batch, negatives, userFeatures, itemFeatures int, r *rand.Rand) (*graph, error) {
	rows, d := batch+negatives, o.EmbeddingSize
	g := &graph{
		userRows: make([]float32, batch*d),
		itemRows: make([]float32, rows*d), itemBias: make([]float32, rows),
		loss: newSoftmax(d, batch, negatives, float32(o.Temperature), o.Workers),
	}
	gorgonia.Use(kernel.BLAS{})
	e := gorgonia.NewGraph(gorgonia.WithGraphName("two-tower"))
	input := func(name string, data []float32, shape ...int) *gorgonia.Node {
		return gorgonia.NewTensor(e, tensor.Float32, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))))
	}
	learned := func(name string, data []float32, shape ...int) *gorgonia.Node {
		n := input(name, data, shape...)
		g.nodes = append(g.nodes, n)
		return n
	}
	tower := func(name string, w *weights, data *[]float32, n, features int) (*gorgonia.Node, error) {
		*w = newWeights(features, o.HiddenSize, d, r)
		*data = make([]float32, n*(features+1))
		x := input(name+" features", *data, n, features+1)
		h, err := gorgonia.Mul(x, learned(name+" w1", w.first, features+1, o.HiddenSize))
		if err == nil {
			h, err = gorgonia.Rectify(h)
		}
		if err != nil {
			return nil, err
		}
		return gorgonia.Mul(h, learned(name+" w2", w.second, o.HiddenSize, d))
	}

	u := input("user rows", g.userRows, batch, d)
	v := input("item rows", g.itemRows, rows, d)
	bias := input("item bias", g.itemBias, rows)
	if userFeatures > 0 {
		f, err := tower("user", &g.user, &g.userFeatures, batch, userFeatures)
		if err != nil {
			return nil, fmt.Errorf("user tower: %w", err)
		}
		if u, err = gorgonia.Add(u, f); err != nil {
			return nil, fmt.Errorf("add the user tower: %w", err)
		}
	}
	if itemFeatures > 0 {
		f, err := tower("item", &g.item, &g.itemFeatures, rows, itemFeatures)
		if err != nil {
			return nil, fmt.Errorf("item tower: %w", err)
		}
		if v, err = gorgonia.Add(v, f); err != nil {
			return nil, fmt.Errorf("add the item tower: %w", err)
		}
	}
	cost, err := gorgonia.ApplyOp(lossOp{g.loss}, u, v, bias)
	if err != nil {
		return nil, fmt.Errorf("loss: %w", err)
	}
	if len(g.nodes) > 0 {
		if _, err := gorgonia.Grad(cost, g.nodes...); err != nil {
			return nil, fmt.Errorf("derive: %w", err)
		}
	}
	g.machine = gorgonia.NewTapeMachine(e, gorgonia.BindDualValues(g.nodes...))
	g.solver = gorgonia.NewAdamSolver(gorgonia.WithLearnRate(o.DenseLearningRate))
	return g, nil
}

func newWeights(in, hidden, dim int, r *rand.Rand) weights {
	w := weights{in: in, hidden: hidden, first: make([]float32, (in+1)*hidden), second: make([]float32, hidden*dim)}
	normal(w.first[:in*hidden], math.Sqrt(2/float64(in)), r)
	normal(w.second, 0.1/math.Sqrt(float64(hidden)), r)
	return w
}

// tower freezes the weights.
func (w *weights) tower() interest.Tower {
	if w.in == 0 {
		return interest.Tower{}
	}
	return interest.Tower{W1: w.first[:w.in*w.hidden], B1: w.first[w.in*w.hidden:], W2: w.second}
}

// step runs the graph and updates the dense weights. Afterwards the gradients by
// rows are in loss.
func (g *graph) step() error {
	if err := g.machine.RunAll(); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if err := g.solver.Step(gorgonia.NodesToValueGrads(g.nodes)); err != nil {
		return fmt.Errorf("update dense weights: %w", err)
	}
	g.machine.Reset()
	return nil
}

func (g *graph) close() error { return g.machine.Close() }

func normal(x []float32, std float64, r *rand.Rand) {
	for i := range x {
		x[i] = float32(r.NormFloat64() * std)
	}
}

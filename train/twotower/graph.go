package twotower

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

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
	dense      []dense
	machine    gorgonia.VM
}

// dense is one matrix of a feature network, with its Adam moments.
type dense struct {
	name string
	node *gorgonia.Node
	table
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
		g.dense = append(g.dense, dense{name, n, newTableOf(data, len(data), o.DenseLearningRate)})
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
	var nodes gorgonia.Nodes
	for _, w := range g.dense {
		nodes = append(nodes, w.node)
	}
	if len(nodes) > 0 {
		if _, err := gorgonia.Grad(cost, nodes...); err != nil {
			return nil, fmt.Errorf("derive: %w", err)
		}
	}
	g.machine = gorgonia.NewTapeMachine(e, gorgonia.BindDualValues(nodes...))
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
	first := slices.Clone(w.first)
	return interest.Tower{W1: first[:w.in*w.hidden], B1: first[w.in*w.hidden:], W2: slices.Clone(w.second)}
}

// run does the forward and the backward pass. Afterwards the gradients by rows are
// in loss.
func (g *graph) run() error {
	if err := g.machine.RunAll(); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	g.machine.Reset()
	return nil
}

// update moves the dense weights against their gradients.
func (g *graph) update(c corrections) {
	for i := range g.dense {
		w := &g.dense[i]
		gradient := w.gradient()
		w.adam(gradient, 0, len(w.rows), 1, c)
		clear(gradient) // gorgonia adds to what is there
	}
}

// gradient is that of the run just done; gorgonia has none before the first.
func (w *dense) gradient() []float32 {
	v, err := w.node.Grad()
	if err != nil {
		return nil
	}
	data, _ := v.Data().([]float32)
	return data
}

// finite reports whether all gradients are numbers, and their squares too.
func (g *graph) finite() bool {
	sum := kernel.Dot(g.loss.gradUser, g.loss.gradUser) + kernel.Dot(g.loss.gradItem, g.loss.gradItem) + kernel.Dot(g.loss.gradBias, g.loss.gradBias)
	for i := range g.dense {
		gradient := g.dense[i].gradient()
		sum += kernel.Dot(gradient, gradient)
	}
	return sum <= math.MaxFloat32
}

// largestGradient returns the greatest absolute value of any gradient, NaN if one
// is, and what it is the gradient by.
func (g *graph) largestGradient() (size float64, where string) {
	look := func(name string, x []float32) {
		for _, v := range x {
			if a := math.Abs(float64(v)); a > size || a != a && size == size {
				size, where = a, name
			}
		}
	}
	look("user rows", g.loss.gradUser)
	look("item rows", g.loss.gradItem)
	look("item biases", g.loss.gradBias)
	for i := range g.dense {
		look(g.dense[i].name, g.dense[i].gradient())
	}
	return size, where
}

func (g *graph) close() error { return g.machine.Close() }

func normal(x []float32, std float64, r *rand.Rand) {
	for i := range x {
		x[i] = float32(r.NormFloat64() * std)
	}
}

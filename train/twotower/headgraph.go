package twotower

import (
	"fmt"
	"math"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// headGraph is one training step of a head as a gorgonia graph.
type headGraph struct {
	batch, inputs, hidden int

	x, y   []float32 // [batch, inputs+1], the last column is 1; [batch]
	first  []float32 // [inputs+1, hidden]: W1 and b1
	second []float32 // [hidden]: v
	skip   []float32 // [inputs+1]: w and c

	logit   *gorgonia.Node // [batch, 1]
	nodes   gorgonia.Nodes
	solver  gorgonia.Solver
	machine gorgonia.VM
}

// newHeadGraph starts at the given odds of a candidate to be taken up.
func newHeadGraph(o HeadOptions, batch, inputs int, odds float64) (*headGraph, error) {
	g := &headGraph{
		batch: batch, inputs: inputs, hidden: o.HiddenSize,
		x: make([]float32, batch*(inputs+1)), y: make([]float32, batch),
		first: make([]float32, (inputs+1)*o.HiddenSize), second: make([]float32, o.HiddenSize), skip: make([]float32, inputs+1),
	}
	r := stream(o.Seed, 1<<32)
	normal(g.first[:inputs*o.HiddenSize], math.Sqrt(2/float64(inputs)), r)
	normal(g.second, 0.05/math.Sqrt(float64(o.HiddenSize)), r)
	g.skip[inputs] = float32(math.Log(odds))

	gorgonia.Use(kernel.BLAS{})
	e := gorgonia.NewGraph(gorgonia.WithGraphName("ranking head"))
	input := func(name string, data []float32, rows, cols int) *gorgonia.Node {
		return gorgonia.NewMatrix(e, tensor.Float32, gorgonia.WithShape(rows, cols), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(data))))
	}
	x, y := input("inputs", g.x, batch, inputs+1), input("taken", g.y, batch, 1)
	g.nodes = gorgonia.Nodes{input("skip", g.skip, inputs+1, 1)}
	if o.HiddenSize > 0 {
		g.nodes = append(g.nodes, input("first", g.first, inputs+1, o.HiddenSize), input("second", g.second, o.HiddenSize, 1))
	}
	cost, err := g.build(x, y)
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	if _, err := gorgonia.Grad(cost, g.nodes...); err != nil {
		return nil, fmt.Errorf("derive: %w", err)
	}
	g.machine = gorgonia.NewTapeMachine(e, gorgonia.BindDualValues(g.nodes...))
	options := []gorgonia.SolverOpt{gorgonia.WithLearnRate(o.LearningRate)}
	if o.Decay > 0 {
		options = append(options, gorgonia.WithL2Reg(o.Decay))
	}
	g.solver = gorgonia.NewAdamSolver(options...)
	return g, nil
}

// build returns the mean of log(1 + exp(z)) - y z over the batch: the binary
// cross-entropy of the logits z.
func (g *headGraph) build(x, y *gorgonia.Node) (*gorgonia.Node, error) {
	var err error
	then := func(n *gorgonia.Node, e error) *gorgonia.Node {
		if err == nil {
			err = e
		}
		return n
	}
	if g.logit = then(gorgonia.Mul(x, g.nodes[0])); err != nil {
		return nil, err
	}
	if g.hidden > 0 {
		hidden := then(gorgonia.Mul(x, g.nodes[1]))
		if err == nil {
			hidden = then(gorgonia.Rectify(hidden))
		}
		if err == nil {
			hidden = then(gorgonia.Mul(hidden, g.nodes[2]))
		}
		if err != nil {
			return nil, err
		}
		if g.logit = then(gorgonia.Add(hidden, g.logit)); err != nil {
			return nil, err
		}
	}
	all, taken := then(gorgonia.Softplus(g.logit)), then(gorgonia.HadamardProd(y, g.logit))
	if err != nil {
		return nil, err
	}
	loss := then(gorgonia.Sub(all, taken))
	if err != nil {
		return nil, err
	}
	return gorgonia.Mean(loss)
}

func (g *headGraph) step() error {
	if err := g.machine.RunAll(); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if err := g.solver.Step(gorgonia.NodesToValueGrads(g.nodes)); err != nil {
		return fmt.Errorf("update weights: %w", err)
	}
	g.machine.Reset()
	return nil
}

func (g *headGraph) close() error { return g.machine.Close() }

// standard makes columns have mean 0 and variance 1: (x - mean) * scale.
type standard struct{ mean, scale []float64 }

func (s standard) apply(x []float32) {
	for k, v := range x {
		x[k] = float32((float64(v) - s.mean[k]) * s.scale[k])
	}
}

// freeze turns the weights into a head of inputs as they are.
func (g *headGraph) freeze(s standard) interest.Head {
	width := g.hidden + 1
	h := interest.Head{W: make([]float32, g.inputs*width), B: make([]float32, width), V: append([]float32(nil), g.second...)}
	for j := range width {
		weight := func(input int) float64 {
			if j == g.hidden {
				return float64(g.skip[input])
			}
			return float64(g.first[input*g.hidden+j])
		}
		b := weight(g.inputs)
		for k := range g.inputs {
			w := float64(weight(k) * s.scale[k])
			h.W[k*width+j] = float32(w)
			b -= float64(w * s.mean[k])
		}
		h.B[j] = float32(b)
	}
	return h
}

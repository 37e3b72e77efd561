package twotower

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// lossOp puts softmax into a gorgonia graph: (user, item, bias) -> loss. The
// forward pass already knows all gradients, so its derivatives, gradOp, only hand
// them out.
type lossOp struct{ *softmax }

var (
	matrix = gorgonia.TensorType{Dims: 2, Of: tensor.Float32}
	vector = gorgonia.TensorType{Dims: 1, Of: tensor.Float32}
)

func (o lossOp) Arity() int { return 3 }

func (o lossOp) Type() hm.Type {
	return hm.NewFnType(matrix, matrix, vector, tensor.Float32)
}

func (o lossOp) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return tensor.ScalarShape(), nil
}

func (o lossOp) Do(in ...gorgonia.Value) (gorgonia.Value, error) {
	if len(in) != 3 {
		return nil, fmt.Errorf("softmax loss takes 3 inputs, not %d", len(in))
	}
	var data [3][]float32
	for i, want := range []int{len(o.unitUser), len(o.unitItem), len(o.gradBias)} {
		var ok bool
		if data[i], ok = in[i].Data().([]float32); !ok || len(data[i]) != want {
			return nil, fmt.Errorf("softmax loss input %d is %v, want %d float32", i, in[i].Shape(), want)
		}
	}
	o.run(data[0], data[1], data[2])
	return gorgonia.NewF32(float32(o.loss)), nil
}

func (o lossOp) DiffWRT(inputs int) []bool {
	wrt := make([]bool, inputs)
	for i := range wrt {
		wrt[i] = true
	}
	return wrt
}

func (o lossOp) SymDiff(inputs gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	d := gorgonia.Nodes{}
	for i, data := range [][]float32{o.gradUser, o.gradItem, o.gradBias} {
		shape := inputs[i].Shape()
		value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
		n, err := gorgonia.ApplyOp(gradOp{input: i, shape: shape, value: value}, inputs[i], output, grad)
		if err != nil {
			return nil, fmt.Errorf("derive softmax loss by input %d: %w", i, err)
		}
		d = append(d, n)
	}
	return d, nil
}

func (o lossOp) ReturnsPtr() bool      { return false }
func (o lossOp) CallsExtern() bool     { return false }
func (o lossOp) OverwritesInput() int  { return -1 }
func (o lossOp) String() string        { return "SoftmaxLoss" }
func (o lossOp) WriteHash(h hash.Hash) { fmt.Fprint(h, o.String()) }
func (o lossOp) Hashcode() uint32      { return hashcode(o) }

// gradOp hands out a gradient that the loss it follows has computed. The loss is
// the root of the graph, so the gradient that reaches it is 1.
type gradOp struct {
	input int
	shape tensor.Shape
	value *tensor.Dense // over the softmax's own memory
}

func (o gradOp) Arity() int { return 3 }

func (o gradOp) Type() hm.Type {
	t := matrix
	if len(o.shape) == 1 {
		t = vector
	}
	return hm.NewFnType(t, tensor.Float32, tensor.Float32, t)
}

func (o gradOp) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return o.shape, nil }
func (o gradOp) Do(...gorgonia.Value) (gorgonia.Value, error)          { return o.value, nil }
func (o gradOp) ReturnsPtr() bool                                      { return true }
func (o gradOp) CallsExtern() bool                                     { return false }
func (o gradOp) OverwritesInput() int                                  { return -1 }
func (o gradOp) String() string                                        { return fmt.Sprintf("SoftmaxLossGrad%d", o.input) }
func (o gradOp) WriteHash(h hash.Hash)                                 { fmt.Fprint(h, o.String()) }
func (o gradOp) Hashcode() uint32                                      { return hashcode(o) }

func hashcode(o gorgonia.Op) uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

package interest

import (
	"errors"
	"fmt"
	"math"
)

// ErrShape is wrapped by every error about tensors that do not fit together.
var ErrShape = errors.New("tensors do not fit together")

// Tensor is a dense array in row-major order.
type Tensor struct {
	Shape []int
	Data  []float32
}

// Parts is what a trainer hands over: see the package comment for the symbols.
// New takes ownership of the slices.
type Parts struct {
	Dim         int
	Temperature float32 // > 0
	// Alone is how long a user vector is that is made of features alone, relative to
	// others: up to 1, and 0 stands for 1. Age and occupation say little of what
	// somebody likes, and a direction says how it differs from what others like but
	// not by how much; at full length it would drown what the biases know, which is
	// that most like what is popular.
	Alone  float32
	Users  []float32 // E_u, [users, Dim]
	Items  []float32 // unit item vectors, [items, Dim]
	Pooled []float32 // Q_j, [items, Dim]
	Bias   []float32 // b_i, [items]
	User   Tower
	Graph  Graph
	Head   Head
}

// New checks that the parts fit together and hold no NaN or infinity. The error
// wraps ErrShape and names the part.
func New(p Parts) (*Model, error) {
	items := len(p.Bias)
	switch {
	case p.Dim < 1 || p.Dim > 4096:
		return nil, fmt.Errorf("embedding size %d is outside 1..4096: %w", p.Dim, ErrShape)
	case !(p.Temperature > 0) || math.IsInf(float64(p.Temperature), 0):
		return nil, fmt.Errorf("temperature %v is not positive: %w", p.Temperature, ErrShape)
	case !(p.Alone >= 0 && p.Alone <= 1):
		return nil, fmt.Errorf("length of users known by features alone is %v, want 0..1: %w", p.Alone, ErrShape)
	case items == 0:
		return nil, fmt.Errorf("no items: %w", ErrShape)
	case len(p.Users)%p.Dim != 0:
		return nil, fmt.Errorf("users have %d numbers, not a multiple of %d: %w", len(p.Users), p.Dim, ErrShape)
	}
	for _, c := range []struct {
		name      string
		data      []float32
		rows, col int
	}{
		{"users", p.Users, len(p.Users) / p.Dim, p.Dim},
		{"items", p.Items, items, p.Dim},
		{"pooled", p.Pooled, items, p.Dim},
		{"bias", p.Bias, items, 1},
		{"user.w1", p.User.W1, p.User.In(), len(p.User.B1)},
		{"user.b1", p.User.B1, 1, len(p.User.B1)},
		{"user.w2", p.User.W2, len(p.User.B1), p.Dim},
	} {
		if len(c.data) != c.rows*c.col {
			return nil, fmt.Errorf("%s has %d numbers, want %d x %d: %w", c.name, len(c.data), c.rows, c.col, ErrShape)
		}
		for i, v := range c.data {
			if v != v || v > math.MaxFloat32 || v < -math.MaxFloat32 {
				return nil, fmt.Errorf("%s holds %v at %d: %w", c.name, v, i, ErrShape)
			}
		}
	}
	g, err := newGraph(p.Graph, items)
	if err != nil {
		return nil, err
	}
	if p.Alone == 0 {
		p.Alone = 1
	}
	m := &Model{
		dim: p.Dim, temperature: p.Temperature, alone: p.Alone,
		users: p.Users, items: p.Items, pooled: p.Pooled, bias: p.Bias,
		user: p.User, graph: g,
	}
	return m.WithHead(p.Head)
}

// Tensors returns the model's arrays by name. They share the model's memory and
// must not be changed.
func (m *Model) Tensors() map[string]Tensor {
	items := m.Items()
	t := map[string]Tensor{
		"temperature": {[]int{1}, []float32{m.temperature}},
		"users":       {[]int{m.Users(), m.dim}, m.users},
		"items":       {[]int{items, m.dim}, m.items},
		"pooled":      {[]int{items, m.dim}, m.pooled},
		"bias":        {[]int{items}, m.bias},
	}
	if m.alone != 1 {
		t["alone"] = Tensor{[]int{1}, []float32{m.alone}}
	}
	if in, hidden := m.user.In(), len(m.user.B1); in > 0 {
		t["user.w1"] = Tensor{[]int{in, hidden}, m.user.W1}
		t["user.b1"] = Tensor{[]int{hidden}, m.user.B1}
		t["user.w2"] = Tensor{[]int{hidden, m.dim}, m.user.W2}
	}
	m.graph.tensors(t)
	m.head.tensors(t)
	return t
}

// FromTensors is the inverse of Tensors. It takes ownership of the data; unknown
// names and missing ones are errors that wrap ErrShape.
func FromTensors(tensors map[string]Tensor) (*Model, error) {
	known := map[string]bool{
		"temperature": true, "users": true, "items": true, "pooled": true, "bias": true,
		"user.w1": false, "user.b1": false, "user.w2": false,
		"graph.edges": false, "graph.to": false, "graph.weight": false, "graph.gain": false, "graph.floor": false,
		"head.w": false, "head.b": false, "head.v": false, "alone": false,
	}
	for name := range tensors {
		if _, ok := known[name]; !ok {
			return nil, fmt.Errorf("tensor %q is unknown: %w", name, ErrShape)
		}
	}
	for name, required := range known {
		if _, ok := tensors[name]; required && !ok {
			return nil, fmt.Errorf("tensor %q is missing: %w", name, ErrShape)
		}
	}
	if s := tensors["items"].Shape; len(s) != 2 {
		return nil, fmt.Errorf("items has shape %v, want two dimensions: %w", s, ErrShape)
	}
	if n := len(tensors["temperature"].Data); n != 1 {
		return nil, fmt.Errorf("temperature has %d numbers, want one: %w", n, ErrShape)
	}
	alone := float32(0)
	if t, ok := tensors["alone"]; ok {
		if len(t.Data) != 1 || !(t.Data[0] > 0) {
			return nil, fmt.Errorf("alone is %v, want one number above 0: %w", t.Data, ErrShape)
		}
		alone = t.Data[0]
	}
	data := func(name string) []float32 { return tensors[name].Data }
	g, err := graphOf(data)
	if err != nil {
		return nil, err
	}
	return New(Parts{
		Dim: tensors["items"].Shape[1], Temperature: data("temperature")[0], Alone: alone,
		Users: data("users"), Items: data("items"), Pooled: data("pooled"), Bias: data("bias"),
		User: Tower{data("user.w1"), data("user.b1"), data("user.w2")}, Graph: g,
		Head: Head{data("head.w"), data("head.b"), data("head.v")},
	})
}

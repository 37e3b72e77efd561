package interest

import (
	"math"

	"curio/artifacts/kernel"
)

// Index retrieves for users of a model what Model.Retrieve does, bit for bit, in less
// time. Item vectors are held in sixteen bits once more; a first pass over these tells
// each score to within a bound that holds for certain, and what may be among the best
// is scored exactly. Users that are asked about together share the first pass.
//
// An Index is immutable and safe for concurrent use.
type Index struct {
	m     *Model
	codes *kernel.Codes // nil where a first pass does not pay
	base  []float32     // [items, to the end of a block]: biases, then -Inf
	most  float32       // the greatest size of a bias
}

// codeBlock is how many items a block of codes has; piece is a multiple of it.
const codeBlock = 32

// Index makes an index of the model, which takes two bytes for each number in its
// item vectors.
func (m *Model) Index() *Index {
	x := &Index{m: m}
	if !kernel.CodesPay() {
		return x
	}
	codes, err := kernel.Encode(m.items, m.Items(), m.dim)
	if err != nil {
		return x // vectors that no bound can be given for
	}
	x.codes = codes
	x.base = make([]float32, (m.Items()+codeBlock-1)/codeBlock*codeBlock)
	for i := copy(x.base, m.bias); i < len(x.base); i++ {
		x.base[i] = float32(math.Inf(-1))
	}
	for _, b := range m.bias {
		x.most = max(x.most, b, -b)
	}
	return x
}

// Wish is what one user is asked about.
type Wish struct {
	Vector  []float32        // as Model.User writes it
	History []Touch          // that the vector was made of
	K       int              // how many items are wanted
	Out     []uint64         // a bit for each item that is not wanted, from the least on; nil for none
	Skip    func(int32) bool // names others that are not wanted; may be nil

	Found    []kernel.Scored // what Model.Retrieve returns; its memory is used again if there is any
	Panicked any             // what Skip panicked with: then Found is of no use
}

// Together is how many users are asked about in one pass at most: two of the tallest
// tiles of the products.
const Together = 24

// Retrieve fills in what is found for each wish. A wish's items and their scores do
// not depend on the others. A Skip that panics spoils its own wish alone.
func (x *Index) Retrieve(wishes []*Wish) {
	s := searches.Get().(*search)
	defer searches.Put(s)
	for first := 0; first < len(wishes); first += Together {
		s.run(x, wishes[first:min(first+Together, len(wishes))])
	}
}

// few reports whether k items are few enough of all for a first pass to leave most
// of them out.
func few(k, items int) bool { return k <= items/8 }

// tame reports whether nothing on the way to a score comes near the end of float32.
func (x *Index) tame(user []float32, lift float32) bool {
	reach := float64(norm(user[:x.m.dim])) * (float64(x.codes.Norm) + float64(x.codes.Rest))
	return reach+float64(x.most)+float64(lift) <= 1e30
}

// bound is how far a score of the first pass may be from the exact one: by Cauchy and
// Schwarz for what the codes leave over, and by rounding. A sum of products of dim
// floats is within (dim + 2) 2^-24 of the product of the lengths (Higham, Accuracy and
// Stability of Numerical Algorithms, 2002, section 3.1), each of the few steps after it
// within 2^-24 of what it makes; twice as much is allowed.
func (x *Index) bound(norm, rest, lift float32) float32 {
	const unit = 1.0 / (1 << 24)
	c, length := x.codes, float64(norm)+float64(rest)
	reach := length * (float64(c.Norm) + float64(c.Rest))
	exact := length*float64(c.Rest) + float64(rest)*float64(c.Norm)
	rounding := unit * (2*float64(x.m.dim+16)*reach + 16*(reach+float64(x.most)+float64(lift)))
	return float32((exact+rounding)*(1+1e-5) + 1e-30)
}

// exactly finds without a first pass.
func (w *Wish) exactly(m *Model) {
	skip := w.Skip
	if w.Out != nil {
		skip = func(i int32) bool { return w.Out[i>>6]>>(i&63)&1 != 0 || w.Skip != nil && w.Skip(i) }
	}
	w.guard(func() { w.Found = append(w.Found, m.Retrieve(w.Vector, w.History, w.K, skip)...) })
}

// guard keeps what f panics with.
func (w *Wish) guard(f func()) {
	defer func() {
		if p := recover(); p != nil {
			w.Panicked = p
		}
	}()
	f()
}

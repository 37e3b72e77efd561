package twotower

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"curio/artifacts/interest"
)

// spread is a model of random unit item vectors.
func spread(t *testing.T, items, dim int, seed uint64) *interest.Model {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	p := interest.Parts{Dim: dim, Temperature: 1, Items: make([]float32, items*dim), Pooled: make([]float32, items*dim), Bias: make([]float32, items)}
	for i := range items {
		v := p.Items[i*dim : (i+1)*dim]
		normal(v, 1, r)
		var sum float64
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		for k := range v {
			v[k] /= float32(math.Sqrt(sum))
		}
	}
	m, err := interest.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func everything(int32) bool { return true }

// quarter turns every pair of axes by a quarter.
func quarter(dim int) []float32 {
	r := make([]float32, dim*dim)
	for k := 0; k < dim; k += 2 {
		r[k*dim+k+1], r[(k+1)*dim+k] = 1, -1
	}
	return r
}

func TestAlignFindsTheRotation(t *testing.T) {
	m := spread(t, 200, 8, 1)
	turned, err := m.Turn(quarter(8))
	if err != nil {
		t.Fatal(err)
	}
	r, cosine, err := Align(turned, m, everything)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(cosine-1) > 1e-6 {
		t.Errorf("mean cosine %v, want 1", cosine)
	}
	back, err := turned.Turn(r)
	if err != nil {
		t.Fatal(err)
	}
	for i := range int32(200) {
		for k, want := range m.Vector(i) {
			if got := back.Vector(i)[k]; math.Abs(float64(got-want)) > 1e-6 {
				t.Fatalf("item %d is %v, was %v", i, back.Vector(i), m.Vector(i))
			}
		}
	}
}

// The mean cosine is that of the items that both know, and less where nothing fits.
func TestAlignOfWhatIsKnown(t *testing.T) {
	m, other := spread(t, 200, 8, 1), spread(t, 200, 8, 2)
	r, cosine, err := Align(other, m, func(i int32) bool { return i < 100 })
	if err != nil {
		t.Fatal(err)
	}
	turned, err := other.Turn(r)
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	for i := range int32(100) {
		for k, x := range m.Vector(i) {
			sum += float64(x * turned.Vector(i)[k])
		}
	}
	if math.Abs(sum/100-cosine) > 1e-5 || cosine > 0.5 {
		t.Errorf("mean cosine %v, by hand %v", cosine, sum/100)
	}
	for name, c := range map[string]struct {
		m     *interest.Model
		known func(int32) bool
	}{
		"Nothing": {m, func(int32) bool { return false }},
		"Items":   {spread(t, 201, 8, 1), everything},
		"Dim":     {spread(t, 200, 6, 1), everything},
	} {
		if _, _, err := Align(c.m, m, c.known); !errors.Is(err, ErrData) {
			t.Errorf("%s: error %v, want ErrData", name, err)
		}
	}
}

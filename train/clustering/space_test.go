package clustering

import (
	"math"
	"math/rand/v2"
	"testing"

	"curio/artifacts/segment"
)

// TestSpaceWhitens: along every axis the rows have mean 0 and variance 1, and no
// two axes go together.
func TestSpaceWhitens(t *testing.T) {
	in, _ := gaussians(800, 5, 2, 0.5, 1)
	rows := sample(in.rows(), 800, nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	z := s.table(&in, rows)
	if z.dim != 5 {
		t.Fatalf("%d axes of 5 columns", z.dim)
	}
	for a := range z.dim {
		for b := range a + 1 {
			mean, product, want := 0.0, 0.0, 0.0
			if a == b {
				want = 1
			}
			for i := range z.count {
				mean += z.row(i)[a] / float64(z.count)
				product += z.row(i)[a] * z.row(i)[b] / float64(z.count)
			}
			if math.Abs(mean) > 1e-3 || math.Abs(product-want) > 1e-3 {
				t.Errorf("axes %d and %d: mean %v, product %v, want 0 and %v", a, b, mean, product, want)
			}
		}
	}
}

func TestSpaceWeighs(t *testing.T) {
	// Eight copies of one behaviour, one of another, a constant one, and two
	// categories of which one is rare.
	r := rand.New(rand.NewPCG(1, 1))
	in := Input{
		Names: []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "b", "constant"},
	}
	categories := Shares{Field: Category, Names: []string{"common", "rare"}}
	for range 1000 {
		a, b := r.NormFloat64(), 3*r.NormFloat64()
		for range 8 {
			in.X = append(in.X, float32(a))
		}
		in.X = append(in.X, float32(b), 7)
		common, rare := float32(r.IntN(2)), float32(0)
		if r.IntN(100) == 0 {
			rare, common = 1, 0
		}
		categories.X = append(categories.X, common, rare)
	}
	in.Shares = []Shares{categories}
	rows := sample(in.rows(), 1000, nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	common, rare := s.columns[10], s.columns[11]
	if common.Kind != segment.Sqrt || common.Scale != rare.Scale {
		t.Errorf("%+v and %+v, want roots of one scale: the rare one must stay small", common, rare)
	}
	if b := s.columns[8]; math.Abs(b.Scale-3) > 0.2 {
		t.Errorf("%+v, want a scale of about 3", b)
	}
	for i, axis := range s.projection {
		if axis[9] != 0 {
			t.Errorf("axis %d looks at the constant column", i)
		}
	}
	// The first axes are the eight and the categories, about as long as each
	// other, whatever their number.
	if ratio := s.reach[1] / s.reach[0]; ratio < 0.9 {
		t.Errorf("the second axis is %.2f times as long as the first, want about 1", ratio)
	}
}

// TestModelProjectsAsTheSpaceDoes: users are assigned where they were fitted.
func TestModelProjectsAsTheSpaceDoes(t *testing.T) {
	in, _ := fans(300, 3, 1)
	rows := sample(in.rows(), 300, nil)
	s, err := newSpace(&in, rows)
	if err != nil {
		t.Fatal(err)
	}
	table := s.table(&in, rows)
	m := one(table)
	model, err := segment.New(s.spec(&division{components: []segment.Component{{Weight: 1, Mean: m.means[0], Covariance: m.covariances[0]}}}, unnamed(1)))
	if err != nil {
		t.Fatal(err)
	}
	raw, z := make([]float32, len(model.Features())), make([]float64, model.Dim())
	for i := range rows {
		in.features(raw, i)
		model.Project(z, raw)
		for a, want := range table.row(i) {
			if math.Abs(z[a]-want) > 1e-9 {
				t.Fatalf("row %d, axis %d: %v, fitted at %v", i, a, z[a], want)
			}
		}
	}
}

func TestSample(t *testing.T) {
	for _, c := range []struct{ rows, n, want int }{{5, 4, 4}, {5, 5, 5}, {5, 6, 5}, {1, 1, 1}} {
		got := sample(c.rows, c.n, rand.New(rand.NewPCG(1, 1)))
		if len(got) != c.want {
			t.Errorf("%d of %d rows: %v", c.n, c.rows, got)
		}
		for i := range got {
			if got[i] < 0 || int(got[i]) >= c.rows || i > 0 && got[i] <= got[i-1] {
				t.Errorf("%v does not rise within %d rows", got, c.rows)
			}
		}
	}
}

// TestSpaceWeighsInterestOnce: tags that repeat what categories say add nothing to
// the weight of interest, and those that say something else share it; what users state
// is a group of its own.
func TestSpaceWeighsInterestOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	in := Input{Names: []string{"a"}}
	category, tag := Shares{Field: Category, Names: []string{"x", "y"}}, Shares{Field: Tag, Names: []string{"x", "y"}}
	stated := Shares{Field: "gender", Names: []string{"f", "m"}}
	for range 1000 {
		in.X = append(in.X, float32(r.NormFloat64()))
		x, f := float32(r.IntN(2)), float32(r.IntN(2))
		category.X, tag.X = append(category.X, x, 1-x), append(tag.X, x, 1-x)
		stated.X = append(stated.X, f, 1-f)
	}
	in.Shares = []Shares{category, tag, stated}
	s, err := newSpace(&in, sample(1000, 1000, nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.reach) != 3 {
		t.Fatalf("axes of length %v, want one of the behaviour, one of interest, one of what users state", s.reach)
	}
	for _, reach := range s.reach {
		if math.Abs(reach-1) > 0.1 {
			t.Errorf("axes of length %v, want 1 each", s.reach)
		}
	}
}

package interest

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// turning is a rotation of the first two axes and an exchange of the last two.
func turning() []float32 {
	r := make([]float32, testDim*testDim)
	for i := range testDim {
		r[i*testDim+i] = 1
	}
	c, s := float32(math.Cos(0.7)), float32(math.Sin(0.7))
	r[0], r[1], r[testDim], r[testDim+1] = c, s, -s, c
	a, b := (testDim-2)*testDim, (testDim-1)*testDim
	r[a+testDim-2], r[a+testDim-1], r[b+testDim-2], r[b+testDim-1] = 0, 1, 1, 0
	return r
}

func TestTurnKeepsScores(t *testing.T) {
	m := webbed(t)
	turned, err := m.Turn(turning())
	if err != nil {
		t.Fatal(err)
	}
	scores := func(m *Model) []float32 {
		v, s := make([]float32, testDim), make([]float32, testItems)
		m.User(v, behaving)
		m.Score(s, v, behaving.History)
		return s
	}
	before, after := scores(m), scores(turned)
	for i := range before {
		if math.Abs(float64(before[i]-after[i])) > 1e-5 {
			t.Fatalf("item %d has score %v, was %v", i, after[i], before[i])
		}
	}
	x, y := m.Vector(5), turned.Vector(5)
	for j, want := range []float64{
		math.Cos(0.7)*float64(x[0]) - math.Sin(0.7)*float64(x[1]), math.Sin(0.7)*float64(x[0]) + math.Cos(0.7)*float64(x[1]),
	} {
		if math.Abs(float64(y[j])-want) > 1e-6 {
			t.Errorf("element %d of a vector is %v, want %v", j, y[j], want)
		}
	}
	if slices.Equal(m.users, turned.users) || slices.Equal(m.pooled, turned.pooled) || slices.Equal(m.user.W2, turned.user.W2) {
		t.Error("something was not turned")
	}
}

func TestTurnRefusesWhatIsNoRotation(t *testing.T) {
	for name, breakIt := range map[string]func([]float32) []float32{
		"Short":      func(r []float32) []float32 { return r[1:] },
		"Longer":     func(r []float32) []float32 { r[30] = 0.02; return r },
		"Skewed":     func(r []float32) []float32 { r[3*testDim+4] = 0.001; return r },
		"NotANumber": func(r []float32) []float32 { r[7] = float32(math.NaN()); return r },
	} {
		if _, err := model(t).Turn(breakIt(turning())); !errors.Is(err, ErrShape) {
			t.Errorf("%s: error %v, want ErrShape", name, err)
		}
	}
}

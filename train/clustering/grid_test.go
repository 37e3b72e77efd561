package clustering

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sjwhitworth/golearn/base"
)

// TestGridKeepsItsOrder asks for the columns in every order of golearn's.
func TestGridKeepsItsOrder(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	g := newGrid(x, 4)
	if columns, rows := g.Size(); columns != 4 || rows != 2 {
		t.Fatalf("size %d x %d, want 4 x 2", columns, rows)
	}
	for range 50 {
		var got []float64
		specs := base.ResolveAttributes(g, base.NonClassAttributes(g)) // in the order of a map
		err := g.MapOverRows(specs, func(row [][]byte, i int) (bool, error) {
			if i != len(got)/4 {
				t.Fatalf("row %d comes as row %d", len(got)/4, i)
			}
			for _, cell := range row {
				got = append(got, base.UnpackBytesToFloat(cell))
			}
			return true, nil
		})
		if err != nil || !slices.Equal(got, x) {
			t.Fatalf("%v, %v, want %v", got, err, x)
		}
	}
}

func TestGridStops(t *testing.T) {
	g := newGrid(make([]float64, 12), 3)
	specs := make([]base.AttributeSpec, 3)
	stop := errors.New("stop")
	for name, answer := range map[string]error{"Enough": nil, "Error": stop} {
		calls := 0
		err := g.MapOverRows(specs, func([][]byte, int) (bool, error) { calls++; return answer != nil, answer })
		if calls != 1 || !errors.Is(err, answer) {
			t.Errorf("%s: %d calls and %v, want 1 and %v", name, calls, err, answer)
		}
	}
	if err := g.MapOverRows(specs[:2], func([][]byte, int) (bool, error) { return true, nil }); err == nil {
		t.Error("gave 3 columns to who wanted 2")
	}
	if err := g.AddClassAttribute(nil); err == nil {
		t.Error("a class was added")
	}
}

// TestGolearnRepeats: the same seed and rows give the same parameters to the
// bit, which golearn's own grids do not.
func TestGolearnRepeats(t *testing.T) {
	x, width := cloud(300, 6)
	o := started(t, x, width)
	first, err := perform(context.Background(), x, width, o)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := perform(context.Background(), x, width, o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(first, again, cmp.AllowUnexported(parameters{})); d != "" {
			t.Fatal(d)
		}
	}
}

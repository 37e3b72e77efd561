package bench

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/train/evaluate"
	"curio/train/twotower"
)

// curveTest is what users 37 and 38 of the fixture have in the test part.
const curveTest = "38 3 12 39\n37 2 2 x\n"

// TestCurve has a clock that goes on by a second whenever it is read, so that an
// epoch takes one, the graph another, and judging must not count.
func TestCurve(t *testing.T) {
	var notes, out strings.Builder
	c := Curve{Epochs: 3, Users: 5000, Gain: 1, Ridge: 0.5, Seed: 1, Workers: 2, At: 2}
	got, err := c.Run(t.Context(), fixture(t, curveTest, "38 5\n"), ticks(time.Second), &notes)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Split{Users: 39, Items: 40, Train: 39 * 40 / 2, Test: 4, Judged: 2, Rejected: 2}); got.Split != want {
		t.Errorf("split %+v, want %+v", got.Split, want)
	}
	if len(got.Points) != 4 || got.Points[0].Towers != nil {
		t.Fatalf("points %+v", got.Points)
	}
	for i, p := range got.Points {
		if p.Epoch != i || p.Both.Seconds != float64(i+1) || i > 0 && p.Towers.Seconds != float64(i) {
			t.Errorf("point %d is %+v", i, p)
		}
		if q := p.Both; q.Recall <= 0 || q.Recall > 1 || q.NDCG <= 0 || q.NDCG > 1 {
			t.Errorf("point %d: %+v", i, q)
		}
	}
	if r := got.Ready; r == nil || r.Seconds > 2 {
		t.Errorf("at 2 s the best is %+v", r)
	}
	if n := strings.Count(notes.String(), "\n"); n != 4 {
		t.Errorf("%d epochs were noted:\n%s", n, notes.String())
	}
	if err := got.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"39 users, 40 items, 780 training and 4 test pairs", "ranked for 2 of the users", "WITH GRAPH", "after 2 s the best is that of second"} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("no %q in\n%s", text, out.String())
		}
	}

	again := c
	again.Workers = 1
	one, err := again.Run(t.Context(), fixture(t, curveTest, ""), ticks(time.Second), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.Points, one.Points); diff != "" {
		t.Errorf("one worker differs:\n%s", diff)
	}
}

// TestCurveIsOfTheFit compares the last point with a fit that nobody judges.
func TestCurveIsOfTheFit(t *testing.T) {
	src := fixture(t, curveTest, "")
	c := Curve{Epochs: 12, Users: 5000, Seed: 7, Workers: 1}
	got, err := c.Run(t.Context(), src, ticks(time.Second), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Points) != 12 || got.Points[11].Both != nil {
		t.Fatalf("points %+v", got.Points)
	}
	task, train, _, err := readSplit(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	o := twotower.Default()
	o.Epochs, o.Seed = 12, 7
	m, err := twotower.Fit(t.Context(), everyPair(train), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := evaluate.Evaluate(t.Context(), task, historyScorer{m, histories(train)}, evaluate.Options{Cutoffs: []int{20}, Bootstrap: -1})
	if err != nil {
		t.Fatal(err)
	}
	want := &Quality{Seconds: 12, Recall: roundTo(e.Metrics["recall@20"].Value, 4), NDCG: roundTo(e.Metrics["ndcg@20"].Value, 4)}
	if diff := cmp.Diff(want, got.Points[11].Towers); diff != "" {
		t.Error(diff)
	}
}

func TestCurveAt(t *testing.T) {
	r := CurveResult{Points: []CurvePoint{
		{0, nil, &Quality{5, 0.18, 0.15}},
		{1, &Quality{6, 0.12, 0.10}, &Quality{11, 0.17, 0.14}},
		{2, &Quality{12, 0.14, 0.12}, &Quality{17, 0.19, 0.16}},
	}}
	for second, want := range map[float64]*Quality{
		4.9: nil, 5: {5, 0.18, 0.15}, 12: {5, 0.18, 0.15}, 16.9: {5, 0.18, 0.15}, 17: {17, 0.19, 0.16},
	} {
		if diff := cmp.Diff(want, r.at(second)); diff != "" {
			t.Errorf("at %v: %s", second, diff)
		}
	}
	r.At = 4.9
	var out strings.Builder
	if err := r.Write(&out); err != nil || !strings.Contains(out.String(), "after 4.9 s there is no model yet") {
		t.Errorf("wrote %q, error %v", out.String(), err)
	}
}

func TestCurveFaults(t *testing.T) {
	c := Curve{Epochs: 1, Users: 1, Workers: 1}
	if _, err := c.Run(t.Context(), fixture(t, "1\n", ""), ticks(time.Second), io.Discard); !errors.Is(err, ErrData) {
		t.Errorf("without a test pair: %v", err)
	}
	c.Gain = 1
	if _, err := c.Run(t.Context(), fixture(t, curveTest, ""), ticks(time.Second), io.Discard); err == nil || !strings.Contains(err.Error(), "ridge 0 ") {
		t.Errorf("a ridge of 0: %v", err)
	}
}

func TestCurveStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := Curve{Epochs: 5, Users: 10, Workers: 1}
	reads := 0
	_, err := c.Run(ctx, fixture(t, curveTest, ""), func() time.Time {
		if reads++; reads == 4 { // the end of the second epoch
			cancel()
		}
		return time.Unix(int64(reads), 0)
	}, io.Discard)
	if !errors.Is(err, context.Canceled) || reads > 5 {
		t.Errorf("error %v after the clock was read %d times", err, reads)
	}
}

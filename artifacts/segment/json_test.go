package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSONRoundTrip(t *testing.T) {
	for _, s := range []Spec{example(9, 4, 3), example(2, 0, 1)} {
		m := mustNew(t, s)
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var read Model
		if err := json.Unmarshal(data, &read); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(&read)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, again) {
			t.Error("the bytes changed")
		}
		if d := cmp.Diff(m.Segments(), read.Segments()); d != "" {
			t.Error(d)
		}
		r := rand.New(rand.NewPCG(1, 1))
		for range 100 {
			x := features(len(s.Columns), r)
			if a, b := m.Assign(x), read.Assign(x); a != b {
				t.Fatalf("%+v became %+v", a, b)
			}
		}
	}
}

// faults are ways to break a valid model of 4 columns, 2 dimensions, 3 segments.
var faults = map[string]func(s *Spec){
	"NoComponents":         func(s *Spec) { s.Components, s.Segments = nil, nil },
	"SegmentMissing":       func(s *Spec) { s.Segments = s.Segments[:2] },
	"ColumnNameMissing":    func(s *Spec) { s.Columns[0].Name = "" },
	"ColumnNameTwice":      func(s *Spec) { s.Columns[1].Name = s.Columns[0].Name },
	"KindUnknown":          func(s *Spec) { s.Columns[1].Kind = "cubic" },
	"ScaleZero":            func(s *Spec) { s.Columns[1].Scale = 0 },
	"ScaleNegative":        func(s *Spec) { s.Columns[1].Scale = -1 },
	"ScaleTiny":            func(s *Spec) { s.Columns[1].Scale = 1 / (2 * Limit) },
	"CentreHuge":           func(s *Spec) { s.Columns[1].Centre = 2 * Limit },
	"ProjectionShort":      func(s *Spec) { s.Projection[1] = s.Projection[1][:3] },
	"ProjectionHuge":       func(s *Spec) { s.Projection[1][2] = -2 * Limit },
	"MeanShort":            func(s *Spec) { s.Components[2].Mean = s.Components[2].Mean[:1] },
	"MeanHuge":             func(s *Spec) { s.Components[2].Mean[1] = 2 * Limit },
	"CovarianceShort":      func(s *Spec) { s.Components[2].Covariance = s.Components[2].Covariance[:2] },
	"CovarianceIndefinite": func(s *Spec) { s.Components[2].Covariance[1] = 1e6 },
	"WeightZero":           func(s *Spec) { s.Components[0].Weight = 0; s.Components[1].Weight = 2. / 3 },
	"WeightsDoNotSum":      func(s *Spec) { s.Components[0].Weight += 1e-5 },
	"IDEmpty":              func(s *Spec) { s.Segments[0].ID = "" },
	"IDTwice":              func(s *Spec) { s.Segments[0].ID = "s2" },
	"NameEmpty":            func(s *Spec) { s.Segments[0].Name = "" },
	"NameTwice":            func(s *Spec) { s.Segments[0].Name = s.Segments[1].Name },
	"SizeNegative":         func(s *Spec) { s.Segments[0].Size = -1 },
	"ShareAboveOne":        func(s *Spec) { s.Segments[0].Share = 1.01 },
	"EffectHuge":           func(s *Spec) { s.Segments[0].Traits[0].Effect = 2 * Limit },
	"CategoryShareBelow0":  func(s *Spec) { s.Segments[0].TopCategories[0].Share = -0.01 },
}

func TestUnmarshalRefuses(t *testing.T) {
	for name, damage := range faults {
		t.Run(name, func(t *testing.T) {
			s := example(4, 2, 3)
			damage(&s)
			data, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			m := mustNew(t, example(2, 1, 1))
			before, _ := json.Marshal(m)
			if err := m.UnmarshalJSON(data); !errors.Is(err, ErrInvalid) {
				t.Errorf("error %v, want ErrInvalid", err)
			}
			if after, _ := json.Marshal(m); !bytes.Equal(before, after) {
				t.Error("the model changed all the same")
			}
		})
	}
	good, _ := json.Marshal(example(4, 2, 3))
	for name, data := range map[string]string{
		"UnknownField": strings.Replace(string(good), `"columns"`, `"kolumns"`, 1),
		"Trailing":     string(good) + "{}",
		"Truncated":    string(good[:len(good)-1]),
		"Empty":        "",
		"Null":         "null",
		"NaN":          strings.Replace(string(good), `"weight":0.3`, `"weight":NaN`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if err := new(Model).UnmarshalJSON([]byte(data)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// TestNewLimits meets each bound on the size of a model from both sides.
func TestNewLimits(t *testing.T) {
	for _, c := range []struct {
		d, k int
		ok   bool
	}{
		{MaxDim - 1, 1, true}, {MaxDim, 1, true}, {MaxDim + 1, 1, false},
		{1, MaxSegments - 1, true}, {1, MaxSegments, true}, {1, MaxSegments + 1, false},
	} {
		m, err := New(example(3, c.d, c.k))
		if (err == nil) != c.ok {
			t.Errorf("%d dimensions, %d segments: error %v", c.d, c.k, err)
		}
		if err == nil {
			m.Assign([]float32{1, 2, 3}) // must not run out of its scratch
		}
	}
	for _, value := range []float64{math.NaN(), math.Inf(-1), 1.001 * Limit} {
		s := example(3, 1, 1)
		s.Projection[0][0] = value
		if _, err := New(s); !errors.Is(err, ErrInvalid) {
			t.Errorf("a projection with %v: error %v", value, err)
		}
	}
	s := example(3, 1, 1)
	s.Projection[0][0], s.Projection[0][1] = Limit, -Limit
	if _, err := New(s); err != nil {
		t.Errorf("a projection at the limit: %v", err)
	}
}

// FuzzUnmarshal: whatever is accepted gives finite answers and the same model
// when written and read again.
func FuzzUnmarshal(f *testing.F) {
	for _, s := range []Spec{example(3, 2, 2), example(1, 0, 1)} {
		data, _ := json.Marshal(s)
		f.Add(data)
	}
	f.Add([]byte(`{"columns":[],"projection":[],"components":[{"weight":1,"mean":[],"covariance":[]}],"segments":[{"id":"a","name":"b"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Model
		if m.UnmarshalJSON(data) != nil {
			return
		}
		x := make([]float32, len(m.Features()))
		for j := range x {
			x[j] = float32(j) * 1e30
		}
		a := m.Assign(x)
		if a.Index < 0 || !(a.Probability > 0 && a.Probability <= 1) || !(a.Distance >= 0) || math.IsInf(a.Distance, 0) {
			t.Fatalf("%+v", a)
		}
		again, err := json.Marshal(&m)
		if err != nil {
			t.Fatal(err)
		}
		if err := new(Model).UnmarshalJSON(again); err != nil {
			t.Fatal(err)
		}
	})
}

package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// Value is a measured number and, where it has one, its 95% interval. A number
// without an interval (a share of the catalogue, say, which is no average over
// users) has NaN in Low and High, so that every comparison with them is false.
//
// In JSON it is {"value", "low", "high"}, and {"value"} alone without an
// interval. Make one with Point or set all three fields.
type Value struct {
	Value, Low, High float64
}

// Point is a value without an interval.
func Point(v float64) Value { return Value{Value: v, Low: math.NaN(), High: math.NaN()} }

// HasInterval reports whether Low and High bound the value.
func (v Value) HasInterval() bool { return v.Low <= v.High }

// Overlaps reports whether the intervals of v and w share a point. It is false
// when either has no interval; ask HasInterval first.
func (v Value) Overlaps(w Value) bool { return v.Low <= w.High && w.Low <= v.High }

// String is the value with four decimals and, if it has one, its interval.
func (v Value) String() string {
	if !v.HasInterval() {
		return fmt.Sprintf("%.4f", v.Value)
	}
	return fmt.Sprintf("%.4f [%.4f, %.4f]", v.Value, v.Low, v.High)
}

// Metrics are values by name: a metric and its cutoff, "ndcg@10".
type Metrics map[string]Value

// valueJSON is the form of a Value in JSON.
type valueJSON struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

// MarshalJSON leaves out the interval of a value that has none. A value that is
// not finite is an error.
func (v Value) MarshalJSON() ([]byte, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	out := valueJSON{Value: &v.Value}
	if v.HasInterval() {
		out.Low, out.High = &v.Low, &v.High
	}
	return json.Marshal(out)
}

// UnmarshalJSON accepts what MarshalJSON writes and nothing else.
func (v *Value) UnmarshalJSON(data []byte) error {
	var in valueJSON
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return fmt.Errorf("metric value: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("metric value: more than one JSON value")
	}
	if in.Value == nil {
		return errors.New(`metric value: no "value"`)
	}
	if (in.Low == nil) != (in.High == nil) {
		return errors.New(`metric value: "low" and "high" come together or not at all`)
	}
	w := Point(*in.Value)
	if in.Low != nil {
		w.Low, w.High = *in.Low, *in.High
	}
	if err := w.check(); err != nil {
		return err
	}
	*v = w
	return nil
}

// check says what keeps v from being written.
func (v Value) check() error {
	if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
		return fmt.Errorf("metric value %v is not finite", v.Value)
	}
	if math.IsNaN(v.Low) && math.IsNaN(v.High) {
		return nil
	}
	if math.IsInf(v.Low, 0) || math.IsInf(v.High, 0) || !v.HasInterval() {
		return fmt.Errorf("metric interval [%v, %v] is not finite and ordered", v.Low, v.High)
	}
	return nil
}

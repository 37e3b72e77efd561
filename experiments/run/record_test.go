package run_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"curio/experiments/run"
)

// sample is a record with something in every field.
func sample() *run.Record {
	return &run.Record{
		RunID: "20260102-030405-ab12", Version: "0123456789abcdef",
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Status: run.Done,
		Config:  map[string]any{"seed": uint64(1<<63 + 1), "dataset": "synth", "dry_run": false, "hidden_sizes": []int{64, 32}},
		Dataset: run.Dataset{Name: "synth", Digest: "d1", Events: 1000, Rejected: 5, Users: 50, Items: 20},
		Rejects: map[string]int64{"type_unknown": 2, "duplicate": 3},
		Notes:   map[string]int{"unlisted_item": 7},
		Metrics: run.Reports{
			Model: run.Metrics{
				"recall@10": {Value: 0.3, Low: 0.28, High: 0.33}, "ndcg@10": {Value: 0.2, Low: 0.18, High: 0.23},
				"coverage@10": run.Point(0.5),
			},
			Popularity: run.Metrics{"recall@10": {Value: 0.1, Low: 0.08, High: 0.12}},
			ItemCF:     run.Metrics{"recall@10": {Value: 0.29, Low: 0.27, High: 0.31}},
		},
		Strata: []run.Stratum{
			{
				Name: "warm_users", Users: 40, Items: 20, Task: "00ff",
				Metrics: run.Reports{Model: run.Metrics{"ndcg@10": {Value: 0.25, Low: 0.2, High: 0.3}}, Popularity: run.Metrics{"ndcg@10": {Value: 0.125, Low: 0.1, High: 0.15}}},
				Random:  run.Metrics{"ndcg@10": {Value: 0.05, Low: 0.04, High: 0.06}},
				Parts:   map[string][]float64{"ndcg@10": {0.2, 0.3}},
			},
			{Name: "cold_users", Users: 3, Items: 20, Task: "0f0f"},
		},
		Calibration: &run.Calibration{
			AUC: run.Value{Value: 0.75, Low: 0.7, High: 0.8}, LogLoss: run.Value{Value: 0.2, Low: 0.1, High: 0.3}, BaseLogLoss: 0.25, ECE: 0.01,
			Bins: []run.Bin{{Predicted: 0.1, Observed: 0.125, Count: 8}, {Predicted: 0.5, Observed: 0.5, Count: 4}},
		},
		Segments: run.Segments{K: 2, Silhouette: 0.4, Sizes: []int{30, 20}},
		Curve:    []run.Epoch{{Epoch: 1, Loss: 5.5}, {Epoch: 2, Loss: 4.25}},
		Rehearsal: &run.Rehearsal{
			Users: 40, Epochs: 2, NDCG: 0.21, Curve: []run.Epoch{{Epoch: 1, Loss: 5.75, NDCG: 0.15}, {Epoch: 2, Loss: 4.5, NDCG: 0.2}},
			Tried: []run.Trial{{Settings: map[string]any{"graph_gain": 0.5}, NDCG: 0.21}}, Alignment: 0.8,
			Strength: run.Evidence{Judges: 20, Gain: 0.01, Error: 0.002},
		},
		Timings: map[string]float64{"read": 0.5, "fit": 3.25}, PeakRSS: 300 << 20,
	}
}

func encode(t *testing.T, r *run.Record) []byte {
	t.Helper()
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRoundTrip(t *testing.T) {
	first := encode(t, sample())
	back, err := run.Decode(first)
	if err != nil {
		t.Fatal(err)
	}
	if second := encode(t, back); !bytes.Equal(first, second) {
		t.Errorf("written again:\n%s\nwant\n%s", second, first)
	}
	if got := fmt.Sprint(back.Config["seed"]); got != "9223372036854775809" {
		t.Errorf("seed is read as %s", got)
	}
	if v := back.Metrics.Model["coverage@10"]; v.HasInterval() || v.Value != 0.5 {
		t.Errorf("coverage is read as %+v", v)
	}
}

// TestZoneDoesNotMatter writes one instant in two zones.
func TestZoneDoesNotMatter(t *testing.T) {
	a, b := sample(), sample()
	b.CreatedAt = b.CreatedAt.In(time.FixedZone("", 8*60*60))
	if x, y := encode(t, a), encode(t, b); !bytes.Equal(x, y) {
		t.Errorf("written as\n%s\nand as\n%s", x, y)
	}
}

// TestFieldNames keeps the names that other tools script against.
func TestFieldNames(t *testing.T) {
	var top map[string]json.RawMessage
	if err := json.Unmarshal(encode(t, sample()), &top); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"run_id": `"20260102-030405-ab12"`, "version": `"0123456789abcdef"`, "created_at": `"2026-01-02T03:04:05Z"`,
		"status":  `"done"`,
		"config":  `{"dataset":"synth","dry_run":false,"hidden_sizes":[64,32],"seed":9223372036854775809}`,
		"dataset": `{"name":"synth","digest":"d1","events":1000,"rejected":5,"users":50,"items":20}`,
		"rejects": `{"duplicate":3,"type_unknown":2}`,
		"notes":   `{"unlisted_item":7}`,
		"calibration": `{"auc":{"value":0.75,"low":0.7,"high":0.8},"log_loss":{"value":0.2,"low":0.1,"high":0.3},"base_log_loss":0.25,"ece":0.01,` +
			`"bins":[{"predicted":0.1,"observed":0.125,"count":8},{"predicted":0.5,"observed":0.5,"count":4}]}`,
		"strata": `[{"name":"warm_users","users":40,"items":20,"task":"00ff","metrics":{"model":{"ndcg@10":{"value":0.25,"low":0.2,"high":0.3}},` +
			`"popularity":{"ndcg@10":{"value":0.125,"low":0.1,"high":0.15}},"itemcf":null},"random":{"ndcg@10":{"value":0.05,"low":0.04,"high":0.06}},` +
			`"parts":{"ndcg@10":[0.2,0.3]}},{"name":"cold_users","users":3,"items":20,"task":"0f0f","metrics":{"model":null,"popularity":null,"itemcf":null},"random":null}]`,
		"segments": `{"k":2,"silhouette":0.4,"sizes":[30,20]}`,
		"curve":    `[{"epoch":1,"loss":5.5},{"epoch":2,"loss":4.25}]`,
		"rehearsal": `{"users":40,"epochs":2,"ndcg_20":0.21,"curve":[{"epoch":1,"loss":5.75,"ndcg_20":0.15},{"epoch":2,"loss":4.5,"ndcg_20":0.2}],` +
			`"tried":[{"settings":{"graph_gain":0.5},"ndcg_20":0.21}],"alignment":0.8,"strength":{"judges":20,"gain":0.01,"error":0.002},"order":{"judges":0,"gain":0,"error":0}}`,
		"timings":        `{"fit":3.25,"read":0.5}`,
		"peak_rss_bytes": `314572800`,
		"metrics": `{"model":{"coverage@10":{"value":0.5},"ndcg@10":{"value":0.2,"low":0.18,"high":0.23},` +
			`"recall@10":{"value":0.3,"low":0.28,"high":0.33}},` +
			`"popularity":{"recall@10":{"value":0.1,"low":0.08,"high":0.12}},` +
			`"itemcf":{"recall@10":{"value":0.29,"low":0.27,"high":0.31}}}`,
	} {
		var got bytes.Buffer
		if err := json.Compact(&got, top[name]); err != nil || got.String() != want {
			t.Errorf("%s = %s (%v), want %s", name, got.String(), err, want)
		}
		delete(top, name)
	}
	if len(top) > 0 {
		t.Errorf("more fields: %v", top)
	}
}

// TestBounds changes one thing in a good record; an empty want means it is
// still good.
func TestBounds(t *testing.T) {
	many := func(n int) map[string]int64 {
		m := map[string]int64{}
		for i := range n {
			m[fmt.Sprint("code", i)] = 1
		}
		return m
	}
	epochs := func(n int) []run.Epoch {
		c := make([]run.Epoch, n)
		for i := range c {
			c[i].Epoch = i + 1
		}
		return c
	}
	long := strings.Repeat("x", run.MaxText)
	tests := []struct {
		name   string
		change func(*run.Record)
		want   string
	}{
		{"OK", func(*run.Record) {}, ""},
		{"Empty", func(r *run.Record) { *r = run.Record{RunID: "a", CreatedAt: r.CreatedAt, Status: run.Failed} }, ""},
		{"RunIDEmpty", func(r *run.Record) { r.RunID = "" }, "run_id is empty"},
		{"RunIDLongest", func(r *run.Record) { r.RunID = long }, ""},
		{"RunIDTooLong", func(r *run.Record) { r.RunID = long + "x" }, "run_id has 1025 bytes"},
		{"RunIDEscape", func(r *run.Record) { r.RunID = "a\x1b[2J" }, "cannot be printed"},
		{"RunIDReordered", func(r *run.Record) { r.RunID = "a\u202eb" }, "cannot be printed"},
		{"VersionTab", func(r *run.Record) { r.Version = "a\tb" }, "version"},
		{"NoTime", func(r *run.Record) { r.CreatedAt = time.Time{} }, "created_at"},
		{"Status", func(r *run.Record) { r.Status = "fine" }, `status is "fine"`},
		{"Interrupted", func(r *run.Record) { r.Status = run.Interrupted }, ""},
		{"ConfigNested", func(r *run.Record) { r.Config["x"] = map[string]any{} }, "config x is no string"},
		{"ConfigNull", func(r *run.Record) { r.Config["x"] = nil }, "config x is no string"},
		{"ConfigListOfLists", func(r *run.Record) { r.Config["x"] = [][]int{{1}} }, "config x is no string"},
		{"ConfigLongest", func(r *run.Record) { r.Config["x"] = long }, ""},
		{"ConfigTooLong", func(r *run.Record) { r.Config["x"] = []string{long + "x"} }, "config x has 1025 bytes"},
		{"ConfigListLongest", func(r *run.Record) { r.Config["x"] = make([]int, run.MaxNames) }, ""},
		{"ConfigListTooLong", func(r *run.Record) { r.Config["x"] = make([]int, run.MaxNames+1) }, "config x has 1001 values"},
		{"ConfigNameEmpty", func(r *run.Record) { r.Config[""] = 1 }, "config has an empty name"},
		{"ConfigNotANumber", func(r *run.Record) { r.Config["x"] = math.NaN() }, "NaN"},
		{"EventsNegative", func(r *run.Record) { r.Dataset.Events = -1 }, "dataset events is -1"},
		{"RejectedNegative", func(r *run.Record) { r.Dataset.Rejected = -1 }, "dataset rejected is -1"},
		{"UsersNegative", func(r *run.Record) { r.Dataset.Users = -1 }, "dataset users is -1"},
		{"ItemsNegative", func(r *run.Record) { r.Dataset.Items = -1 }, "dataset items is -1"},
		{"DigestLine", func(r *run.Record) { r.Dataset.Digest = "a\nb" }, "dataset digest"},
		{"RejectsNegative", func(r *run.Record) { r.Rejects["duplicate"] = -1 }, "rejects duplicate is -1"},
		{"RejectsMost", func(r *run.Record) { r.Rejects = many(run.MaxNames) }, ""},
		{"RejectsTooMany", func(r *run.Record) { r.Rejects = many(run.MaxNames + 1) }, "rejects has 1001 entries"},
		{"NotesNegative", func(r *run.Record) { r.Notes["a"] = -1 }, "notes a is -1"},
		{"MetricInfinite", func(r *run.Record) { r.Metrics.Model["x"] = run.Point(math.Inf(1)) }, "not finite"},
		{"MetricReversed", func(r *run.Record) { r.Metrics.ItemCF["x"] = run.Value{Low: 2, High: 1} }, "ordered"},
		{"MetricNameControl", func(r *run.Record) { r.Metrics.Popularity["x\n"] = run.Point(1) }, "metrics popularity name"},
		{"SegmentsUnequal", func(r *run.Record) { r.Segments.K = 3 }, "k 3 and 2 sizes"},
		{"SegmentsNegative", func(r *run.Record) { r.Segments = run.Segments{K: -1} }, "k -1"},
		{"SegmentSizeNegative", func(r *run.Record) { r.Segments.Sizes[1] = -1 }, "size of segment 1 is -1"},
		{"SilhouetteHighest", func(r *run.Record) { r.Segments.Silhouette = 1 }, ""},
		{"SilhouetteTooHigh", func(r *run.Record) { r.Segments.Silhouette = 1.01 }, "silhouette is 1.01"},
		{"SilhouetteTooLow", func(r *run.Record) { r.Segments.Silhouette = -1.01 }, "silhouette is -1.01"},
		{"CurveLongest", func(r *run.Record) { r.Curve = epochs(run.MaxEpochs) }, ""},
		{"CurveTooLong", func(r *run.Record) { r.Curve = epochs(run.MaxEpochs + 1) }, "curve has 10001 epochs"},
		{"RehearsalOutOfRange", func(r *run.Record) { r.Rehearsal = &run.Rehearsal{NDCG: 1.5} }, "NDCG of the rehearsal is 1.5"},
		{"RehearsalOfFew", func(r *run.Record) { r.Rehearsal = &run.Rehearsal{Users: -1, Epochs: -2} }, "users of the rehearsal is -1"},
		{"TrialOutOfRange", func(r *run.Record) {
			r.Rehearsal = &run.Rehearsal{Tried: []run.Trial{{}, {Settings: map[string]any{"": 1}, NDCG: -1}}}
		}, "trial 1 is -1"},
		{"CurveJudgedOutOfRange", func(r *run.Record) { r.Curve[0].NDCG = 2 }, "NDCG of an epoch is 2"},
		{"AlignmentOutOfRange", func(r *run.Record) { r.Rehearsal = &run.Rehearsal{Alignment: -2} }, "alignment of the rehearsal is -2"},
		{"StrengthOutOfRange", func(r *run.Record) { r.Rehearsal.Strength.Error = -1 }, "gain of strengths is 0.01 with error -1"},
		{"CurveFromZero", func(r *run.Record) { r.Curve[0].Epoch = 0 }, "epoch 0 of the curve"},
		{"CurveRepeats", func(r *run.Record) { r.Curve[1].Epoch = 1 }, "epoch 1 of the curve"},
		{"LossInfinite", func(r *run.Record) { r.Curve[1].Loss = math.Inf(1) }, "+Inf"},
		{"TimingNegative", func(r *run.Record) { r.Timings["fit"] = -1 }, "timings fit is -1"},
		{"NoCalibration", func(r *run.Record) { r.Calibration = nil }, ""},
		{"AUCMost", func(r *run.Record) { r.Calibration.AUC = run.Point(1) }, ""},
		{"AUCAbove", func(r *run.Record) { r.Calibration.AUC = run.Point(1.01) }, "calibration auc is 1.01"},
		{"ECEBelow", func(r *run.Record) { r.Calibration.ECE = -0.01 }, "calibration ece is -0.01"},
		{"LogLossBelow", func(r *run.Record) { r.Calibration.LogLoss = run.Point(-1) }, "log-loss is -1"},
		{"BinPredicted", func(r *run.Record) { r.Calibration.Bins[1].Predicted = 2 }, "bin 1 predicted is 2"},
		{"BinObserved", func(r *run.Record) { r.Calibration.Bins[0].Observed = -1 }, "bin 0 observed is -1"},
		{"BinCount", func(r *run.Record) { r.Calibration.Bins[0].Count = -1 }, "calibration bin 0 is -1"},
		{"BinsMost", func(r *run.Record) { r.Calibration.Bins = make([]run.Bin, run.MaxBins) }, ""},
		{"BinsTooMany", func(r *run.Record) { r.Calibration.Bins = make([]run.Bin, run.MaxBins+1) }, "calibration has 1001 bins"},
		{"MemoryNegative", func(r *run.Record) { r.PeakRSS = -1 }, "peak_rss_bytes is -1"},
		{"EveryFaultNamed", func(r *run.Record) { r.Status, r.PeakRSS = "x", -1 }, "interrupted\npeak_rss_bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample()
			tt.change(r)
			_, err := r.Encode()
			wantInvalid(t, err, tt.want)
		})
	}
}

func wantInvalid(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error = %v, want none", err)
	case want != "" && (!errors.Is(err, run.ErrInvalid) || !strings.Contains(err.Error(), want)):
		t.Errorf("error = %v, want ErrInvalid with %q", err, want)
	}
}

func TestDecodeStrictly(t *testing.T) {
	good := string(encode(t, sample()))
	padding := func(n int) string { return good + strings.Repeat(" ", n-len(good)) }
	tests := []struct{ name, data, want string }{
		{"OK", good, ""},
		{"Nothing", "", "EOF"},
		{"Cut", good[:len(good)/2], "unexpected EOF"},
		{"Twice", good + good, "something follows"},
		{"UnknownField", strings.Replace(good, `"version"`, `"verson"`, 1), "verson"},
		{"UnknownFieldInside", strings.Replace(good, `"silhouette"`, `"silhuette"`, 1), "silhuette"},
		{"WrongType", strings.Replace(good, `"k": 2`, `"k": "2"`, 1), "segments.k"},
		{"MetricUnknownField", strings.Replace(good, `"value": 0.5`, `"value": 0.5, "mid": 1`, 1), "mid"},
		{"MetricHalfInterval", strings.Replace(good, `"value": 0.5`, `"value": 0.5, "low": 0.1`, 1), "come together"},
		{"MetricNoValue", strings.Replace(good, `"value": 0.5`, ``, 1), `no "value"`},
		{"MetricReversed", strings.Replace(good, `"value": 0.5`, `"value": 0.5, "low": 2, "high": 1`, 1), "ordered"},
		{"Largest", padding(run.MaxBytes), ""},
		{"TooLarge", padding(run.MaxBytes + 1), "4194305 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := run.Decode([]byte(tt.data))
			wantInvalid(t, err, tt.want)
		})
	}
}

func FuzzDecode(f *testing.F) {
	good, err := sample().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"value": 0.5`), []byte(`"value":1e308,"low":null,"high":-1e308`), 1))
	f.Add([]byte(`{"run_id":"a","created_at":"2026-01-01T00:00:00+14:00","status":"failed","config":{"a":[true,1e999]}}`))
	f.Add([]byte(`{"run_id":"\ud800","curve":[{}],"metrics":{"model":{"x":null}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := run.Decode(data)
		if err != nil {
			if !errors.Is(err, run.ErrInvalid) {
				t.Errorf("error %v does not wrap ErrInvalid", err)
			}
			return
		}
		first, err := r.Encode()
		if err != nil {
			if len(data) > run.MaxBytes/4 { // indentation may push it over the limit
				return
			}
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := run.Decode(first)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := again.Encode(); err != nil || !bytes.Equal(first, second) {
			t.Errorf("written twice differently: %v\n%s\n%s", err, first, second)
		}
		var out bytes.Buffer
		c := run.Compare(r, again)
		if err := errors.Join(r.Write(&out), c.Write(&out), run.WriteList(&out, []*run.Record{r})); err != nil {
			t.Error(err)
		}
		if len(c.Config) > 0 || len(c.Unmatched) > 0 {
			t.Errorf("a record differs from itself: %+v", c)
		}
	})
}

func TestWorseThanABaseline(t *testing.T) {
	value := func(low, high float64) run.Value { return run.Value{Value: (low + high) / 2, Low: low, High: high} }
	for name, c := range map[string]struct {
		model, popularity, itemcf run.Metrics
		want                      bool
	}{
		"Better":      {run.Metrics{"m": value(0.3, 0.4)}, run.Metrics{"m": value(0.1, 0.2)}, run.Metrics{"m": value(0.1, 0.2)}, false},
		"Overlap":     {run.Metrics{"m": value(0.1, 0.2)}, run.Metrics{"m": value(0.2, 0.3)}, nil, false},
		"Popularity":  {run.Metrics{"m": value(0.1, 0.2)}, run.Metrics{"m": value(0.21, 0.3)}, nil, true},
		"ItemCF":      {run.Metrics{"m": value(0.1, 0.2)}, run.Metrics{"m": value(0.1, 0.2)}, run.Metrics{"m": value(0.21, 0.3)}, true},
		"NoInterval":  {run.Metrics{"m": run.Point(0.1)}, run.Metrics{"m": run.Point(0.3)}, nil, false},
		"OtherMetric": {run.Metrics{"n": value(0.1, 0.2)}, run.Metrics{"m": value(0.21, 0.3)}, nil, false},
	} {
		r := run.Reports{Model: c.model, Popularity: c.popularity, ItemCF: c.itemcf}
		if got := r.Worse("m"); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

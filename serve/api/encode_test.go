package api

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
)

// standard is what encoding/json makes of an answer.
func standard(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()[:b.Len()-1]
}

func TestAppendedAnswersAreThoseOfTheStandardLibrary(t *testing.T) {
	seed, propensity := uint64(math.MaxUint64), 0.1+0.2
	items := []RecommendedItem{
		{ItemID: "plain", Rank: 1, Score: 0.27234823, Title: "A title", Domain: "course", Category: "code"},
		{ItemID: "课程\"\\/<&>", Rank: 100, Score: -1e-7, Title: "tab\tline\nnull\x00\x1f\u2028\u2029\xff\x7f"},
		{ItemID: "e", Score: 1e21, Promoted: true, Propensity: &propensity},
		{ItemID: "b", Score: 0, Because: []Because{}, Why: &Why{}},
		{ItemID: "c", Score: 3e-10, Because: []Because{{ItemID: "x", Weight: 1.5}, {ItemID: "y", Title: "é", Weight: 1e-9}}, Why: &Why{CategoryShare: .1, Segment: "s1", SegmentShare: 1, Popularity: 1e-7}},
	}
	for name, r := range map[string]*Recommendations{
		"Nothing": {RecommendedList: RecommendedList{Items: []RecommendedItem{}}},
		"All": {
			Envelope:        Envelope{"id-1", "0123456789abcdef", "interest", 0.329},
			RecommendedList: RecommendedList{UserID: "ü", N: 10, Offset: 3, Ignored: 2, Scores: "logit", Seed: &seed, Items: items},
		},
	} {
		want := standard(t, r)
		if got := string(r.appendJSON(nil)); got != want {
			t.Errorf("%s:\n%s\n%s", name, got, want)
		}
		kept := *r
		kept.encoded, kept.Items = appendItems(nil, r.Items), nil
		if got := string(kept.appendJSON(nil)); got != want {
			t.Errorf("%s, kept:\n%s\n%s", name, got, want)
		}
	}
}

func FuzzAppend(f *testing.F) {
	f.Add("plain", 0.5)
	f.Add("\x00\"\\\u2028\xffé", -1e-9)
	f.Fuzz(func(t *testing.T, s string, v float64) {
		if got, want := string(appendString(nil, s)), standard(t, s); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
		if got, want := string(appendFloat(nil, v, 64)), standard(t, v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
		if x := float32(v); !math.IsInf(float64(x), 0) {
			if got, want := string(appendFloat(nil, float64(x), 32)), standard(t, x); got != want {
				t.Errorf("%v: %s, want %s", x, got, want)
			}
		}
	})
}

package run_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"curio/artifacts/segment"
	"curio/experiments/run"
)

// judged is sample with segments that everything is known of.
func judged() *run.Record {
	r := sample()
	r.Segments = run.Segments{
		K: 2, Silhouette: 0.4, Sizes: []int{30, 20}, Method: "em", Features: "all",
		Judged: &run.Judged{
			DaviesBouldin: 1.25, BIC: 900, Balance: 0.97, OneBIC: 1200, RandomSilhouette: -0.01, RandomDaviesBouldin: 20,
			Stability: &run.Value{Value: 0.9, Low: 0.85, High: 0.95}, Unstructured: &run.Value{Value: 0.1, Low: 0, High: 0.2}, Bootstraps: 5,
			Gain: run.Evidence{Judges: 48, Gain: 1.5, Error: 0.1}, Steadier: run.Evidence{Judges: 5, Gain: 0.8, Error: 0.05}, Better: true,
		},
		Told: []run.Told{
			{
				ID: "s1", Name: "programming finishers", NameZH: "编程完课者", Size: 30, Share: 0.6,
				Rule:       &run.Rule{Text: "finishes over 60 % of what they start", TextZH: "完课率高于60%", Precision: 0.9, Recall: 0.8},
				Categories: []segment.Share{{Name: "programming", Share: 0.55}, {Name: "design", Share: 0.2}},
			},
			{ID: "s4", Name: "average users", Size: 20, Share: 0.4, Tags: []segment.Share{{Name: "go", Share: 0.125}}},
		},
		Carried: true,
		Lineage: &segment.Lineage{
			Version: "0011", Users: 45, Moved: 0.2, Retired: []string{"s2", "s3"},
			Changes: []segment.Change{{Kind: segment.Kept, ID: "s1"}, {Kind: segment.Retired, ID: "s2", Into: []string{"s1"}}, {Kind: segment.Born, ID: "s4", From: []string{"s1", "s2"}}},
		},
	}
	return r
}

func TestSegmentsRoundTrip(t *testing.T) {
	first := encode(t, judged())
	back, err := run.Decode(first)
	if err != nil {
		t.Fatal(err)
	}
	if second := encode(t, back); !bytes.Equal(first, second) {
		t.Errorf("written again:\n%s\nwant\n%s", second, first)
	}
	for _, name := range []string{`"davies_bouldin"`, `"one_segment_bic"`, `"random_silhouette"`, `"stability"`, `"unstructured_stability"`, `"better_than_chance": true`, `"name_zh"`, `"moved"`} {
		if !bytes.Contains(first, []byte(name)) {
			t.Errorf("%s is not in\n%s", name, first)
		}
	}
}

func TestSegmentsAreChecked(t *testing.T) {
	bad := "a\x1bb"
	for name, c := range map[string]struct {
		damage func(s *run.Segments)
		want   string // in the error; empty for no error
	}{
		"Whole":              {func(*run.Segments) {}, ""},
		"NotJudged":          {func(s *run.Segments) { s.Judged, s.Told, s.Lineage = nil, nil, nil }, ""},
		"MethodUnprintable":  {func(s *run.Segments) { s.Method = bad }, "method"},
		"PresetUnprintable":  {func(s *run.Segments) { s.Features = bad }, "features"},
		"BalanceAbove1":      {func(s *run.Segments) { s.Judged.Balance = 1.01 }, "balance"},
		"BalanceAt1":         {func(s *run.Segments) { s.Judged.Balance = 1 }, ""},
		"RandomBelow":        {func(s *run.Segments) { s.Judged.RandomSilhouette = -1.01 }, "random silhouette"},
		"IndexNegative":      {func(s *run.Segments) { s.Judged.DaviesBouldin = -0.1 }, "Davies and Bouldin"},
		"StabilityAbove1":    {func(s *run.Segments) { s.Judged.Stability = &run.Value{Value: 1.1, Low: 1, High: 1.2} }, "stability"},
		"BootstrapsNegative": {func(s *run.Segments) { s.Judged.Bootstraps = -1 }, "bootstraps"},
		"LargeGain":          {func(s *run.Segments) { s.Judged.Gain.Gain = 1e6 }, ""},
		"ErrorNegative":      {func(s *run.Segments) { s.Judged.Gain.Error = -1 }, "gain of segments"},
		"SteadierAbove2":     {func(s *run.Segments) { s.Judged.Steadier.Gain = 2.1 }, "gain of stability"},
		"ToldOfSome":         {func(s *run.Segments) { s.Told = s.Told[:1] }, "1 of 2 segments"},
		"NameMissing":        {func(s *run.Segments) { s.Told[0].Name = "" }, "want both"},
		"NameUnprintable":    {func(s *run.Segments) { s.Told[0].NameZH = "\u202e" }, "Chinese name"},
		"ShareAbove1":        {func(s *run.Segments) { s.Told[0].Share = 1.1 }, "share of s1"},
		"SizeNegative":       {func(s *run.Segments) { s.Told[0].Size = -1 }, "size of s1"},
		"RuleUnprintable":    {func(s *run.Segments) { s.Told[0].Rule.Text = bad }, "rule"},
		"PrecisionAbove1":    {func(s *run.Segments) { s.Told[0].Rule.Precision = 1.1 }, "precision"},
		"FavouriteAbove1":    {func(s *run.Segments) { s.Told[0].Categories[0].Share = 1.1 }, "favourite"},
		"TooManyFavourites":  {func(s *run.Segments) { s.Told[0].Tags = make([]segment.Share, run.MaxNames) }, "favourites"},
		"MovedAbove1":        {func(s *run.Segments) { s.Lineage.Moved = 1.1 }, "users moved"},
		"ChangeUnprintable":  {func(s *run.Segments) { s.Lineage.Changes[1].Into[0] = bad }, "id of a change"},
		"TooManyChanges":     {func(s *run.Segments) { s.Lineage.Changes = make([]segment.Change, run.MaxNames+1) }, "changes"},
	} {
		t.Run(name, func(t *testing.T) {
			r := judged()
			c.damage(&r.Segments)
			_, err := r.Encode()
			if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, run.ErrInvalid) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestSegmentsAreShown(t *testing.T) {
	r := judged()
	text := shown(t, r)
	for _, line := range []string{
		"segments          2 by em from all features, silhouette 0.400, sizes [30 20]",
		"balance 0.97, Davies-Bouldin 1.25, BIC 900; at random: silhouette -0.010, Davies-Bouldin 20.00; in one segment: BIC 1200",
		"stability 0.9000 [0.8500, 0.9500] over 5 bootstraps, 0.1000 [0.0000, 0.2000] without structure",
		"gain over one segment 1.500 nats a user, standard error 0.100, by 48 users not fitted",
		"of 0011, the division before, fitted again: 1 kept, s2 retired into s1, s4 born from s1 and s2; 20.0 % of 45 users moved",
		"SEGMENT  NAME                   USERS  SHARE   CATEGORIES                     TAGS     PRECISION  RECALL  RULE",
		"s1       programming finishers  30     60.0 %  programming 55 %, design 20 %  -        0.90       0.80    finishes over 60 % of what they start",
		"s4       average users          20     40.0 %  -                              go 12 %  -          -       -",
	} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(line), " ")) {
			t.Errorf("%q is not in\n%s", line, text)
		}
	}
	if strings.Contains(text, "warning") {
		t.Errorf("a warning in\n%s", text)
	}
}

func TestSegmentsWarn(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(j *run.Judged)
		want   string
	}{
		"NoGain":   {func(j *run.Judged) { j.Gain.Error = 1; j.Better = false }, "not better than chance: they tell no more of users not fitted than one segment does\n"},
		"Unsteady": {func(j *run.Judged) { j.Steadier.Gain = 0; j.Better = false }, "not better than chance: they are no more stable than segments of data without structure\n"},
		"Both":     {func(j *run.Judged) { j.Gain.Gain, j.Steadier.Gain, j.Better = 0, 0, false }, "one segment does, and they are no more stable"},
	} {
		r := judged()
		c.damage(r.Segments.Judged)
		if text := shown(t, r); !strings.Contains(text, "warning") || !strings.Contains(text, c.want) {
			t.Errorf("%s: %q is not in\n%s", name, c.want, text)
		}
	}
	r := judged()
	r.Segments = run.Segments{K: 1, Sizes: []int{50}, Judged: &run.Judged{BIC: 1200, OneBIC: 1200, Balance: 1}}
	if text := shown(t, r); !strings.Contains(text, "one segment: no division was found") {
		t.Errorf("nothing is said of one segment in\n%s", text)
	}
}

func TestWithheldSegmentsAreShown(t *testing.T) {
	r := judged()
	r.Segments = run.Segments{K: 1, Sizes: []int{0}, Told: []run.Told{{ID: "s1", Name: "average users", Withheld: true}}}
	if text := strings.Join(strings.Fields(shown(t, r)), " "); !strings.Contains(text, "s1 average users withheld - - - - -") {
		t.Errorf("not withheld in\n%s", text)
	}
}

func shown(t *testing.T, r *run.Record) string {
	t.Helper()
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestSegmentsAreCompared(t *testing.T) {
	a, b := judged(), judged()
	b.RunID = "20260103-000000-cd34"
	b.Segments.K, b.Segments.Silhouette, b.Segments.Judged.Stability = 3, 0.5, &run.Value{Value: 0.7, Low: 0.6, High: 0.8}
	names := func(c run.Comparison) (compared []string) {
		for _, d := range c.Metrics {
			if d.Scorer == "segments" {
				compared = append(compared, fmt.Sprintf("%s %+.2f %s", d.Metric, d.Delta, d.Intervals))
			}
		}
		return compared
	}
	got := strings.Join(names(run.Compare(a, b)), ", ")
	if want := "balance +0.00 unknown, davies_bouldin +0.00 unknown, gain +0.00 overlap, number +1.00 unknown, silhouette +0.10 unknown, stability -0.20 apart"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	b.Segments.Features = "rfm" // another space: what is measured in it cannot be compared
	got = strings.Join(names(run.Compare(a, b)), ", ")
	if want := "balance +0.00 unknown, number +1.00 unknown, stability -0.20 apart"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := names(run.Compare(a, sample())); got != nil {
		t.Errorf("compared with a record from before: %v", got)
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "plain", "two\nlines": "two lines", "\xff": "?", "编程": "编程", "a\u202eb": "a b", "": "",
		strings.Repeat("x", run.MaxText):          strings.Repeat("x", run.MaxText),
		strings.Repeat("x", run.MaxText+1):        strings.Repeat("x", run.MaxText),
		strings.Repeat("x", run.MaxText-1) + "编程": strings.Repeat("x", run.MaxText-1),
	} {
		if got := run.OneLine(text); got != want {
			t.Errorf("%.20q is %.20q, want %.20q", text, got, want)
		}
	}
}

package clustering

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/segment"
	"curio/datasets/synth"
)

// ruled finds rules of given segments.
func ruled(t testing.TB, in Input, members []int32, o Options) []*segment.Rule {
	t.Helper()
	k := int(slices.Max(members)) + 1
	s := &space{}
	for _, name := range in.columns() {
		s.columns = append(s.columns, segment.Column{Name: name})
	}
	d := &division{members: members, sizes: count(members, k)}
	o = o.withDefaults()
	segments := unnamed(k)
	if err := rules(t.Context(), &in, s, d, newSketch(&in, d), segments, o); err != nil {
		t.Fatal(err)
	}
	var found []*segment.Rule
	for _, told := range segments {
		found = append(found, told.Rule)
	}
	return found
}

// judgeRule counts by hand how a rule does.
func judgeRule(in *Input, members []int32, c int32, r *segment.Rule) (precision, recall float64) {
	names, raw := in.columns(), make([]float32, in.width())
	var hits, fits, size float64
	for i, m := range members {
		in.features(raw, i)
		fit := true
		for _, term := range r.Terms {
			for j, name := range names {
				if name == term.Feature && (float64(raw[j]) >= term.Threshold) != term.Above {
					fit = false
				}
			}
		}
		if m == c {
			size++
		}
		if fit {
			fits++
			if m == c {
				hits++
			}
		}
	}
	return hits / fits, hits / size
}

// part returns every other row of in.
func part(in Input, members []int32, odd int) (Input, []int32) {
	p := Input{Names: in.Names, Rows: 1}
	for _, s := range in.Shares {
		p.Shares = append(p.Shares, Shares{Field: s.Field, Names: s.Names})
	}
	var of []int32
	for i := odd; i < in.rows(); i += 2 {
		of = append(of, members[i])
		p.X = append(p.X, in.X[i*len(in.Names):(i+1)*len(in.Names)]...)
		for k, s := range in.Shares {
			p.Shares[k].X = append(p.Shares[k].X, s.X[i*len(s.Names):(i+1)*len(s.Names)]...)
		}
	}
	return p, of
}

// Every planted segment of a platform has a rule that most of its users fit and few
// others do, measured right, and one that holds for users it was not chosen on.
func TestRulesOfThePlatform(t *testing.T) {
	in, truth, _ := platform(t, synth.Options{Users: 1200, Items: 300, Events: 75_000, Segments: 6, Seed: 1, End: synth.End})
	for c, r := range ruled(t, in, truth, Options{MinSize: 5}) {
		if r == nil {
			t.Fatalf("segment %d has no rule", c)
		}
		t.Logf("%d: precision %.2f, recall %.2f: %s", c, r.Precision, r.Recall, r.Text)
		if precision, recall := judgeRule(&in, truth, int32(c), r); precision != r.Precision || recall != r.Recall {
			t.Errorf("%d: precision %v and recall %v, want %v and %v", c, r.Precision, r.Recall, precision, recall)
		}
		if r.Precision < 0.8 || r.Recall < 0.7 || len(r.Terms) > depth {
			t.Errorf("%d: a poor rule", c)
		}
		if en, zh := segment.Phrase(r.Terms); en != r.Text || zh != r.TextZH {
			t.Errorf("%d: text %q and %q, want %q and %q", c, r.Text, r.TextZH, en, zh)
		}
		for _, term := range r.Terms {
			if again := segment.Readable(term.Feature, term.Threshold); again != term.Threshold {
				t.Errorf("%d: %s at %v does not read well, %v does", c, term.Feature, term.Threshold, again)
			}
		}
	}
	seen, of := part(in, truth, 0)
	others, ofOthers := part(in, truth, 1)
	var here, there float64
	for c, r := range ruled(t, seen, of, Options{MinSize: 5}) {
		here += 2 * r.Precision * r.Recall / (r.Precision + r.Recall) / 6
		precision, recall := judgeRule(&others, ofOthers, int32(c), r)
		there += 2 * precision * recall / (precision + recall) / 6
	}
	t.Logf("F1 %.3f, for other users %.3f", here, there)
	if here < 0.85 || there < 0.8 {
		t.Errorf("F1 %.3f, for other users %.3f; want at least 0.85 and 0.8", here, there)
	}
}

// watchers are two groups, of whom one watches for 12 h and more, among features
// that say nothing.
func watchers(rows int) (Input, []int32) {
	r := rand.New(rand.NewPCG(1, 2))
	in := Input{Names: []string{"interaction.log_likes", "constant", "learning.log_watched_hours"}}
	members := make([]int32, rows)
	for i := range members {
		hours := 6 * r.Float64()
		if members[i] = int32(r.IntN(3) / 2); members[i] == 1 {
			hours = 12 + 20*r.Float64()
		}
		in.X = append(in.X, float32(math.Log1p(float64(r.IntN(9)))), 3, float32(math.Log1p(hours)))
	}
	return in, members
}

// A segment that one feature tells is told by it alone, in its units.
func TestRuleIsShort(t *testing.T) {
	in, members := watchers(500)
	for c, r := range ruled(t, in, members, Options{}) {
		want := []string{"watched less than ", "watched at least "}[c]
		if r == nil || r.Precision != 1 || r.Recall != 1 || len(r.Terms) != 1 || !strings.HasPrefix(r.Text, want) {
			t.Errorf("segment %d: %+v, want %q alone", c, r, want)
		}
	}
}

func TestRulesDoNotDependOnWorkers(t *testing.T) {
	in, members := fans(900, 5, 1)
	want := ruled(t, in, members, Options{Workers: 1})
	for workers := 2; workers <= 4; workers++ {
		if d := cmp.Diff(want, ruled(t, in, members, Options{Workers: workers})); d != "" {
			t.Errorf("%d workers: %s", workers, d)
		}
	}
}

// Where nothing tells a segment there is no rule, and never an error.
func TestRulesDegenerate(t *testing.T) {
	alternate := func(n int) []int32 {
		members := make([]int32, n)
		for i := range members {
			members[i] = int32(i % 2)
		}
		return members
	}
	flat := Input{Names: []string{"a", "b"}}
	for range 100 {
		flat.X = append(flat.X, 1, 2)
	}
	huge := Input{Names: []string{"a"}, X: []float32{-maxValue, maxValue, -maxValue, maxValue}}
	twins := Input{Names: []string{"a"}} // the same values in both segments
	for i := range 100 {
		twins.X = append(twins.X, float32(i/2))
	}
	for name, c := range map[string]struct {
		in      Input
		members []int32
		ruled   bool
	}{
		"Constant":   {flat, alternate(100), false},
		"Single":     {flat, make([]int32, 100), false},
		"NoColumns":  {Input{Rows: 4}, alternate(4), false},
		"TwoRows":    {Input{Names: []string{"a"}, X: []float32{0, 1}}, alternate(2), true},
		"Huge":       {huge, alternate(4), true},
		"IdentTwins": {twins, alternate(100), false},
	} {
		t.Run(name, func(t *testing.T) {
			for i, r := range ruled(t, c.in, c.members, Options{}) {
				if (r != nil) != c.ruled {
					t.Errorf("segment %d: %+v", i, r)
				}
			}
		})
	}
}

// A rule is told when at least the least size of users fit, and is not about names
// that fewer have any of.
func TestRulesOfFew(t *testing.T) {
	const holders = 10
	for least, told := range map[int]bool{holders - 1: true, holders: true, holders + 1: false} {
		tags := Shares{Field: Tag, Names: []string{"rare"}}
		members := make([]int32, 200)
		for i := range members {
			members[i] = int32(i % 2)
			share := float32(0)
			if i%2 == 0 && i < 2*holders {
				share = 1
			}
			tags.X = append(tags.X, share)
		}
		for c, r := range ruled(t, Input{Shares: []Shares{tags}}, members, Options{MinSize: least}) {
			// The tag tells a tenth of the first segment; that is worse than nothing.
			// The rest of its users, and all of the second, are told by its absence.
			if want := told && c == 1; (r != nil) != want {
				t.Errorf("at least %d: segment %d: %+v", least, c, r)
			}
		}
	}
	in, members := watchers(60)
	size := count(members, 2)[1]
	for least, told := range map[int]bool{size - 1: true, size: true, size + 1: false} {
		if r := ruled(t, in, members, Options{MinSize: least})[1]; (r != nil) != told {
			t.Errorf("at least %d of %d members: %+v", least, size, r)
		}
	}
}

// Names out of the data can hold anything; what is told of them stays short and on
// one line.
func TestHostileNames(t *testing.T) {
	in, _ := fans(900, 3, 1)
	hostile := []string{"<script>alert('x')</script>", "a\x00\n\u202eb", strings.Repeat("long ", 5000), "\xff\xfe", "a, b", "אבג“"}
	in.Shares[0].Names = hostile
	r := mustFit(t, in, Options{Seed: 1, Segments: 3})
	seen := map[string]bool{}
	for _, s := range r.Model.Segments() {
		if s.Rule == nil {
			t.Fatalf("%s has no rule", s.ID)
		}
		for _, text := range []string{s.Name, s.NameZH, s.Rule.Text, s.Rule.TextZH} {
			if seen[text] || len([]rune(text)) > 400 || strings.ContainsAny(text, "\n\x00\u202e") {
				t.Errorf("%s: %q", s.ID, text)
			}
			seen[text] = true
		}
	}
}

// 38 features, 8 segments.
func BenchmarkRules(b *testing.B) {
	in, members := gaussians(20_000, 38, 8, 1.5, 1)
	b.ReportAllocs()
	for b.Loop() {
		ruled(b, in, members, Options{Workers: 1})
	}
	b.ReportMetric(float64(len(members)*b.N)/b.Elapsed().Seconds(), "users/s")
}

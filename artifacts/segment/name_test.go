package segment

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func mark(feature string, effect, held float64) Mark {
	return Mark{Trait{feature, effect}, held}
}

func TestNames(t *testing.T) {
	finishing, sampling := mark("learning.completion_rate", 0.9, 1), mark("learning.completion_rate", -0.9, 1)
	buying := mark("purchase.log_count", 1.2, 0.8)
	heavy, light := mark("activity.log_events", 0.8, 1), mark("activity.log_events", -0.8, 1)
	likes := []string{"design"}
	for name, c := range map[string]struct {
		marks []Marks
		want  []Name
	}{
		"TasteAndTrait": {
			[]Marks{{Tastes: []string{"programming"}, Traits: []Mark{finishing}}, {Tastes: likes, Traits: []Mark{sampling}}},
			[]Name{{"programming finishers", "偏好“programming”的高完成度用户"}, {"design samplers", "偏好“design”的浅尝用户"}},
		},
		"ActivityAndTaste": {
			[]Marks{{Tastes: likes, Traits: []Mark{heavy, buying}}, {Tastes: likes, Traits: []Mark{light}}},
			[]Name{{"heavy design buyers", "偏好“design”的高频购买用户"}, {"occasional design fans", "偏好“design”的低频爱好者"}},
		},
		"OnlyActivity": {[]Marks{{Traits: []Mark{light}}}, []Name{{"occasional users", "低频用户"}}},
		// An effect below half a deviation is no reason to call anybody heavy, unless
		// the name is taken else.
		"WeakAdjectiveLast": {
			[]Marks{{Tastes: likes, Traits: []Mark{mark("activity.log_events", 0.49, 1)}}, {Tastes: likes, Traits: []Mark{mark("activity.log_events", 0.49, 1)}}, {Tastes: likes, Traits: []Mark{mark("activity.log_events", 0.5, 1)}}},
			[]Name{{"design fans", "偏好“design”的爱好者"}, {"design fans 2", "偏好“design”的爱好者 2"}, {"heavy design fans", "偏好“design”的高频爱好者"}},
		},
		"WeakAdjectiveTells": {
			[]Marks{{Tastes: likes, Traits: []Mark{mark("activity.log_events", 0.2, 1)}}, {Tastes: likes, Traits: []Mark{mark("activity.log_events", -0.2, 1)}}},
			[]Name{{"heavy design fans", "偏好“design”的高频爱好者"}, {"occasional design fans", "偏好“design”的低频爱好者"}},
		},
		// Two that would both be new users say which.
		"BothSayMore": {
			[]Marks{{Traits: []Mark{mark("tenure.log_days", -1.6, 1), mark("activity.log_events", -0.9, 1)}}, {Traits: []Mark{mark("tenure.log_days", -1.9, 1), mark("activity.log_events", 0.8, 1)}}},
			[]Name{{"new occasional users", "新加入的低频用户"}, {"new heavy users", "新加入的高频用户"}},
		},
		"Leanings": {
			[]Marks{{Leanings: []string{"sci-fi", "war"}, Traits: []Mark{heavy}, Raters: true}, {Leanings: []string{"drama"}}, {Leanings: []string{"drama", "war"}, Tastes: likes}},
			[]Name{{"heavy raters leaning towards sci-fi", "偏向“sci-fi”的高频评分用户"}, {"users leaning towards drama", "偏向“drama”的用户"}, {"design fans", "偏好“design”的爱好者"}},
		},
		"NextTraitWhenTaken": {
			[]Marks{{Tastes: likes, Traits: []Mark{buying}}, {Tastes: likes, Traits: []Mark{buying, finishing}}},
			[]Name{{"design buyers", "偏好“design”的购买用户"}, {"design finishers", "偏好“design”的高完成度用户"}},
		},
		"TwoTastesWhenTaken": {
			[]Marks{{Tastes: likes, Traits: []Mark{buying}}, {Tastes: []string{"design", "music"}, Traits: []Mark{buying}}},
			[]Name{{"design buyers", "偏好“design”的购买用户"}, {"design and music buyers", "偏好“design”和“music”的购买用户"}},
		},
		"NumberWhenNothingElse": {
			[]Marks{{Tastes: likes}, {Tastes: likes}, {Tastes: likes}},
			[]Name{{"design fans", "偏好“design”的爱好者"}, {"design fans 2", "偏好“design”的爱好者 2"}, {"design fans 3", "偏好“design”的爱好者 3"}},
		},
		"CaseDoesNotTell": {
			[]Marks{{Tastes: likes}, {Tastes: []string{"Design"}}},
			[]Name{{"design fans", "偏好“design”的爱好者"}, {"Design fans 2", "偏好“Design”的爱好者 2"}},
		},
		// What one is called at once, another does not become by saying more.
		"TakenBefore": {
			[]Marks{{Tastes: likes}, {Tastes: []string{"music", "design"}}, {Tastes: []string{"music", "design"}, Traits: []Mark{mark("activity.log_events", 0.3, 1)}}},
			[]Name{{"design fans", "偏好“design”的爱好者"}, {"music fans", "偏好“music”的爱好者"}, {"heavy music fans", "偏好“music”的高频爱好者"}},
		},
		"AlikeInChinese": {
			[]Marks{{Tastes: []string{`"x"`}}, {Tastes: []string{"x"}}},
			[]Name{{"“x” fans", "偏好“x”的爱好者"}, {"x fans 2", "偏好“x”的爱好者 2"}},
		},
		// More than others, but most do not: nobody calls them that.
		"FewBuy":   {[]Marks{{Traits: []Mark{mark("purchase.log_count", 1.2, 0.49)}}}, []Name{{"typical users", "普通用户"}}},
		"HalfBuy":  {[]Marks{{Traits: []Mark{mark("purchase.log_count", 1.2, 0.5)}}}, []Name{{"buyers", "购买用户"}}},
		"NoneBuy":  {[]Marks{{Traits: []Mark{mark("purchase.log_count", -1.2, 0.1)}}}, []Name{{"non-buyers", "未购买用户"}}},
		"SomeBuy":  {[]Marks{{Traits: []Mark{mark("purchase.log_count", -1.2, 0.11)}}}, []Name{{"typical users", "普通用户"}}},
		"Unworthy": {[]Marks{{Traits: []Mark{mark("interaction.log_likes", -0.8, 0)}}}, []Name{{"typical users", "普通用户"}}}, // nobody is known for few likes
		// The strongest trait of a kind speaks: watching for fewer hours, if more often.
		"Contradiction": {[]Marks{{Traits: []Mark{mark("learning.log_watched_hours", -0.9, 1), mark("learning.log_watches", 0.4, 1)}}}, []Name{{"typical users", "普通用户"}}},
		"Nothing":       {[]Marks{{}, {}}, []Name{{"typical users", "普通用户"}, {"typical users 2", "普通用户 2"}}},
		"Everybody":     {[]Marks{{Whole: true, Tastes: likes}}, []Name{{"all users", "全体用户"}}},
		"Withheld":      {[]Marks{{Whole: true, Withheld: true, Tastes: likes}}, []Name{{"users too few to describe", "人数过少的用户"}}},
		"Strangers": {
			[]Marks{{Traits: []Mark{mark("custom.log_shoe_size", 1, 1)}}, {Traits: []Mark{mark("custom.log_shoe_size", -1, 1)}}},
			[]Name{{"users with much shoe size", "“shoe size”较高的用户"}, {"users with little shoe size", "“shoe size”较低的用户"}},
		},
		"Fields": {
			[]Marks{{Traits: []Mark{mark("age=25-34", 1, 0.5)}}, {Traits: []Mark{mark("age=25-34", 1, 0.4)}}, {Traits: []Mark{mark("affinity.domain=game", 1, 1)}}, {Traits: []Mark{mark("known.age", 1, 1)}}},
			[]Name{{"users with age 25-34", "年龄“25-34”用户"}, {"typical users", "普通用户"}, {"game users", "“game”用户"}, {"typical users 2", "普通用户 2"}},
		},
		"Markup": {
			[]Marks{{Tastes: []string{"<b>a\u202eb\x00\n</b>"}}},
			[]Name{{"“<b>ab </b>” fans", "偏好“<b>ab </b>”的爱好者"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Names(c.marks)); d != "" {
				t.Error(d)
			}
		})
	}
}

// However alike segments are and whatever their categories are called, names are
// unique in each language, short, and one line of valid text.
func TestNamesAreUnique(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	hostile := []string{"a", "b 2", "b", "", "\x00", long, long + "y", "\xff\xfe", "\u202eevil", "“", strings.Repeat("\u0301", 500), "a fans 2"}
	marks := make([]Marks, MaxSegments)
	for i := range marks {
		marks[i].Tastes = hostile[i%len(hostile) : min(i%len(hostile)+1+i%4, len(hostile))]
		marks[i].Traits = []Mark{mark("interaction.log_likes", 1, 1), mark(hostile[(i+3)%len(hostile)], 1, 1)}
	}
	seen := map[string]bool{}
	for _, n := range Names(marks) {
		for _, name := range []string{n.EN, n.ZH} {
			switch {
			case name == "" || seen[name]:
				t.Errorf("%q is empty or there twice", name)
			case !utf8.ValidString(name) || utf8.RuneCountInString(name) > 3*(maxLabel+10) || strings.ContainsAny(name, "\n\x00\u202e"):
				t.Errorf("%q is not a short line of text", name)
			}
			seen[name] = true
		}
	}
}

// A word never contradicts the sign of the trait it stands for.
func TestWordsKeepTheirSign(t *testing.T) {
	for _, list := range [][]word{nouns, adjectives} {
		for _, w := range list {
			if w.much == w.little {
				t.Errorf("%s: %v on either side", w.part, w.much)
			}
			for _, n := range []Name{w.much, w.little} {
				if (n.EN == "") != (n.ZH == "") {
					t.Errorf("%s: %v is in one language", w.part, n)
				}
			}
		}
	}
}

// A value that comes from the data is not taken for the name of a behaviour.
func TestWordsAreForFields(t *testing.T) {
	for _, feature := range []string{"affinity.tag=subscription boxes", "affinity.category=frequency analysis", "region=tenure", "occupation=likes", "region=domain=book"} {
		for _, w := range append(slices.Clone(nouns), adjectives...) {
			if w.fits(feature) {
				t.Errorf("%s makes %q of its users", feature, w.much.EN)
			}
		}
	}
	if i := slices.IndexFunc(nouns, func(w word) bool { return w.fits("affinity.domain=book") }); i < 0 || nouns[i].much.EN != "readers" {
		t.Error("those who prefer books are no readers")
	}
}

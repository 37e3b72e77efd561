package segment

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func least(feature string, v float64) Term {
	u := phraseOf(feature).unit
	return Term{Feature: feature, Above: true, Threshold: u.raw(v)}
}

func below(feature string, v float64) Term {
	t := least(feature, v)
	t.Above = false
	return t
}

func TestPhrase(t *testing.T) {
	for _, c := range []struct {
		terms  []Term
		en, zh string
	}{
		{[]Term{least("learning.log_watched_hours", 12)}, "watched at least 12 h", "观看时长不少于 12 小时"},
		{[]Term{below("learning.log_watched_hours", 1)}, "watched less than 1 h", "观看时长少于 1 小时"},
		{[]Term{least("learning.log_watched_hours", 2), below("learning.log_watched_hours", 12)}, "watched 2 to 12 h", "观看时长 2 至 12 小时"},
		{[]Term{least("purchase.log_count", 1)}, "bought at least once", "购买不少于 1 次"},
		{[]Term{below("purchase.log_count", 1)}, "bought nothing", "从未购买"},
		{[]Term{below("purchase.log_count", 2)}, "bought fewer than 2 times", "购买少于 2 次"},
		{[]Term{least("purchase.log_count", 2), below("purchase.log_count", 5)}, "bought 2 to 4 times", "购买 2 至 4 次"},
		{[]Term{least("purchase.log_count", 3), below("purchase.log_count", 4)}, "bought exactly 3 times", "购买恰好 3 次"},
		{[]Term{least("interaction.log_comments", 1)}, "wrote at least 1 comment", "评论不少于 1 条"},
		{[]Term{least("purchase.log_amount", 250)}, "spent at least 250", "消费金额不少于 250"},
		{[]Term{least("learning.mean_rating", 3.6)}, "average rating, if any, at least 3.6 stars", "平均评分（如有）不低于 3.6 星"},
		{[]Term{least("learning.has_rating", 0.5)}, "rated something", "有评分"},
		{[]Term{below("learning.has_rating", 0.5)}, "rated nothing", "没有评分"},
		{[]Term{below("learning.completion_rate", 40)}, "finished less than 40 % of anything started", "完成率（如有）低于 40 %"},
		{[]Term{below(recency, 30)}, "active in the last 30 days", "近 30 天活跃"},
		{[]Term{below(recency, 1)}, "active in the last 1 day", "近 1 天活跃"},
		{[]Term{least(recency, 30)}, "inactive for at least 30 days", "至少 30 天未活跃"},
		{[]Term{least(recency, 7), below(recency, 30)}, "last active 7 to 30 days ago", "最近一次活跃在 7 至 30 天前"},
		{[]Term{least("tenure.log_days", 365)}, "joined at least 365 days ago", "注册不少于 365 天"},
		{[]Term{least("affinity.category=programming", 40)}, "at least 40 % of interest in programming", "对“programming”的兴趣占比不低于 40 %"},
		{[]Term{below("affinity.tag=c++", 2)}, "less than 2 % of interest in c++", "对“c++”的兴趣占比低于 2 %"},
		{[]Term{below("affinity.tag=c++", 1)}, "hardly any interest in c++", "对“c++”几乎没有兴趣"},
		{[]Term{least("affinity.tag=c++", 1)}, "some interest in c++", "对“c++”有兴趣"},
		{[]Term{least("affinity.tag=c++", 1), below("affinity.tag=c++", 5)}, "1 to 5 % of interest in c++", "对“c++”的兴趣占比 1 至 5 %"},
		{[]Term{least("affinity.tag=c++", 49)}, "at least 49 % of interest in c++", "对“c++”的兴趣占比不低于 49 %"},
		{[]Term{least("age=25-34", 0.5)}, "age 25-34", "年龄“25-34”"},
		{[]Term{below("gender=F", 0.5)}, "not gender F", "非性别“F”"},
		{[]Term{least("known.region", 0.5)}, "region known", "地区已知"},
		{[]Term{least("custom.log_shoe_size", 41)}, "shoe size at least 41", "“shoe size”不少于 41"},
		{[]Term{below("height", -1.25)}, "height less than -1.25", "“height”低于 -1.25"},
		{
			[]Term{least("learning.log_watched_hours", 6), below(recency, 30), least("affinity.category=Arts, Crafts", 50)},
			"watched at least 6 h, active in the last 30 days, mostly “Arts, Crafts” (at least 50 % of interest)",
			"观看时长不少于 6 小时，近 30 天活跃，主要对“Arts, Crafts”感兴趣（占比不低于 50 %）",
		},
		{nil, "", ""},
	} {
		if en, zh := Phrase(c.terms); en != c.en || zh != c.zh {
			t.Errorf("%v:\n got %q, %q\nwant %q, %q", c.terms, en, zh, c.en, c.zh)
		}
	}
}

// The threshold of "at least n" lets n in and keeps less out, as float32 holds them.
func TestThresholdsLetTheirNumberIn(t *testing.T) {
	for n := 1; n < 3000; n++ {
		term := least("activity.log_events", float64(n))
		if at, under := float32(math.Log1p(float64(n))), float32(math.Log1p(float64(n-1))); !term.Fits(at) || term.Fits(under) {
			t.Fatalf("at least %d: %d fits %v, %d fits %v", n, n, term.Fits(at), n-1, term.Fits(under))
		}
	}
	for n := 1; n <= 100; n++ {
		term := least("affinity.category=a", float64(n))
		if at, under := float32(float64(n)/100), float32(float64(n)/100-1e-6); !term.Fits(at) || term.Fits(under) {
			t.Fatalf("at least %d %%: fits %v, below it %v", n, term.Fits(at), term.Fits(under))
		}
	}
}

func TestReadable(t *testing.T) {
	for _, c := range []struct {
		feature string
		v, want float64
	}{
		{"activity.log_events", 0.2, 1}, {"activity.log_events", 7.4, 7}, {"activity.log_events", 133, 120}, {"activity.log_events", 1080, 1000},
		{"learning.log_watched_hours", 0.27, 0.25}, {"learning.log_watched_hours", 9.6, 10}, {"learning.log_watched_hours", 0, 0},
		{"recency.log_days", 0, 1}, {"recency.log_days", 26, 30}, {"recency.log_days", 1e6, 3652},
		{"purchase.log_amount", 187.3, 200},
		{"affinity.category=a", 0, 1}, {"affinity.category=a", 9.4, 9}, {"affinity.category=a", 33, 35}, {"affinity.category=a", 100, 100},
		{"learning.mean_rating", 3.4499, 3.4}, {"gender=F", 0, 0.5}, {"gender=F", 1, 0.5},
		{"height", -133, -120}, {"height", 0, 0},
	} {
		u := phraseOf(c.feature).unit
		if got := Readable(c.feature, u.raw(c.v)); math.Abs(got-u.raw(c.want)) > 1e-6 {
			t.Errorf("%s of %v reads %v, want %v", c.feature, c.v, u.read(got), c.want)
		}
	}
	for _, feature := range []string{"activity.log_events", "height", recency, "affinity.tag=x"} {
		for _, x := range []float64{-Limit, -1, 0, 1, 700, Limit} {
			if got := Readable(feature, x); math.IsNaN(got) || math.IsInf(got, 0) {
				t.Errorf("%s: %v reads %v", feature, x, got)
			}
		}
	}
}

// Whatever a feature is called and wherever its threshold lies, the words are one
// line of valid text of bounded length.
func FuzzPhrase(f *testing.F) {
	f.Add("learning.log_watched_hours", 1.5)
	f.Add("affinity.category=<script>alert(1)</script>\n\u202e", 0.4)
	f.Add(strings.Repeat("x", 500)+"="+strings.Repeat("\xff", 500), -Limit)
	f.Add("a.log_b", Limit)
	f.Fuzz(func(t *testing.T, feature string, x float64) {
		for _, terms := range [][]Term{{{feature, true, x}}, {{feature, false, x}}, {{feature, true, x}, {feature, false, x + 1}}} {
			for _, text := range list(Phrase(terms)) {
				if text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > 2*maxLabel+120 || strings.ContainsAny(text, "\n\r\u202e\x00") {
					t.Fatalf("%q", text)
				}
			}
		}
		Readable(feature, x)
	})
}

func list(en, zh string) []string { return []string{en, zh} }

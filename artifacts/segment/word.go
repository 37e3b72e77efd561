package segment

import (
	"math"
	"slices"
	"strings"
)

// word names users by a trait: part is in the name of the feature, much and little
// are who has more and less of it than others. An empty one is for a side that people
// would not recognise. about groups words of which one is enough.
type word struct {
	part, about  string
	much, little Name
	counted      bool // much needs half of the users to have any, little that hardly any do
}

// fits reports whether the word is for a feature: by its field, not by a value of it,
// which comes from the data.
func (w *word) fits(feature string) bool {
	if field, _, isValue := strings.Cut(feature, "="); isValue {
		return field == "affinity.domain" && feature == "affinity."+w.part
	}
	return strings.Contains(feature, w.part)
}

// hardly is the share of users that are hardly any.
const hardly = 0.1

// of returns what t makes of users, or nothing.
func (w *word) of(t Mark) Name {
	switch {
	case t.Effect > 0 && (!w.counted || t.Held >= 0.5):
		return w.much
	case t.Effect < 0 && (!w.counted || t.Held <= hardly):
		return w.little
	}
	return Name{}
}

// matched is a word for a trait of the given size.
type matched struct {
	Name
	effect float64
}

// matching returns the words of list that are true of m, those for its strongest
// traits first. Of the traits that the same words are for only the strongest
// speaks, so that the others cannot contradict it.
func (m *Marks) matching(list []word) []matched {
	var found []matched
	said := make(map[string]bool)
	for _, t := range m.Traits {
		i := slices.IndexFunc(list, func(w word) bool { return w.fits(t.Feature) })
		if i < 0 || said[list[i].about] {
			continue
		}
		said[list[i].about] = true
		if n := list[i].of(t); n.EN != "" {
			found = append(found, matched{n, math.Abs(t.Effect)})
		}
	}
	return found
}

// stranger is the name of users with a trait that has no words. Of the values of a
// field only one that most users have counts.
func stranger(t Mark) (Name, bool) {
	known := func(w word) bool { return w.fits(t.Feature) }
	if slices.ContainsFunc(nouns, known) || slices.ContainsFunc(adjectives, known) {
		return Name{}, false
	}
	if _, is := phrases[t.Feature]; is || strings.HasPrefix(t.Feature, "known.") {
		return Name{}, false
	}
	if field, value, ok := strings.Cut(t.Feature, "="); ok {
		if field == "affinity.domain" {
			return Name{label(value) + " users", quoted(value) + "用户"}, t.Effect > 0 && t.Held >= 0.5
		}
		return Name{"users with " + clean(field) + " " + label(value), fieldZH(field) + quoted(value) + "用户"},
			t.Effect > 0 && t.Held >= 0.5 && !strings.HasPrefix(field, "affinity.")
	}
	name := readable(t.Feature)
	if t.Effect > 0 {
		return Name{"users with much " + label(name), quoted(name) + "较高的用户"}, true
	}
	return Name{"users with little " + label(name), quoted(name) + "较低的用户"}, true
}

// nouns and adjectives: the first word that fits a feature counts.
var nouns = []word{
	{"completion_rate", "finishing", Name{"finishers", "高完成度用户"}, Name{"samplers", "浅尝用户"}, false},
	{"mean_progress", "finishing", Name{"finishers", "高完成度用户"}, Name{"samplers", "浅尝用户"}, false},
	{"completes", "finishing", Name{"finishers", "高完成度用户"}, Name{}, true},
	{"watched", "watching", Name{"watchers", "观看用户"}, Name{}, true},
	{"watches", "watching", Name{"watchers", "观看用户"}, Name{}, true},
	{"has_rating", "rating", Name{"raters", "评分用户"}, Name{}, true},
	{"refund", "refunds", Name{"returners", "退款用户"}, Name{}, true},
	{"subscription", "subscriptions", Name{"subscribers", "订阅用户"}, Name{}, true},
	{"purchase", "buying", Name{"buyers", "购买用户"}, Name{"non-buyers", "未购买用户"}, true},
	{"monetary", "buying", Name{"buyers", "购买用户"}, Name{"non-buyers", "未购买用户"}, true},
	{"comments", "comments", Name{"commenters", "评论用户"}, Name{}, true},
	{"likes", "likes", Name{"likers", "点赞用户"}, Name{}, true},
	{"favourites", "favourites", Name{"collectors", "收藏用户"}, Name{}, true},
	{"log_shares", "shares", Name{"sharers", "分享用户"}, Name{}, true},
	{"searches", "searches", Name{"searchers", "搜索用户"}, Name{}, true},
	{"dismissals", "dismissals", Name{"sceptics", "忽略推荐的用户"}, Name{}, true},
	{"views", "views", Name{"browsers", "浏览用户"}, Name{}, true},
	{"domain=course", "domain course", Name{"course takers", "选课用户"}, Name{}, true},
	{"domain=book", "domain book", Name{"readers", "读者"}, Name{}, true},
	{"domain=film", "domain film", Name{"film watchers", "影视观众"}, Name{}, true},
	{"domain=talk", "domain talk", Name{"talk listeners", "讲座听众"}, Name{}, true},
}

var adjectives = []word{
	{"activity.log_events", "activity", Name{"heavy", "高频"}, Name{"occasional", "低频"}, false},
	{"activity.log_items", "activity", Name{"heavy", "高频"}, Name{"occasional", "低频"}, false},
	{"activity.log_sessions", "activity", Name{"heavy", "高频"}, Name{"occasional", "低频"}, false},
	{"frequency", "activity", Name{"heavy", "高频"}, Name{"occasional", "低频"}, false},
	{"recency", "recency", Name{"lapsed", "久未活跃的"}, Name{"recently active", "近期活跃的"}, false},
	{"tenure", "tenure", Name{"long-standing", "资深"}, Name{"new", "新加入的"}, false},
	{"mean_rating", "rating", Name{"generous", "评分宽松的"}, Name{"critical", "评分严格的"}, false},
	{"amount", "spending", Name{"high-spending", "高消费"}, Name{}, true},
	{"monetary", "spending", Name{"high-spending", "高消费"}, Name{}, true},
}

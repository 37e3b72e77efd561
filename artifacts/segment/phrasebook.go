package segment

import "strings"

// phrase puts bounds on a feature into words. An English one is what comes before
// the bounds, the bounds, and what comes after: "watched at least 2 h". A Chinese one
// is the same.
type phrase struct {
	unit      unit
	before    string
	one, many string // after the number 1 and any other
	none      string // for a count below 1 or a flag that is not set
	beforeZH  string
	afterZH   string
	noneZH    string
}

var phrases = map[string]phrase{
	"learning.log_watched_hours":  {hours, "watched", "h", "h", "", "观看时长", "小时", ""},
	"learning.log_watches":        {counts, "watched", "time", "times", "watched nothing", "观看", "次", "从未观看"},
	"learning.log_completes":      {counts, "finished", "time", "times", "finished nothing", "完成", "次", "从未完成"},
	"learning.mean_rating":        {stars, "average rating, if any,", "star", "stars", "", "平均评分（如有）", "星", ""},
	"learning.has_rating":         {flag, "rated something", "", "", "rated nothing", "有评分", "", "没有评分"},
	"learning.mean_progress":      {percent, "average progress, if any,", "%", "%", "", "平均进度（如有）", "%", ""},
	"learning.completion_rate":    {percent, "finished", "% of anything started", "% of anything started", "", "完成率（如有）", "%", ""},
	"purchase.log_count":          {counts, "bought", "time", "times", "bought nothing", "购买", "次", "从未购买"},
	"purchase.log_amount":         {money, "spent", "", "", "", "消费金额", "", ""},
	"purchase.refund_share":       {percent, "returned", "% of any purchases", "% of any purchases", "", "退款占购买的比例（如有）", "%", ""},
	"purchase.subscription_share": {percent, "subscriptions", "% of any purchases", "% of any purchases", "", "订阅占购买的比例（如有）", "%", ""},
	"interaction.log_views":       {counts, "viewed", "time", "times", "viewed nothing", "浏览", "次", "从未浏览"},
	"interaction.log_comments":    {counts, "wrote", "comment", "comments", "wrote no comments", "评论", "条", "从未评论"},
	"interaction.log_likes":       {counts, "gave", "like", "likes", "gave no likes", "点赞", "次", "从未点赞"},
	"interaction.log_favourites":  {counts, "kept", "favourite", "favourites", "kept no favourites", "收藏", "次", "从未收藏"},
	"interaction.log_shares":      {counts, "shared", "time", "times", "shared nothing", "分享", "次", "从未分享"},
	"interaction.log_searches":    {counts, "searched", "time", "times", "never searched", "搜索", "次", "从未搜索"},
	"interaction.log_dismissals":  {counts, "dismissed", "time", "times", "dismissed nothing", "忽略推荐", "次", "从未忽略推荐"},
	recency:                       {days, "last active", "day ago", "days ago", "", "最近一次活跃在", "天前", ""},
	"tenure.log_days":             {days, "joined", "day ago", "days ago", "", "注册", "天", ""},
	"activity.log_events":         {counts, "active", "time", "times", "never active", "活动", "次", "从未活动"},
	"activity.log_items":          {counts, "touched", "item", "items", "touched no items", "接触内容", "项", "未接触任何内容"},
	"activity.log_sessions":       {counts, "visited", "time", "times", "never visited", "访问", "次", "从未访问"},
	"activity.log_session_hours":  {hours, "average visit", "h", "h", "", "平均每次访问", "小时", ""},
}

// phraseOf returns the phrase of a feature, a general one if it is not known.
func phraseOf(feature string) phrase {
	if p, ok := phrases[feature]; ok {
		return p
	}
	if field, value, ok := strings.Cut(feature, "="); ok {
		if strings.HasPrefix(field, "affinity.") {
			after := "% of interest in " + label(value)
			return phrase{percent, "", after, after, "", "对" + quoted(value) + "的兴趣占比", "%", ""}
		}
		is, zh := clean(field)+" "+label(value), fieldZH(field)+quoted(value)
		return phrase{flag, is, "", "", "not " + is, zh, "", "非" + zh}
	}
	if field, ok := strings.CutPrefix(feature, "known."); ok {
		en, zh := clean(field), fieldZH(field)
		return phrase{flag, en + " known", "", "", en + " unknown", zh + "已知", "", zh + "未知"}
	}
	name := readable(feature)
	p := phrase{plain, label(name), "", "", "", quoted(name), "", ""}
	if strings.Contains(feature, "log_") {
		p.unit = unit{log: true, per: 1, round: round}
	}
	return p
}

func fieldZH(field string) string {
	switch field {
	case "age":
		return "年龄"
	case "gender":
		return "性别"
	case "occupation":
		return "职业"
	case "region":
		return "地区"
	}
	return clean(field)
}

// readable returns the last part of a feature's name in words.
func readable(feature string) string {
	name := feature[strings.LastIndexByte(feature, '.')+1:]
	return clean(strings.ReplaceAll(strings.TrimPrefix(name, "log_"), "_", " "))
}

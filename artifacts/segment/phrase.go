package segment

import (
	"math"
	"strings"
)

// Phrase puts terms into words, in English and in Chinese, bounds of one feature
// together. A few terms give a few hundred characters at most, whatever names come
// from the data; these are not escaped.
func Phrase(terms []Term) (en, zh string) {
	var english, chinese []string
	done := make(map[string]bool, len(terms))
	for i, t := range terms {
		if done[t.Feature] {
			continue
		}
		done[t.Feature] = true
		var b bounds
		for _, other := range terms[i:] {
			if other.Feature == t.Feature {
				b.take(other)
			}
		}
		p := phraseOf(t.Feature)
		e, z := p.words(b)
		switch {
		case b.least != nil && b.above != nil:
		case t.Feature == recency:
			e, z = lately(b)
		case strings.HasPrefix(t.Feature, "affinity."):
			if marked, markedZH, ok := interest(t.Feature, b); ok {
				e, z = marked, markedZH
			}
		}
		english, chinese = append(english, e), append(chinese, z)
	}
	return strings.Join(english, ", "), strings.Join(chinese, "，")
}

const recency = "recency.log_days"

// lately says how long ago somebody was active, at least or less than.
func lately(b bounds) (en, zh string) {
	word := func(raw float64) (string, string) {
		n := number(days.read(raw))
		if n == "1" {
			return n, " day"
		}
		return n, " days"
	}
	if b.above != nil {
		n, unit := word(*b.above)
		return "active in the last " + n + unit, "近 " + n + " 天活跃"
	}
	n, unit := word(*b.least)
	return "inactive for at least " + n + unit, "至少 " + n + " 天未活跃"
}

// interest says that a share of interest is about nothing, or most.
func interest(feature string, b bounds) (en, zh string, ok bool) {
	_, name, _ := strings.Cut(feature, "=")
	en, zh = label(name), quoted(name)
	switch {
	case b.above != nil && percent.read(*b.above) < 1.5:
		return "hardly any interest in " + en, "对" + zh + "几乎没有兴趣", true
	case b.above != nil:
		return "", "", false
	case percent.read(*b.least) < 1.5:
		return "some interest in " + en, "对" + zh + "有兴趣", true
	case percent.read(*b.least) >= 50:
		n := number(percent.read(*b.least))
		return "mostly " + en + " (at least " + n + " % of interest)", "主要对" + zh + "感兴趣（占比不低于 " + n + " %）", true
	}
	return "", "", false
}

// bounds are the raw values between which a feature is: the least of them is
// inside, the first above is not.
type bounds struct{ least, above *float64 }

func (b *bounds) take(t Term) {
	switch {
	case t.Above && (b.least == nil || t.Threshold > *b.least):
		b.least = &t.Threshold
	case !t.Above && (b.above == nil || t.Threshold < *b.above):
		b.above = &t.Threshold
	}
}

// words says that a feature is within b, which has at least one side.
func (p *phrase) words(b bounds) (en, zh string) {
	u := &p.unit
	if u.flag {
		if b.least != nil {
			return p.before, p.beforeZH
		}
		return p.none, p.noneZH
	}
	var least, above float64
	if b.least != nil {
		least = u.read(*b.least)
	}
	if b.above != nil {
		above = u.read(*b.above)
	}
	few, fewer := "不少于", "少于"
	if !u.log {
		few, fewer = "不低于", "低于"
	}
	last := least // number that the noun agrees with
	switch {
	case b.least == nil && u.whole && p.none != "" && above < 1.5:
		return p.none, p.noneZH
	case b.least == nil:
		last = above
		if en, zh = "less than "+number(above), fewer+" "+number(above); u.whole {
			en = "fewer than " + number(above)
		}
	case b.above == nil:
		en, zh = "at least "+number(least), few+" "+number(least)
	case u.whole && math.Round(above-least) <= 1:
		en, zh = "exactly "+number(least), "恰好 "+number(least)
	default:
		if last = above; u.whole {
			last = math.Round(above) - 1
		}
		en, zh = number(least)+" to "+number(last), " "+number(least)+" 至 "+number(last)
	}
	if p.many == "times" && en == "at least 1" {
		return p.before + " at least once", p.beforeZH + zh + " " + p.afterZH
	}
	noun := p.many
	if number(last) == "1" {
		noun = p.one
	}
	return strings.TrimSpace(p.before + " " + en + " " + noun), strings.TrimSpace(p.beforeZH + zh + " " + p.afterZH)
}

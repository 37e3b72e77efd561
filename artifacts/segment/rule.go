package segment

import "fmt"

// Rule tells the users of a segment from others by a few features: all terms hold.
// A feature that a user has no value of, such as the mean rating of somebody who
// never rated, counts as the mean of all users, as it does for Model.Assign.
type Rule struct {
	Terms     []Term  `json:"terms"`
	Text      string  `json:"text"`      // the terms in words: see Phrase
	TextZH    string  `json:"text_zh"`   // and in Chinese
	Precision float64 `json:"precision"` // share of the users the rule fits who are in the segment, 0..1
	Recall    float64 `json:"recall"`    // share of the segment's users whom the rule fits, 0..1
}

// Term compares one raw feature, in the units that Model.Assign reads, with a
// threshold.
type Term struct {
	Feature   string  `json:"feature"`
	Above     bool    `json:"above"`     // at least the threshold; else below it
	Threshold float64 `json:"threshold"` // finite
}

// Fits reports whether x, the value of the term's feature, satisfies it.
func (t *Term) Fits(x float32) bool { return (float64(x) >= t.Threshold) == t.Above }

// validate checks a rule that may be nil.
func (r *Rule) validate() error {
	switch {
	case r == nil:
		return nil
	case len(r.Terms) == 0:
		return fmt.Errorf("a rule without terms")
	case !(r.Precision >= 0 && r.Precision <= 1) || !(r.Recall >= 0 && r.Recall <= 1):
		return fmt.Errorf("a rule with precision %v and recall %v", r.Precision, r.Recall)
	}
	for _, t := range r.Terms {
		if t.Feature == "" || !bounded(t.Threshold) {
			return fmt.Errorf("a rule on %q with threshold %v", t.Feature, t.Threshold)
		}
	}
	return nil
}

package run

import (
	"fmt"
	"math"

	"curio/artifacts/segment"
)

// Segments describes the user groups that were fitted. K, Silhouette and Sizes are all
// that every record has.
type Segments struct {
	K          int     `json:"k"`
	Silhouette float64 `json:"silhouette"`         // -1..1; 0 for one segment
	Sizes      []int   `json:"sizes"`              // users by segment, K of them; 0 for one that is withheld
	Method     string  `json:"method,omitempty"`   // they were found by
	Features   string  `json:"features,omitempty"` // preset of what users are told apart by
	// Judged is how good the division is; nil if it was not judged.
	Judged *Judged `json:"judged,omitempty"`
	// Told describes each of the K segments, in order.
	Told []Told `json:"told,omitempty"`
	// Carried says that the division of the earlier artifact was kept, fitted again.
	Carried bool `json:"carried,omitempty"`
	// Lineage is from the segments of an earlier artifact; nil without one.
	Lineage *segment.Lineage `json:"lineage,omitempty"`
}

// Judged is how good a division is, in the space where users are compared: numbers of
// other features, or other data, are not comparable.
type Judged struct {
	DaviesBouldin float64 `json:"davies_bouldin"` // index of Davies and Bouldin (1979); lower is better
	BIC           float64 `json:"bic"`            // of the users fitted; lower is better
	Balance       float64 `json:"balance"`        // entropy of the sizes over that of equal ones, 0..1
	// Baselines: everyone in one segment, and segments of the same sizes at random.
	OneBIC              float64 `json:"one_segment_bic"`
	RandomSilhouette    float64 `json:"random_silhouette"`
	RandomDaviesBouldin float64 `json:"random_davies_bouldin"`

	// Stability is the mean adjusted Rand index of the division and what as many
	// segments make of the same users when they are fitted to a bootstrap sample.
	// Unstructured is that of two such fits to data without segments. Both are nil
	// for one segment.
	Stability    *Value `json:"stability,omitempty"`
	Unstructured *Value `json:"unstructured_stability,omitempty"`
	Bootstraps   int    `json:"bootstraps,omitempty"`

	Gain     Evidence `json:"gain"`     // over one segment, in log-likelihood a user who was not fitted, in nats
	Steadier Evidence `json:"steadier"` // Stability less Unstructured; bootstraps judge
	// Better says that both hold: the segments are more than chance.
	Better bool `json:"better_than_chance"`
}

// Told is one segment as people are told of it.
type Told struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	NameZH     string          `json:"name_zh,omitempty"`
	Withheld   bool            `json:"withheld,omitempty"` // too few users to say anything more
	Size       int             `json:"size"`
	Share      float64         `json:"share"` // of the users fitted, 0..1
	Rule       *Rule           `json:"rule,omitempty"`
	Categories []segment.Share `json:"categories,omitempty"` // largest first
	Tags       []segment.Share `json:"tags,omitempty"`
}

// Rule tells the users of a segment from others in words.
type Rule struct {
	Text      string  `json:"text"`
	TextZH    string  `json:"text_zh,omitempty"`
	Precision float64 `json:"precision"` // 0..1
	Recall    float64 `json:"recall"`    // 0..1
}

// metrics are the numbers of a division that can be laid beside those of another; nil
// if it was not judged. Alike says that both are of the same features.
func (s *Segments) metrics(alike bool) Metrics {
	j := s.Judged
	if j == nil {
		return nil
	}
	m := Metrics{"number": Point(float64(s.K)), "balance": Point(j.Balance)}
	if j.Stability != nil {
		m["stability"] = *j.Stability
	}
	if alike {
		m["silhouette"], m["davies_bouldin"] = Point(s.Silhouette), Point(j.DaviesBouldin)
		if j.Gain.Judges > 1 {
			m["gain"] = Value{Value: j.Gain.Gain, Low: j.Gain.Gain - 1.96*j.Gain.Error, High: j.Gain.Gain + 1.96*j.Gain.Error}
		}
	}
	return m
}

func (f *faults) segments(s Segments) {
	if s.K < 0 || s.K > MaxEpochs || s.K != len(s.Sizes) {
		f.add("segments has k %d and %d sizes, want the same and at most %d", s.K, len(s.Sizes), MaxEpochs)
		return
	}
	for i, n := range s.Sizes {
		f.count(fmt.Sprintf("size of segment %d", i), int64(n))
	}
	f.within("silhouette", s.Silhouette, 1)
	f.text("method of segments", s.Method)
	f.text("features of segments", s.Features)
	if j := s.Judged; j != nil {
		f.share("balance", j.Balance)
		f.within("random silhouette", j.RandomSilhouette, 1)
		f.count("bootstraps", int64(j.Bootstraps))
		if !(j.DaviesBouldin >= 0 && j.RandomDaviesBouldin >= 0) {
			f.add("index of Davies and Bouldin is %v and %v, want 0 or more", j.DaviesBouldin, j.RandomDaviesBouldin)
		}
		for _, v := range []*Value{j.Stability, j.Unstructured} {
			if v != nil {
				f.within("stability", v.Value, 1)
			}
		}
		f.evidence("segments", j.Gain, math.MaxFloat64)
		f.evidence("stability", j.Steadier, 2)
	}
	f.told(s)
	f.lineage(s.Lineage)
}

func (f *faults) told(s Segments) {
	if len(s.Told) > 0 && len(s.Told) != s.K {
		f.add("%d of %d segments are told of", len(s.Told), s.K)
		return
	}
	for i := range s.Told {
		t := &s.Told[i]
		if t.ID == "" || t.Name == "" {
			f.add("segment %d has id %q and name %q, want both", i, t.ID, t.Name)
		}
		f.text("id of a segment", t.ID)
		f.text("name of a segment", t.Name)
		f.text("Chinese name of a segment", t.NameZH)
		f.count("size of "+t.ID, int64(t.Size))
		f.share("share of "+t.ID, t.Share)
		if t.Rule != nil {
			f.text("rule", t.Rule.Text)
			f.text("Chinese rule", t.Rule.TextZH)
			f.share("precision of a rule", t.Rule.Precision)
			f.share("recall of a rule", t.Rule.Recall)
		}
		if len(t.Categories)+len(t.Tags) > MaxNames {
			f.add("%s has %d favourites, want at most %d", t.ID, len(t.Categories)+len(t.Tags), MaxNames)
			return
		}
		for _, list := range [][]segment.Share{t.Categories, t.Tags} {
			for _, c := range list {
				f.text("favourite of a segment", c.Name)
				f.share("share of a favourite", c.Share)
			}
		}
	}
}

func (f *faults) lineage(l *segment.Lineage) {
	if l == nil {
		return
	}
	f.text("version of the lineage", l.Version)
	f.count("users of the lineage", int64(l.Users))
	f.share("share of users moved", l.Moved)
	if len(l.Changes) > MaxNames || len(l.Retired) > segment.MaxRetired {
		f.add("lineage has %d changes and %d ids retired, want at most %d and %d", len(l.Changes), len(l.Retired), MaxNames, segment.MaxRetired)
		return
	}
	for _, c := range l.Changes {
		f.text("kind of a change", string(c.Kind))
		f.text("id of a change", c.ID)
		for _, id := range append(append([]string(nil), c.From...), c.Into...) {
			f.text("id of a change", id)
		}
	}
}

// within checks the size of a number.
func (f *faults) within(what string, x, most float64) {
	if !(math.Abs(x) <= most) {
		f.add("%s is %v, want %v..%v", what, x, -most, most)
	}
}

package pipeline

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"curio/artifacts/segment"
	"curio/experiments/run"
	"curio/train/clustering"
)

// summary is the grouping as a run record shows it. Of a segment that is withheld it
// says nothing, and then nothing of the whole either, which is that segment alone.
func (g *grouping) summary() run.Segments {
	segments := g.model.Segments()
	s := run.Segments{
		K: len(segments), Silhouette: g.quality.Silhouette, Method: string(g.method), Features: g.preset,
		Judged: judged(&g.quality), Carried: g.carried, Lineage: g.model.Spec().Lineage,
	}
	for i := range segments {
		t := told(&segments[i])
		s.Sizes, s.Told = append(s.Sizes, t.Size), append(s.Told, t)
		if t.Withheld {
			s.Judged = nil
		}
	}
	return s
}

func judged(q *clustering.Quality) *run.Judged {
	return &run.Judged{
		DaviesBouldin: q.DaviesBouldin, BIC: q.BIC, Balance: q.Balance,
		OneBIC: q.OneBIC, RandomSilhouette: q.RandomSilhouette, RandomDaviesBouldin: q.RandomDaviesBouldin,
		Stability: interval(q.Stability), Unstructured: interval(q.Unstructured), Bootstraps: len(q.Stability),
		Gain: q.Gain, Steadier: q.Steadier(), Better: q.Better(),
	}
}

// interval is the mean of indices within -1..1 with its 95% interval by Student's
// distribution; nil for none.
func interval(values []float64) *run.Value {
	if len(values) == 0 {
		return nil
	}
	mean, deviation := stat.MeanStdDev(values, nil)
	v := run.Point(mean)
	if n := float64(len(values)); n > 1 {
		half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * deviation / math.Sqrt(n)
		v.Low, v.High = max(mean-half, -1), min(mean+half, 1)
	}
	return &v
}

func told(s *segment.Segment) run.Told {
	t := run.Told{ID: s.ID, Name: run.OneLine(s.Name), NameZH: run.OneLine(s.NameZH), Withheld: s.Withheld}
	if s.Withheld {
		return t
	}
	t.Size, t.Share = s.Size, s.Share
	t.Categories, t.Tags = favourites(s.TopCategories), favourites(s.TopTags)
	if r := s.Rule; r != nil {
		t.Rule = &run.Rule{Text: run.OneLine(r.Text), TextZH: run.OneLine(r.TextZH), Precision: r.Precision, Recall: r.Recall}
	}
	return t
}

func favourites(shares []segment.Share) []segment.Share {
	var list []segment.Share
	for _, s := range shares {
		list = append(list, segment.Share{Name: run.OneLine(s.Name), Share: s.Share})
	}
	return list
}

package bench

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"curio/datasets/census"
	"curio/datasets/event"
	"curio/datasets/public"
	"curio/features/profile"
	"curio/train/clustering"
	"curio/train/pipeline"
)

// read reads the users of a source as training does.
func (s *Segments) read(ctx context.Context, part string, src event.Source, preset clustering.Preset) (*pipeline.UserRows, error) {
	rows, err := pipeline.ReadUsers(ctx, pipeline.Config{
		Name: part, Source: src, Split: pipeline.ByUser, Holdout: 0.2, Workers: s.Workers,
		Census: census.Default(), Profiles: profile.DefaultOptions(), Strength: profile.DefaultStrength(),
		SegmentFeatures: clustering.Features{Preset: preset},
	})
	if pipeline.BadData(err) {
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	return rows, err
}

// Outcome is how many users of a segment something came true of.
type Outcome struct {
	Segment string  `json:"segment"` // id
	Name    string  `json:"name"`
	Users   int     `json:"users"` // with a known outcome
	Rate    float64 `json:"rate"`  // 0..1
	Low     float64 `json:"low"`   // 95%, after Wilson (1927)
	High    float64 `json:"high"`
}

// kdd looks at who dropped out among segments of enrolments. The labels take no part
// in finding them.
func (s *Segments) kdd(ctx context.Context, p *SegmentPart, clock Clock) error {
	src, err := public.KDDCup2015(s.KDD)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrData, err)
	}
	rows, err := s.read(ctx, p.Part, src, clustering.Behaviour)
	if err != nil {
		return err
	}
	found, _, err := s.fit(ctx, rows.Input, clustering.Options{Seed: s.Seed}, clock)
	if err != nil {
		return err
	}
	dropped, err := dropouts(filepath.Join(s.KDD, "truth_train.csv"))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrData, err)
	}
	segments := found.Model.Segments()
	users, left := make([]int, len(segments)), make([]int, len(segments))
	for row, id := range rows.Users {
		if label, ok := dropped[id]; ok {
			users[found.Members[row]]++
			left[found.Members[row]] += label
		}
	}
	p.About = fmt.Sprintf("drop-outs of %d enrolments in %d segments by behaviour, labels unseen; %s", len(rows.Users), len(segments), stability(found))
	for c, t := range segments {
		o := Outcome{Segment: t.ID, Name: t.Name, Users: users[c]}
		o.Rate, o.Low, o.High = wilson(left[c], users[c])
		p.Outcomes = append(p.Outcomes, o)
	}
	p.Figures = append(p.Figures, spread(p.Outcomes)...)
	p.Figures = append(p.Figures, plain("Cramér's V of segment and drop-out", cramer(left, users)))
	return nil
}

// stability says how stable a division is, and whether it is more than chance.
func stability(r *clustering.Result) string {
	if len(r.Stability) == 0 {
		return "stability unknown"
	}
	verdict := "no better than chance"
	if r.Better() {
		verdict = "better than chance"
	}
	return fmt.Sprintf("stability %.2f..%.2f, %s", slices.Min(r.Stability), slices.Max(r.Stability), verdict)
}

// dropouts reads truth_train.csv: enrolments by id, 1 for one that dropped out.
func dropouts(path string) (map[string]int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := csv.NewReader(bufio.NewReader(f))
	rows.FieldsPerRecord, rows.ReuseRecord = 2, true
	labels := map[string]int{}
	for n := 0; ; n++ {
		row, err := rows.Read()
		switch {
		case err == io.EOF:
			return labels, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", path, err)
		case n == 0 && row[0] == "enrollment_id":
		case row[1] == "0" || row[1] == "1":
			labels[string([]byte(row[0]))] = int(row[1][0] - '0')
		default:
			return nil, fmt.Errorf("%s: label %q of %q is neither 0 nor 1", path, row[1], row[0])
		}
	}
}

// wilson is the share of n that k are, with its 95% interval.
func wilson(k, n int) (rate, low, high float64) {
	if n == 0 {
		return 0, 0, 1
	}
	const z = 1.959964
	m := float64(n)
	rate = float64(k) / m
	centre, half := rate+z*z/(2*m), z*math.Sqrt(rate*(1-rate)/m+z*z/(4*m*m))
	return rate, max(0, (centre-half)/(1+z*z/m)), min(1, (centre+half)/(1+z*z/m))
}

// spread is how far the highest and the lowest rate lie apart, and at least do by their
// intervals.
func spread(all []Outcome) []Figure {
	if len(all) == 0 {
		return nil
	}
	low, high := all[0], all[0]
	for _, o := range all {
		if o.Rate < low.Rate {
			low = o
		}
		if o.Rate > high.Rate {
			high = o
		}
	}
	return []Figure{plain("highest rate less lowest", high.Rate-low.Rate), least("the same by the near ends of their intervals", high.Low-low.High, 0)}
}

// cramer is Cramér's V of a table of two outcomes: 0 where they do not depend on the
// group, 1 where it decides them.
func cramer(yes, all []int) float64 {
	total, hits := 0.0, 0.0
	for c := range all {
		total, hits = total+float64(all[c]), hits+float64(yes[c])
	}
	if hits == 0 || hits == total {
		return 0
	}
	rate, chi2 := hits/total, 0.0
	for c := range all {
		d := float64(yes[c]) - rate*float64(all[c])
		if all[c] > 0 {
			chi2 += d * d / float64(all[c]) / (rate * (1 - rate)) // of both cells
		}
	}
	return math.Sqrt(chi2 / total)
}

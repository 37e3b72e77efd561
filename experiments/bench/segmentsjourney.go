package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"curio/datasets/public"
	"curio/train/clustering"
)

// silhouetteRows is how many rows our own silhouettes are of, at most.
const silhouetteRows = 5000

// journey divides households by recency, frequency and amount: as many segments as it
// chooses, and three to six. All methods are judged in the same space, that of the
// standardised logarithms, which is where the peer's methods work.
func (s *Segments) journey(ctx context.Context, p *SegmentPart, clock Clock) error {
	src, err := public.CompleteJourney(s.Journey)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrData, err)
	}
	rows, err := s.read(ctx, p.Part, src, clustering.RFM)
	if err != nil {
		return err
	}
	columns := len(rows.Input.Names)
	z := standardised(rows.Input.X, columns)
	var done []int
	for _, k := range []int{0, 3, 4, 5, 6} {
		found, _, err := s.fit(ctx, rows.Input, clustering.Options{Seed: s.Seed, Segments: k}, clock)
		if err != nil {
			return err
		}
		got := len(found.Model.Segments())
		if p.About == "" {
			p.About = fmt.Sprintf("%d households by %s, standardised; %d segments chosen, %s", len(rows.Users), strings.Join(rows.Input.Names, ", "), got, stability(found))
		}
		if got < 2 || slices.Contains(done, got) {
			continue
		}
		done = append(done, got)
		if err := s.judge(ctx, p, peerTask{x: z, columns: columns, k: got, given: found.Members}); err != nil {
			return err
		}
	}
	return nil
}

// judge adds a division of ours, and what scikit-learn makes of as many clusters.
func (s *Segments) judge(ctx context.Context, p *SegmentPart, t peerTask) error {
	n := min(len(t.given), silhouetteRows)
	width, index := clustering.Silhouette(t.x[:n*t.columns], t.columns, t.given[:n], s.Workers), clustering.DaviesBouldin(t.x, t.columns, t.given)
	p.Methods = append(p.Methods, Clustering{Method: "curio", Clusters: t.k, Silhouette: &width, DaviesBouldin: &index})
	if s.Python == "" {
		return nil
	}
	return s.beside(ctx, p, t)
}

package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
)

// segmentItems is what a segment wants, for people and for other programs.
type segmentItems struct {
	Version   string       `json:"model_version"`
	SegmentID string       `json:"segment_id"`
	Name      string       `json:"segment_name"`
	Members   int          `json:"members"`
	Sampled   int          `json:"sampled_members"` // that the mean is of
	Scores    string       `json:"score_kind"`      // of package audience
	Items     []wantedItem `json:"items"`
}

type wantedItem struct {
	ItemID   string   `json:"item_id"`
	Title    string   `json:"title,omitempty"`
	Category string   `json:"category,omitempty"`
	Mean     float64  `json:"score"`          // mean over the members looked at
	Held     *float64 `json:"held,omitempty"` // share of the members who touched it; absent when too few
}

func segmentsItemsJob() job {
	f := command.New("experiments segments items", "Prints the items that the members of the segment ID are most interested in and do not have yet.")
	var (
		from   audienceFlags
		asJSON bool
		n      int
		names  []string
	)
	from.define(f)
	f.Bool(&asJSON, "json", "write one object: model_version, segment_id, members, sampled_members, score_kind, items[{item_id, title, category, score, held}]")
	f.Int(&n, "n", 20, 1, 1_000_000, "most items")
	f.Args(&names, "ID")
	return job{
		Command: command.Command{Name: "segments items", Flags: f},
		check:   func() { from.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			art, people, err := from.load(ctx)
			if err != nil {
				return err
			}
			i, err := find(art, people, names[0])
			if err != nil {
				return err
			}
			found, err := people.Items(ctx, i, n, runtime.GOMAXPROCS(0))
			if err != nil {
				return err
			}
			s := segmentItems{Version: art.Version, SegmentID: names[0], Name: art.Segments.Segments()[i].Name, Members: found.Members, Sampled: found.Sampled, Scores: found.Kind, Items: []wantedItem{}}
			for _, w := range found.Items {
				s.add(art, w.Item, w.Mean, w.Held)
			}
			return show(stdout, &s, asJSON, "  ")
		},
	}
}

func (s *segmentItems) add(art *bundle.Artifact, item int32, mean float64, held int) {
	meta := &art.Catalogue[item]
	w := wantedItem{ItemID: meta.ID, Title: meta.Title, Category: meta.Category, Mean: mean}
	if held >= 0 {
		share := float64(held) / float64(s.Members)
		w.Held = &share
	}
	s.Items = append(s.Items, w)
}

// Write writes a table.
func (s *segmentItems) Write(w io.Writer) error {
	fmt.Fprintf(w, "%s %s: mean %s of %d of %d members\n\n", s.SegmentID, s.Name, s.Scores, s.Sampled, s.Members)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RANK\tITEM\tMEAN\tHELD BY\tCATEGORY\tTITLE")
	for i, item := range s.Items {
		held := "few"
		if item.Held != nil {
			held = percent(*item.Held)
		}
		fmt.Fprintf(t, "%d\t%s\t%.4g\t%s\t%s\t%s\n", i+1, item.ItemID, item.Mean, held, item.Category, item.Title)
	}
	return t.Flush()
}

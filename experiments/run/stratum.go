package run

import (
	"fmt"
	"io"
	"strings"
)

// Stratum is a part of what is predicted: for users of one kind, or items of one
// kind.
type Stratum struct {
	Name  string `json:"name"`  // warm_users, cold_users, cold_items
	Users int    `json:"users"` // with something held out to predict
	Items int    `json:"items"` // that are ranked for each, those of the history left out
	// Task sums up the users and what is held out of each: equal sums on equal data
	// are the same task.
	Task string `json:"task"`
	// Metrics are StratumMetrics; none where users or items are too few.
	Metrics Reports `json:"metrics"`
	Random  Metrics `json:"random"` // expected of a random order
	// Parts are, by metric, the model's means over parts of the users: user number u
	// of the stratum is in part u modulo the number of parts, at most MaxParts.
	Parts map[string][]float64 `json:"parts,omitempty"`
}

// StratumMetrics are the metrics of a stratum.
var StratumMetrics = [...]string{"ndcg@10", "ndcg@20", "recall@10", "recall@20"}

// StratumScorers are what is measured on a stratum, in order.
var StratumScorers = [...]string{Scorers[0], Scorers[1], Scorers[2], "random"}

// MaxParts bounds the parts of a stratum.
const MaxParts = 1000

// Of returns the metrics of one of StratumScorers, nil for any other name.
func (s *Stratum) Of(scorer string) Metrics {
	if scorer == StratumScorers[3] {
		return s.Random
	}
	return s.Metrics.Of(scorer)
}

// Set sets the metrics of one of StratumScorers.
func (s *Stratum) Set(scorer string, m Metrics) {
	switch scorer {
	case StratumScorers[0]:
		s.Metrics.Model = m
	case StratumScorers[1]:
		s.Metrics.Popularity = m
	case StratumScorers[2]:
		s.Metrics.ItemCF = m
	case StratumScorers[3]:
		s.Random = m
	}
}

// strata checks strata as they were read.
func (f *faults) strata(all []Stratum) {
	if len(all) > MaxNames {
		f.add("record has %d strata, want at most %d", len(all), MaxNames)
		return
	}
	seen := map[string]bool{}
	for i := range all {
		s := &all[i]
		f.text("stratum name", s.Name)
		f.text("stratum task", s.Task)
		if s.Name == "" || seen[s.Name] {
			f.add("stratum %d is called %q, want a name of its own", i, s.Name)
		}
		seen[s.Name] = true
		f.count("users of "+s.Name, int64(s.Users))
		f.count("items of "+s.Name, int64(s.Items))
		for _, scorer := range StratumScorers {
			names(f, "metrics "+s.Name+" "+scorer, s.Of(scorer), func(string, Value) {}) // values check themselves
		}
		names(f, "parts "+s.Name, s.Parts, func(name string, means []float64) {
			if len(means) > min(MaxParts, s.Users) {
				f.add("parts %s %s has %d means, want at most %d and one a user", s.Name, name, len(means), MaxParts)
			}
		})
	}
}

// writeStrata prints one line a stratum, with the first of StratumMetrics, after an
// empty line; nothing if there are no strata.
func writeStrata(w io.Writer, strata []Stratum) error {
	if len(strata) == 0 {
		return nil
	}
	return tabled(w, func(t io.Writer) {
		fmt.Fprint(t, "\nSTRATUM\tUSERS\tITEMS\tMETRIC")
		for _, scorer := range StratumScorers {
			fmt.Fprintf(t, "\t%s", strings.ToUpper(scorer))
		}
		fmt.Fprintln(t)
		name := StratumMetrics[0]
		for i := range strata {
			s := &strata[i]
			fmt.Fprintf(t, "%s\t%d\t%d\t%s", s.Name, s.Users, s.Items, name)
			for _, scorer := range StratumScorers {
				fmt.Fprintf(t, "\t%s", cell(s.Of(scorer), name))
			}
			fmt.Fprintln(t)
		}
	})
}

package run

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"curio/artifacts/segment"
)

// lines prints the division as a whole in a table of two columns.
func (s *Segments) lines(t io.Writer) {
	how := ""
	if s.Method != "" {
		how += " by " + s.Method
	}
	if s.Features != "" {
		how += fmt.Sprintf(" from %s features", s.Features)
	}
	fmt.Fprintf(t, "segments\t%d%s, silhouette %.3f, sizes %v\n", s.K, how, s.Silhouette, s.Sizes)
	if j := s.Judged; j != nil {
		j.lines(t, s)
	}
	if l := s.Lineage; l != nil {
		lineageLine(t, l, s.Carried)
	}
}

func (j *Judged) lines(t io.Writer, s *Segments) {
	if s.K < 2 {
		fmt.Fprintln(t, "note\tone segment: no division was found that other users lead to as well")
		return
	}
	fmt.Fprintf(t, "\tbalance %.2f, Davies-Bouldin %.2f, BIC %.0f; at random: silhouette %.3f, Davies-Bouldin %.2f; in one segment: BIC %.0f\n",
		j.Balance, j.DaviesBouldin, j.BIC, j.RandomSilhouette, j.RandomDaviesBouldin, j.OneBIC)
	if j.Stability != nil && j.Unstructured != nil {
		fmt.Fprintf(t, "\tstability %v over %d bootstraps, %v without structure\n", *j.Stability, j.Bootstraps, *j.Unstructured)
	}
	if j.Gain.Judges > 0 {
		fmt.Fprintf(t, "\tgain over one segment %.3f nats a user, standard error %.3f, by %d users not fitted\n", j.Gain.Gain, j.Gain.Error, j.Gain.Judges)
	}
	if j.Better {
		return
	}
	var missing []string
	if !j.Gain.Holds() {
		missing = append(missing, "they tell no more of users not fitted than one segment does")
	}
	if !j.Steadier.Holds() {
		missing = append(missing, "they are no more stable than segments of data without structure")
	}
	fmt.Fprintf(t, "warning\tthe segments are not better than chance: %s\n", strings.Join(missing, ", and "))
}

// lineageLine says what became of earlier segments: how many were kept, and the rest.
func lineageLine(t io.Writer, l *segment.Lineage, carried bool) {
	kept := 0
	var others []string
	for _, c := range l.Changes {
		if c.Kind == segment.Kept {
			kept++
			continue
		}
		text := fmt.Sprintf("%s %s", c.ID, c.Kind)
		if len(c.From) > 0 {
			text += " from " + strings.Join(c.From, " and ")
		}
		if len(c.Into) > 0 {
			text += " into " + strings.Join(c.Into, " and ")
		}
		others = append(others, text)
	}
	what := append([]string{fmt.Sprintf("%d kept", kept)}, others...)
	how := "found afresh"
	if carried {
		how = "the division before, fitted again"
	}
	moved := "nobody moved, or too few to tell"
	if l.Moved > 0 {
		moved = fmt.Sprintf("%.1f %% of %d users moved", 100*l.Moved, l.Users)
	}
	fmt.Fprintf(t, "lineage\tof %s, %s: %s; %s\n", l.Version, how, strings.Join(what, ", "), moved)
}

// favourites is how many categories, and tags, a line of a segment shows.
const favourites = 3

// writeTold prints one line a segment after an empty line; nothing if none is told of.
// The rule comes last for it is long.
func writeTold(w io.Writer, told []Told) error {
	if len(told) == 0 {
		return nil
	}
	tags := slices.ContainsFunc(told, func(s Told) bool { return len(s.Tags) > 0 })
	return tabled(w, func(t io.Writer) {
		fmt.Fprint(t, "\nSEGMENT\tNAME\tUSERS\tSHARE\tCATEGORIES")
		if tags {
			fmt.Fprint(t, "\tTAGS")
		}
		fmt.Fprintln(t, "\tPRECISION\tRECALL\tRULE")
		for i := range told {
			s := &told[i]
			size, share := fmt.Sprint(s.Size), fmt.Sprintf("%.1f %%", 100*s.Share)
			if s.Withheld {
				size, share = "withheld", "-"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s", s.ID, s.Name, size, share, largest(s.Categories))
			if tags {
				fmt.Fprintf(t, "\t%s", largest(s.Tags))
			}
			if r := s.Rule; r != nil {
				fmt.Fprintf(t, "\t%.2f\t%.2f\t%s\n", r.Precision, r.Recall, r.Text)
				continue
			}
			fmt.Fprintln(t, "\t-\t-\t-")
		}
	})
}

// largest is "programming 45 %, design 20 %".
func largest(shares []segment.Share) string {
	var list []string
	for _, s := range shares[:min(len(shares), favourites)] {
		list = append(list, fmt.Sprintf("%s %.0f %%", s.Name, 100*s.Share))
	}
	return orDash(strings.Join(list, ", "))
}

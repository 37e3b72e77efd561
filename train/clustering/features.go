package clustering

import (
	"cmp"
	"fmt"
	"slices"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
)

// Preset names the features that users are told apart by.
type Preset string

// The presets.
const (
	All       Preset = "all"       // behaviours and interest
	Behaviour Preset = "behaviour" // all that users do: learning, purchase, interaction, how much and when
	Interest  Preset = "interest"  // shares of categories and of tags
	RFM       Preset = "rfm"       // recency, frequency and monetary value
)

// Presets are all of them, the default first.
var Presets = []Preset{All, Behaviour, Interest, RFM}

// Features says what users are told apart by.
type Features struct {
	Preset Preset // default All
	Stated bool   // and by age, gender, occupation and region, as far as they are known
}

// Name is what f is called in records.
func (f Features) Name() string {
	name := string(cmp.Or(f.Preset, All))
	if f.Stated {
		name += "+demographics"
	}
	return name
}

// value are the behaviours of RFM: the first of each list that users differ in. Where
// nobody buys, what stands for the money is the time they spent.
var value = [][]string{
	{"recency.log_days"},
	{"purchase.log_count", "activity.log_events", "activity.log_items", "interaction.log_views"},
	{"purchase.log_amount", "learning.log_watched_hours", "activity.log_session_hours"},
}

// NewInput reads the features of so many users from e; user tells of each what
// encode.Features.Write is given. Features that tell nobody apart but by chance are
// left out, which may leave none. An error is about a preset that there is not.
func NewInput(e *encode.Users, f Features, rows int, user func(row int) (*event.User, *profile.User, event.Time)) (Input, error) {
	in := Input{Rows: rows}
	switch cmp.Or(f.Preset, All) {
	case All:
		in.Names = slices.Clone(e.BehaviourNames())
		in.Shares = interests(e, rows, user)
	case Behaviour:
		in.Names = slices.Clone(e.BehaviourNames())
	case Interest:
		in.Shares = interests(e, rows, user)
	case RFM:
		for _, names := range value {
			for _, name := range names {
				if slices.Contains(e.BehaviourNames(), name) {
					in.Names = append(in.Names, name)
					break
				}
			}
		}
	default:
		return Input{}, fmt.Errorf("%w: features %q, must be one of %v", ErrInput, f.Preset, Presets)
	}
	if f.Stated {
		for _, s := range e.StatedFields() {
			in.Shares = append(in.Shares, Shares{Field: s.Field, Names: s.Values})
		}
	}
	in.Shares = slices.DeleteFunc(in.Shares, func(s Shares) bool { return len(s.Names) == 0 })
	return in, in.read(e, user)
}

const (
	// reliable is the least reliability of a share of interest that users are told
	// apart by. Below it more than four fifths of the variance is chance: whether a
	// rare tag was ever met divides users well, and tells nothing of them.
	reliable = 0.2
	// witnesses is the number of users, evenly spaced, that it is found from at most.
	witnesses = 50_000
)

// interests are the shares of interest that are reliable, without values.
func interests(e *encode.Users, rows int, user func(row int) (*event.User, *profile.User, event.Time)) []Shares {
	n := min(rows, witnesses)
	categories, tags := e.Reliability(func(yield func(*profile.User, event.Time) bool) {
		for i := range n {
			if _, p, asOf := user(i * rows / n); !yield(p, asOf) {
				return
			}
		}
	})
	list := []Shares{{Field: Category}, {Field: Tag}}
	for i, of := range [][]float64{categories, tags} {
		names := [][]string{e.Categories(), e.Tags()}[i]
		for j, r := range of {
			if r >= reliable {
				list[i].Names = append(list[i].Names, names[j])
			}
		}
	}
	return list
}

// read fills in the values of all columns.
func (in *Input) read(e *encode.Users, user func(row int) (*event.User, *profile.User, event.Time)) error {
	features, err := e.Features(in.columns())
	if err != nil {
		return err
	}
	in.X = make([]float32, in.Rows*len(in.Names))
	for i := range in.Shares {
		in.Shares[i].X = make([]float32, in.Rows*len(in.Shares[i].Names))
	}
	raw := make([]float32, features.Len())
	for row := range in.Rows {
		u, p, asOf := user(row)
		features.Write(raw, u, p, asOf)
		n := len(in.Names)
		copy(in.X[row*n:(row+1)*n], raw)
		rest := raw[n:]
		for _, s := range in.Shares {
			n := len(s.Names)
			copy(s.X[row*n:(row+1)*n], rest)
			rest = rest[n:]
		}
	}
	return nil
}

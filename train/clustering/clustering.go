// Package clustering finds segments of users: it produces artifacts/segment.
//
// Behaviours and shares of categories are standardised, weighed against each
// other and reduced to a few principal axes. On either half of the users,
// two-component fits of golearn's ExpectationMaximization, none of whose starts
// is left to luck, split them again and again into more parts than wanted; the
// parts become the components of a Gaussian mixture, which is polished while
// its closest components are joined, one pair after the other. Where both halves
// come to the same division of all users, and BIC agrees, the mixture is fitted
// to all of them and assigns everyone.
//
// Every covariance has 0.02 added to its diagonal, where all users together have
// variance 1 along each axis. Where the mixture gains from it, and the segments stay
// the same but for their borders, it is 0.005 or 0.001 in the end.
//
// With DBSCAN, users are gathered in at most 250 micro-clusters, and golearn's DBSCAN
// divides these at the radius at which the segments of either half of the users are
// the same. Every micro-cluster then is a Gaussian of its segment: 0.001 and the
// variance that micro-clusters have on average, the same for all. Outliers, 1 to 10 %
// of users in no dense region, are a segment with one wide Gaussian; others go with
// the nearest region.
//
// golearn draws from the global math/rand source, so the program has to be built
// with "godebug randseednop=0" in its go.mod. Without it Fit returns ErrSource.
package clustering

import (
	"context"
	"fmt"
	"math/rand/v2"

	"curio/artifacts/segment"
	"curio/features/encode"
)

// Input is one row a user with at least one event. Users without any have
// nothing to be grouped by.
type Input struct {
	Names  []string  // of the behaviours
	X      []float32 // rows x len(Names): raw behaviours, counts on a logarithmic scale
	Shares []Shares  // any number of groups
	Rows   int       // number of users, needed only when there is no column at all
}

// Shares are columns that belong together: how a user's interest divides among
// categories or tags, or, as 0 and 1, which value of a field a user has. The column
// of a name is called Field=name.
type Shares struct {
	Field string
	Names []string
	X     []float32 // rows x len(Names), each 0..1
}

// The fields that are told of a segment as its favourites.
const (
	Category = encode.CategoryField
	Tag      = encode.TagField
)

// Options says how to fit. A zero field takes its default, but for Seed.
type Options struct {
	Segments      int       // how many, at most MaxSegments; 0 chooses up to AutoSegments
	Seed          uint64    // equal seeds give equal results, to the byte
	Restarts      int       // starts tried for each split; default 16
	MaxIterations int       // of each fit; default 60
	MinSize       int       // fewest members of a segment, smaller ones go to their neighbours, and of those who share in a category told of it; default 1
	Sample        int       // rows fitted at most; everyone is assigned; default DefaultSample
	Workers       int       // goroutines; the result does not depend on it; default 1
	Method        Method    // default EM
	Previous      *Previous // segments to go on with; nil for none
}

// Method is a way to divide users.
type Method string

// The methods.
const (
	EM     Method = "em"     // Gaussian mixtures by expectation maximisation
	DBSCAN Method = "dbscan" // dense regions of any shape, and outliers
)

// Methods are all of them, the default first.
var Methods = []Method{EM, DBSCAN}

// The most segments that can be asked for and that are chosen without asking.
const (
	MaxSegments  = 32
	AutoSegments = 12
)

// Result is a fitted segmentation.
type Result struct {
	Model   *segment.Model
	Members []int32 // segment of each row
	Carried bool    // the division of Options.Previous was kept
	Quality
	Candidates []Candidate // all mixtures it was chosen from, in the order they were met
	Attempts   int         // starts of two-component fits, or radii that golearn's DBSCAN was given
	Failures   int         // those that lost a component, turned singular, did not settle or panicked
}

// Fit finds the segments of in. Work is bounded by Options alone: rows sampled,
// starts and iterations. ctx is looked at between the steps of these, the longest
// of which takes a few tenths of a second.
//
// When the rows do not support as many segments as asked for, there are fewer,
// and one in the end; that is no error. Errors are faults of in or o, all of
// them named, and ErrSource.
func Fit(ctx context.Context, in Input, o Options) (*Result, error) {
	o = o.withDefaults()
	if err := check(in, o); err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	random := rand.New(rand.NewPCG(o.Seed, 0))
	rows := sample(in.rows(), o.Sample, random)
	s, err := newSpace(&in, rows)
	if err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	r := &Result{}
	g := &grower{t: s.table(&in, rows), o: o, random: random, was: o.Previous.of(rows)}
	m, err := r.divide(ctx, g)
	if err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	d, err := settle(ctx, &in, s, m, o)
	if err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	r.Members = d.members
	if d.sizes[0] < o.MinSize {
		s, d.components, d.owners = s.blank(), []segment.Component{{Weight: 1}}, nil
	}
	told, err := summarise(ctx, &in, s, d, o)
	if err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	spec := s.spec(d, told)
	var ids []string
	ids, spec.Lineage = identify(o.Previous, d.members, len(told), o.MinSize)
	for i, id := range ids {
		told[i].ID = id
	}
	if r.Model, err = segment.New(spec); err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	if err := r.judge(ctx, g, rows, m); err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	return r, ctx.Err()
}

// divide finds the mixture to keep by the method asked for.
func (r *Result) divide(ctx context.Context, g *grower) (*mixture, error) {
	if g.o.Method == DBSCAN {
		return r.dense(ctx, g)
	}
	return r.fit(ctx, g)
}

package segment

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrInvalid is wrapped by every error about a model that does not hold
// together.
var ErrInvalid = errors.New("invalid segment model")

func fault(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrInvalid, fmt.Errorf(format, args...))
}

// validate checks everything but the covariances' definiteness, which New finds
// out by factorising them.
func (s *Spec) validate() error {
	switch {
	case len(s.Components) == 0:
		return fault("no components")
	case len(s.Components) > MaxComponents:
		return fault("%d components, at most %d", len(s.Components), MaxComponents)
	case len(s.Segments) > MaxSegments:
		return fault("%d segments, at most %d", len(s.Segments), MaxSegments)
	case len(s.Projection) > MaxDim:
		return fault("%d projected dimensions, at most %d", len(s.Projection), MaxDim)
	}
	if err := s.validateOwners(); err != nil {
		return err
	}
	if err := s.validateColumns(); err != nil {
		return err
	}
	for i, row := range s.Projection {
		if len(row) != len(s.Columns) {
			return fault("projection row %d has %d values for %d columns", i, len(row), len(s.Columns))
		}
		if !bounded(row...) {
			return fault("projection row %d holds a value that is not a number or out of bounds", i)
		}
	}
	if err := s.validateComponents(); err != nil {
		return err
	}
	if err := validateSegments(s.Segments); err != nil {
		return err
	}
	return s.Lineage.validate(s.Segments)
}

// validateOwners checks that every component is of a segment and every segment has
// one.
func (s *Spec) validateOwners() error {
	if s.Owners == nil {
		if len(s.Segments) != len(s.Components) {
			return fault("%d segments for %d components", len(s.Segments), len(s.Components))
		}
		return nil
	}
	if len(s.Owners) != len(s.Components) {
		return fault("%d owners of %d components", len(s.Owners), len(s.Components))
	}
	has := make([]bool, len(s.Segments))
	for i, o := range s.Owners {
		if o < 0 || o >= len(has) {
			return fault("component %d is of segment %d of %d", i, o, len(has))
		}
		has[o] = true
	}
	if o := slices.Index(has, false); o >= 0 {
		return fault("segment %d has no component", o)
	}
	return nil
}

func (s *Spec) validateColumns() error {
	seen := make(map[string]bool, len(s.Columns))
	for _, c := range s.Columns {
		switch {
		case c.Name == "":
			return fault("a column has no name")
		case seen[c.Name]:
			return fault("two columns are named %q", c.Name)
		case c.Kind != Linear && c.Kind != Sqrt && c.Kind != Root:
			return fault("column %q: unknown kind %q", c.Name, c.Kind)
		case !bounded(c.Centre, c.Scale, 1/c.Scale) || c.Scale <= 0:
			return fault("column %q: centre %v and scale %v are out of bounds", c.Name, c.Centre, c.Scale)
		}
		seen[c.Name] = true
	}
	return nil
}

func (s *Spec) validateComponents() error {
	d, total := len(s.Projection), 0.0
	for i, c := range s.Components {
		switch {
		case !bounded(c.Weight) || c.Weight <= 0:
			return fault("component %d: weight %v", i, c.Weight)
		case len(c.Mean) != d || len(c.Covariance) != Triangle(d):
			return fault("component %d: %d means and %d covariances for %d dimensions", i, len(c.Mean), len(c.Covariance), d)
		case !bounded(c.Mean...) || !bounded(c.Covariance...):
			return fault("component %d holds a value that is not a number or out of bounds", i)
		}
		total += c.Weight
	}
	if math.Abs(total-1) > 1e-6 {
		return fault("weights sum to %v, want 1", total)
	}
	return nil
}

func validateSegments(segments []Segment) error {
	ids, names, chinese := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, s := range segments {
		switch {
		case !isID(s.ID) || ids[s.ID]:
			return fault("segment %d: id %.80q is not 1 to %d of A-Z a-z 0-9 . _ -, or not unique", i, s.ID, MaxID)
		case s.Name == "" || names[s.Name]:
			return fault("segment %d: name %q is empty or not unique", i, s.Name)
		case s.NameZH != "" && chinese[s.NameZH]:
			return fault("segment %d: name %q is not unique", i, s.NameZH)
		case s.Size < 0:
			return fault("segment %d: size %d", i, s.Size)
		case !(s.Share >= 0 && s.Share <= 1):
			return fault("segment %d: share %v", i, s.Share)
		}
		ids[s.ID], names[s.Name], chinese[s.NameZH] = true, true, true
		for _, t := range s.Traits {
			if !bounded(t.Effect) {
				return fault("segment %d: effect of %q is out of bounds", i, t.Feature)
			}
		}
		for _, list := range [][]Share{s.TopCategories, s.TopTags, s.TopItems, s.TopLecturers} {
			for _, c := range list {
				if !(c.Share >= 0 && c.Share <= 1) {
					return fault("segment %d: share of %q is %v", i, c.Name, c.Share)
				}
			}
		}
		if err := s.Rule.validate(); err != nil {
			return fault("segment %d: %w", i, err)
		}
	}
	return nil
}

// Limit bounds every number of a model, so that no score can overflow.
const Limit = 1e9

// bounded reports whether every value is a number within [-Limit, Limit].
func bounded(values ...float64) bool {
	for _, v := range values {
		if !(math.Abs(v) <= Limit) {
			return false
		}
	}
	return true
}

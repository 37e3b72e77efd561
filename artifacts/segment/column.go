package segment

import "math"

// Kind says how a raw feature is straightened before it is standardised.
type Kind string

// The kinds of columns.
const (
	// Linear takes the feature as it is.
	Linear Kind = "linear"
	// Sqrt takes the square root of a share of a whole. Distances between roots of
	// shares are Hellinger's, and chance moves the root of a large share about as far
	// as that of a small one (Legendre and Gallagher, 2001).
	Sqrt Kind = "sqrt"
	// Root takes the fourth root of a share of a whole, as is done with
	// abundances in ecology (Field, Clarke and Warwick, 1982): a category that
	// was touched at all counts beside the one that dominates. No new models have
	// such columns.
	Root Kind = "root"
)

// Column turns one raw feature into a standardised one.
type Column struct {
	Name   string  `json:"name"`
	Kind   Kind    `json:"kind"`
	Centre float64 `json:"centre"` // of the straightened feature
	Scale  float64 `json:"scale"`  // of the straightened feature, > 0
}

// Clip bounds a standardised feature on either side, so that no outlier pulls a
// user across the whole space.
const Clip = 5.0

// Standardise returns (x - Centre)/Scale of the straightened feature, within
// [-Clip, Clip]. A feature that is not a number counts as the centre.
func (c *Column) Standardise(x float32) float64 {
	return clip((c.Straighten(x) - c.Centre) / c.Scale)
}

func clip(v float64) float64 {
	switch {
	case v > Clip:
		return Clip
	case v < -Clip:
		return -Clip
	case v != v:
		return 0
	}
	return v
}

// Straighten applies the column's kind alone. A negative share counts as none.
func (c *Column) Straighten(x float32) float64 {
	switch c.Kind {
	case Sqrt:
		return math.Sqrt(math.Max(float64(x), 0))
	case Root:
		return math.Sqrt(math.Sqrt(math.Max(float64(x), 0)))
	}
	return float64(x)
}

// Package encode turns profiles and catalogue entries into vectors.
//
// An encoder is a frozen schema, the ordered list of its columns, with the
// statistics of the data it was fitted on. Every column is standardised with
// them, z = (x-mean)/std, and kept within -Limit..Limit; a value that is
// missing, or that the schema does not know, is 0. Columns that were constant
// when fitted, or repeated an earlier column value for value, are no part of
// the schema. Training, evaluation and serving call the same Encode.
package encode

import (
	"errors"

	"curio/features/profile"
)

// Limit is the largest absolute value of an encoded column.
const Limit = 8

// The most values of one kind that get columns of their own. The most frequent
// are taken, and among equals those first in byte order.
const (
	MaxCategories = 64
	MaxDomains    = 16
	MaxTags       = 128
	MaxInterests  = 64 // tags that a user's interest divides among
	MaxValues     = 32 // of any other field

	maxAges = profile.Bands - 1 // all bands of age but the unknown
)

// ErrSchema is wrapped by the errors of a stored encoder that is not valid.
var ErrSchema = errors.New("encoder schema is not valid")

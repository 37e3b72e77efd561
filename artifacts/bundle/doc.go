// Package bundle is the format of an artifact: a manifest, and named blobs that
// it lists by size and digest. FORMAT.md beside this file describes it for
// readers in other languages.
//
// Everything is deterministic: the same content has the same bytes, and
// therefore the same version. Everything that is read is untrusted until
// checked: counts are bounded before anything is allocated for them.
package bundle

import "errors"

// The one place where versions of the format are kept. FORMAT.md says what each
// of them changed.
const (
	Format    = 3 // what is written
	MinReader = 3 // the oldest reader, by its Format, that understands what is written
	MinFormat = 1 // the oldest format that is read
)

// Sentinels of this package.
var (
	// ErrFormat is wrapped by the error for an artifact that this program is too
	// old, or too new, to read.
	ErrFormat = errors.New("unsupported artifact format")
	// ErrCorrupt is wrapped by errors about bytes that are not what they should
	// be: damaged, truncated or made by something else.
	ErrCorrupt = errors.New("artifact is corrupt")
)

// The limits of what is read and written.
const (
	MaxManifest    = 16 << 20 // bytes
	MaxBlobs       = 256
	MaxName        = 128 // bytes, of names of blobs and of kinds
	MaxEnvironment = 64  // entries
	MaxText        = 1 << 10
	maxDepth       = 64 // nesting of JSON
)

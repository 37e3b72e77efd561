// Package registry keeps published artifacts in a store: versions that never
// change, aliases that move between them, and the records of runs.
//
// The protocol needs nothing of the store but create-only writes and
// compare-and-swap, and may be interrupted and repeated at any point:
//
//  1. Every blob goes to blobs/<sha256>, unless it is there, whole.
//  2. The manifest goes to versions/<version>.json, create-only. From here on
//     the version exists, whole.
//  3. The alias, which names the manifest's digest and carries a nonce, is
//     swapped. Before that its present state is kept in the alias's history.
//
// So a reader of an alias sees a whole old version or a whole new one. Collect
// removes what nobody needs any more, also while others publish and move; how they
// keep out of each other's way is said there. The layout is described in the
// FORMAT.md of package bundle.
package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
)

// Registry is a registry in a store. It is safe for concurrent use, also by
// several processes on the same store. Its errors wrap the sentinels of store
// and bundle.
type Registry struct {
	store store.Store
	clock func() time.Time
	trust *Trust           // nil: every version is read
	cache *blobcache.Cache // nil: blobs are read from the store each time

	sealer Sealer // nil: blobs are not encrypted
	opener Opener // nil: encrypted blobs cannot be read
}

// New returns the registry in s. clock dates the moves of aliases.
func New(s store.Store, clock func() time.Time) *Registry {
	return &Registry{store: s, clock: clock}
}

// Where things lie.
const (
	blobFolder      = "blobs/"
	versionFolder   = "versions/"
	signatureFolder = "signatures/"
	aliasFolder     = "aliases/"
	runFolder       = "runs/"
	trashFolder     = "trash/"   // manifests of versions on their way out
	intentFolder    = "intents/" // manifests that a publish or a move is about to need
	sweepFolder     = "sweeps/"  // what a collection is deleting at this moment
	probeFolder     = "probes/"  // empty objects of a moment
	history         = "/history/"
	suffix          = ".json"
)

// The limits of names and records.
const (
	MaxAlias   = 64        // bytes
	MaxRunID   = 128       // bytes, also of the names of its files
	MaxText    = 1 << 10   // bytes, of who moved an alias and why
	MaxRecord  = 16 << 20  // bytes, of the record of a run
	MaxRunFile = 256 << 20 // bytes
	maxPointer = 16 << 10  // bytes
)

// ErrName is wrapped by the error for a name of a version, alias, run or file
// that cannot be one.
var ErrName = errors.New("invalid name")

var (
	versionName = regexp.MustCompile(`^[0-9a-f]{16}$`)
	aliasName   = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	runName     = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$`)
)

func checkVersion(version string) error {
	if !versionName.MatchString(version) {
		return fmt.Errorf("%w: version %.40q is not %d hex digits", ErrName, version, bundle.VersionLen)
	}
	return nil
}

// CheckAlias returns an error that wraps ErrName unless alias is 1 to MaxAlias
// of a-z, 0-9, hyphen and underscore, the first a letter or digit.
func CheckAlias(alias string) error {
	if len(alias) > MaxAlias || !aliasName.MatchString(alias) {
		return fmt.Errorf("%w: alias %.80q is not 1 to %d of a-z 0-9 - _", ErrName, alias, MaxAlias)
	}
	return nil
}

func checkRun(what, name string) error {
	if len(name) > MaxRunID || !runName.MatchString(name) {
		return fmt.Errorf("%w: %s %.140q is not 1 to %d of A-Z a-z 0-9 . - _, with a letter or digit first", ErrName, what, name, MaxRunID)
	}
	return nil
}

// create stores size bytes, all of body from its start, under a key that has
// nothing yet. It is no error if it has the same already, from an earlier attempt
// or another process; ErrConflict if it has something else.
func (r *Registry) create(ctx context.Context, key string, body io.ReadSeeker, size int64) error {
	_, err := r.store.Put(ctx, key, body, size, store.Absent)
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	digest := sha256.New()
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(digest, body); err != nil {
		return err
	}
	same, getErr := r.holds(ctx, key, bundle.Blob{SHA256: hex.EncodeToString(digest.Sum(nil)), Size: size})
	switch {
	case getErr != nil:
		return errors.Join(err, getErr)
	case !same:
		return fmt.Errorf("%q holds something else: %w", key, store.ErrConflict)
	}
	return nil
}

var errTooLarge = errors.New("object is larger than it may be")

// get reads an object of up to limit bytes.
func (r *Registry) get(ctx context.Context, key string, limit int64) ([]byte, store.Info, error) {
	in, info, err := r.store.Open(ctx, key)
	if err != nil {
		return nil, info, err
	}
	data, err := readAll(in, info, limit)
	return data, info, err
}

// readAll reads an object of up to limit bytes that has been opened, and closes it.
func readAll(in io.ReadCloser, info store.Info, limit int64) ([]byte, error) {
	defer in.Close()
	if info.Size > limit {
		return nil, fmt.Errorf("%q: %w: %d bytes, more than %d", info.Key, errTooLarge, info.Size, limit)
	}
	data := make([]byte, info.Size)
	if _, err := io.ReadFull(in, data); err != nil {
		return nil, fmt.Errorf("read %q: %w", info.Key, err)
	}
	return data, nil
}

// names returns, in their order, what lies below folder and ends with end,
// without either, if ok holds for it.
func (r *Registry) names(ctx context.Context, folder, end string, ok func(name string) bool) ([]string, error) {
	var names []string
	for info, err := range r.store.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		name, isOne := strings.CutSuffix(strings.TrimPrefix(info.Key, folder), end)
		if isOne && ok(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names) // keys sort otherwise: "a-b/" before "a/"
	return names, nil
}

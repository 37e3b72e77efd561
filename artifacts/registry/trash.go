package registry

import (
	"context"
	"errors"
	"regexp"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// A version goes in two steps. First its manifest moves to the trash, under a name
// of its own each time, trash/<version>.<nonce>.json. From there it can be read and
// comes back when it is needed again. When it has been there for the grace period
// and nobody needs it, it goes for good, and its blobs become deletable.

// marked takes the key of something in the trash, or of a claim, apart: the version.
var marked = regexp.MustCompile(`^(?:` + trashFolder + `|` + intentFolder + `)([0-9a-f]{16})\.[0-9a-f]{32}\` + suffix + `$`)

// markedVersion returns the version that such a key is of; empty for another key.
func markedVersion(key string) string { return submatch(marked.FindStringSubmatch(key)) }

func newTrashKey(version string) string { return trashFolder + version + "." + newNonce() + suffix }

// trashed returns the verified bytes of the manifest of a version in the trash.
func (r *Registry) trashed(ctx context.Context, version string) ([]byte, error) {
	err := store.ErrNotFound
	for info, listErr := range r.store.List(ctx, trashFolder+version+".") {
		if listErr != nil {
			return nil, listErr
		}
		data, getErr := r.manifestAt(ctx, info.Key, version)
		if getErr == nil {
			return data, nil
		}
		if !errors.Is(getErr, store.ErrNotFound) && !errors.Is(getErr, bundle.ErrCorrupt) {
			return nil, getErr
		}
		if errors.Is(getErr, bundle.ErrCorrupt) {
			err = getErr
		}
	}
	return nil, err
}

package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// A blob is at home under blobs/<sha256>. While a collection is deleting that, it
// cannot be put there: then it lives beside it, at blobs/<sha256>.<nonce>, and
// whoever does not find it at home looks there. So do encrypted ones.

// blobKey takes the key of a home of a blob apart: its digest, a nonce or nothing,
// and whether it is encrypted.
var blobKey = regexp.MustCompile(`^` + blobFolder + `([0-9a-f]{64})(\.[0-9a-f]{32})?(\` + sealedEnd + `)?$`)

// homes returns the keys of a blob's homes but the first.
func (r *Registry) homes(ctx context.Context, digest string) (keys []string, err error) {
	for info, err := range r.store.List(ctx, blobFolder+digest+".") {
		if err != nil {
			return nil, err
		}
		if blobKey.MatchString(info.Key) {
			keys = append(keys, info.Key)
		}
	}
	return keys, nil
}

// openBlob opens a blob in whatever home it has.
func (r *Registry) openBlob(ctx context.Context, digest string) (io.ReadCloser, store.Info, error) {
	in, info, err := r.store.Open(ctx, blobFolder+digest)
	if !errors.Is(err, store.ErrNotFound) {
		return in, info, err
	}
	keys, listErr := r.homes(ctx, digest)
	if listErr != nil {
		return nil, store.Info{}, listErr
	}
	for _, key := range keys {
		if in, info, err = r.store.Open(ctx, key); !errors.Is(err, store.ErrNotFound) {
			return in, info, err
		}
	}
	return in, info, err
}

// source opens the content of a blob, which is what the entry says.
type source func(ctx context.Context, entry bundle.Blob) (io.ReadSeekCloser, error)

// putBlob stores a blob unless it is there, whole, and not about to be deleted.
// Its key is its digest, so writing over it, as two publishers may, changes nothing
// but damage.
func (r *Registry) putBlob(ctx context.Context, entry bundle.Blob, from source, gone swept) error {
	if r.sealer != nil {
		return r.putSealed(ctx, entry, from, gone)
	}
	home := blobFolder + entry.SHA256
	keys := []string{home}
	if gone.has(home) {
		var err error
		if keys, err = r.homes(ctx, entry.SHA256); err != nil {
			return err
		}
		home += "." + newNonce()
	}
	for _, key := range keys {
		if gone.has(key) {
			continue
		}
		if whole, err := r.holds(ctx, key, entry); whole || err != nil {
			return err
		}
	}
	body, err := from(ctx, entry)
	if err != nil {
		return err
	}
	defer body.Close()
	var digest [sha256.Size]byte
	if _, err := hex.Decode(digest[:], []byte(entry.SHA256)); err != nil {
		return err
	}
	_, err = r.store.Put(ctx, home, store.WithDigest(body, digest), entry.Size, store.Always)
	return err
}

// holds reports whether the object under key has the content of entry. It reads all
// of an object of the right size, a piece at a time.
func (r *Registry) holds(ctx context.Context, key string, entry bundle.Blob) (bool, error) {
	in, info, err := r.store.Open(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer in.Close()
	if info.Size != entry.Size {
		return false, nil
	}
	digest := sha256.New()
	if _, err := io.Copy(digest, in); err != nil {
		return false, fmt.Errorf("read %q: %w", key, err)
	}
	return hex.EncodeToString(digest.Sum(nil)) == entry.SHA256, nil
}

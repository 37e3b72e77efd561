package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
	"curio/datasets/scratch"
)

// A blob may be encrypted before it leaves the program that publishes it. The manifest
// keeps naming the content, so the version is the same, and the blob lies beside where
// it would lie: blobs/<sha256>.age. Its digest says nothing of the content to whoever
// cannot guess all of it; the manifest, with settings and metrics, is not encrypted.

// sealedEnd is what the key of an encrypted blob ends with.
const sealedEnd = ".age"

func isSealed(key string) bool { return strings.HasSuffix(key, sealedEnd) }

// ErrSealed is wrapped by the error for a version that is encrypted for others.
var ErrSealed = errors.New("artifact is encrypted")

// Sealer encrypts. What was written to it is whole after Close.
type Sealer interface {
	Seal(w io.Writer) (io.WriteCloser, error)
}

// Opener decrypts what a Sealer wrote. Reading fails where that was changed.
type Opener interface {
	Open(r io.Reader) (io.Reader, error)
}

// Sealing returns the same registry for a publisher that encrypts blobs. It always
// sends them, for it cannot know for whom those that are there are encrypted.
func (r *Registry) Sealing(s Sealer) *Registry {
	with := *r
	with.sealer = s
	return &with
}

// Opening returns the same registry for a reader that can decrypt blobs. Those that
// are encrypted are on the heap, and no cache keeps them.
func (r *Registry) Opening(o Opener) *Registry {
	with := *r
	with.opener = o
	return &with
}

// putSealed encrypts a blob and stores it.
func (r *Registry) putSealed(ctx context.Context, entry bundle.Blob, from source, gone swept) error {
	body, err := from(ctx, entry)
	if err != nil {
		return err
	}
	defer body.Close()
	file, err := scratch.File(os.TempDir())
	if err != nil {
		return fmt.Errorf("make room to encrypt: %w", err)
	}
	defer scratch.Close(file)
	sealed, err := r.sealer.Seal(file)
	if err != nil {
		return err
	}
	if _, err := io.Copy(sealed, body); err != nil {
		return fmt.Errorf("encrypt: %w", err)
	}
	if err := sealed.Close(); err != nil {
		return fmt.Errorf("encrypt: %w", err)
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	_, err = r.store.Put(ctx, sealedHome(entry.SHA256, gone), file, size, store.Always)
	return err
}

func sealedHome(digest string, gone swept) string {
	if key := blobFolder + digest + sealedEnd; !gone.has(key) {
		return key
	}
	return blobFolder + digest + "." + newNonce() + sealedEnd
}

// unseal decrypts a blob.
func (r *Registry) unseal(entry bundle.Blob, in io.Reader) ([]byte, error) {
	if r.opener == nil {
		return nil, fmt.Errorf("%w: it takes the identity of one of its recipients", ErrSealed)
	}
	plain, err := r.opener.Open(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	data := make([]byte, entry.Size)
	if _, err = io.ReadFull(plain, data); err == nil {
		if n, end := io.ReadFull(plain, make([]byte, 1)); n != 0 {
			err = fmt.Errorf("it has more than %d bytes", entry.Size)
		} else if end != io.EOF {
			err = end
		}
	}
	switch {
	case store.Unavailable(err), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: decrypt: %w", bundle.ErrCorrupt, err)
	}
	return data, entry.Verify(data)
}

// copySealed copies an encrypted blob as it is: it takes no identity to do that, and
// without one nobody can say what is in it.
func (r *Registry) copySealed(ctx context.Context, entry bundle.Blob, in io.ReadCloser, info store.Info, gone swept) (sent bool, err error) {
	data, err := readAll(in, info, info.Size)
	if err != nil {
		return false, err
	}
	key := sealedHome(entry.SHA256, gone)
	same, err := r.holds(ctx, key, bundle.Blob{SHA256: bundle.DigestOf(data), Size: info.Size})
	if same || err != nil {
		return false, err
	}
	_, err = r.store.Put(ctx, key, bytes.NewReader(data), info.Size, store.Always)
	return err == nil, err
}

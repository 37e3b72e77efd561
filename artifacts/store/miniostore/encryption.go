package miniostore

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/encrypt"

	"curio/artifacts/store"
)

// encryptedBy is the header in which a server says how an object is encrypted.
const encryptedBy = "X-Amz-Server-Side-Encryption"

// encryption returns what SSE asks for, nil for nothing.
func (o Options) encryption() (encrypt.ServerSide, error) {
	kind, key, named := strings.Cut(o.SSE, ":")
	switch {
	case o.SSE == "":
		return nil, nil
	case o.SSE == "s3":
		return encrypt.NewSSE(), nil
	case kind == "kms" && named == (key != ""):
		return encrypt.NewSSEKMS(key, nil)
	}
	return nil, fmt.Errorf("server-side encryption %.60q is none of s3, kms and kms:KEY", o.SSE)
}

// checkEncrypted returns nil if the server has encrypted the object it was asked
// to. Some servers take the question and ignore it.
func (s *Store) checkEncrypted(ctx context.Context, key string) error {
	if s.sse == nil || s.encrypts.Load() {
		return nil
	}
	o, err := s.single.StatObject(ctx, s.bucket, s.prefix+key, minio.StatObjectOptions{})
	if err != nil {
		return err
	}
	asked := http.Header{}
	s.sse.Marshal(asked)
	if got, want := o.Metadata.Get(encryptedBy), asked.Get(encryptedBy); got != want {
		return fmt.Errorf("%w: the server has written the object with the encryption %q, not with %q: ask for none, or use another server",
			store.ErrUnsupported, got, want)
	}
	s.encrypts.Store(true)
	return nil
}

package miniostore

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
)

// checksum is the header of the SHA-256 of what goes in one request.
const checksum = "x-amz-checksum-sha256"

// Put implements store.Store.
//
// A conditional body goes in one request whatever its size, because uploads in
// parts drop the condition; S3 takes up to 5 GiB that way. The server checks
// the SHA-256 of what goes in one request; parts are covered by the signature
// of each chunk or by TLS.
func (s *Store) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return store.Info{}, s.explain("put", key, err)
	}
	if err := store.Rewind(body, size); err != nil {
		return store.Info{}, s.explain("put", key, err)
	}
	g := &gate{body: body}
	defer g.close()

	send := s.putSingle
	if when == store.Always && size > s.partSize {
		send = s.putParts
	}
	var info store.Info
	again := false
	err := s.try(ctx, "put", key, size, func(ctx context.Context) error {
		if again {
			// A server that refuses a large body before all of it has come may cut the
			// connection, and its answer is lost: each time, if this is not looked at.
			if err := s.holds(ctx, key, when); err != nil {
				return err
			}
		}
		again = true
		up, err := send(ctx, key, g, size, when)
		if failed := g.failure(); failed != nil {
			return bodyError{failed}
		}
		info = store.Info{Key: key, Size: size, Tag: up.ETag, Modified: up.LastModified}
		return err
	})
	if err == nil {
		err = s.try(ctx, "look at the encryption of", key, 0, func(ctx context.Context) error { return s.checkEncrypted(ctx, key) })
	}
	if err != nil {
		return store.Info{}, err
	}
	return info, nil
}

func (s *Store) putSingle(ctx context.Context, key string, g *gate, size int64, when store.Condition) (minio.UploadInfo, error) {
	digest, err := digestOf(g.body, g.reader(ctx, size))
	if err != nil {
		return minio.UploadInfo{}, err
	}
	o := minio.PutObjectOptions{
		DisableMultipart:     true,
		PartSize:             uint64(s.partSize),
		ServerSideEncryption: s.sse,
		UserMetadata:         map[string]string{checksum: base64.StdEncoding.EncodeToString(digest)},
	}
	tag, swap := when.Tag()
	switch {
	case when == store.Absent:
		o.SetMatchETagExcept("*")
	case swap && (tag == "" || tag == "*"): // to some servers "" is no condition; "*" is any object
		return minio.UploadInfo{}, fmt.Errorf("%w: no object has the tag %q", store.ErrConflict, tag)
	case swap:
		o.SetMatchETag(tag)
	}
	up, err := s.single.PutObject(ctx, s.bucket, s.prefix+key, g.reader(ctx, size), size, o)
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey && swap {
		err = fmt.Errorf("%w: there is no object", store.ErrConflict)
	}
	return up, err
}

// holds returns an error that wraps store.ErrConflict if a condition does not hold.
func (s *Store) holds(ctx context.Context, key string, when store.Condition) error {
	if when == store.Always {
		return nil
	}
	tag, swap := when.Tag()
	o, err := s.single.StatObject(ctx, s.bucket, s.prefix+key, minio.StatObjectOptions{})
	switch {
	case minio.ToErrorResponse(err).Code == minio.NoSuchKey:
		if swap {
			return fmt.Errorf("%w: there is no object", store.ErrConflict)
		}
		return nil
	case err != nil:
		return err
	case !swap:
		return fmt.Errorf("%w: there is an object already", store.ErrConflict)
	case o.ETag != tag:
		return fmt.Errorf("%w: the object has changed: its tag is %s, not %s", store.ErrConflict, o.ETag, tag)
	}
	return nil
}

// digestOf returns the SHA-256 of body, which content reads from its start, without
// reading it if it is known.
func digestOf(body, content io.Reader) ([]byte, error) {
	if known, ok := body.(store.Digested); ok {
		digest := known.Digest()
		return digest[:], nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

func (s *Store) putParts(ctx context.Context, key string, g *gate, size int64, _ store.Condition) (minio.UploadInfo, error) {
	return s.parts.PutObject(ctx, s.bucket, s.prefix+key, g.reader(ctx, size), size,
		minio.PutObjectOptions{PartSize: uint64(s.partSize), ServerSideEncryption: s.sse})
}

// bodyError is a failure to read the body, which no other attempt cures.
type bodyError struct{ error }

func (e bodyError) Unwrap() error { return e.error }

var errGateClosed = errors.New("the call that sent this body has returned")

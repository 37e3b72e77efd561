// Package miniostore keeps artifacts in a bucket of MinIO, Amazon S3 or another
// server that speaks their protocol and honours If-Match and If-None-Match on
// writes. It is the only package that knows minio-go.
//
// Every call is tried a bounded number of times with a growing pause, each time
// under a deadline, and what remains is mapped to the sentinels of store.
//
// What goes in one request carries its SHA-256, which the server checks and keeps,
// and which is checked again when it is read: neither a damaged write nor a damaged
// read goes unnoticed. Uploads in parts are checked by the server alone. Lists have
// no checksum in S3: on a network that damages what it carries, use TLS.
//
// In a bucket that keeps versions, Put and Delete make a new one, a deletion marker
// for Delete, and none is ever removed: what a mistake or a collection deleted can
// be had back until the lifecycle rules of the bucket let it go. In a bucket with
// object lock every version is held as long as the bucket's default says; nothing
// here shortens or extends it, and nothing needs to, because nothing here removes
// a version.
package miniostore

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/encrypt"

	"curio/artifacts/store"
)

// Store is a store.Store in a bucket, below a prefix.
type Store struct {
	// single sends each request once, so that the repeats are ours to count.
	single *minio.Client
	// parts uploads in parts, and repeats a part rather than the whole.
	parts *minio.Client
	// stream carries what Listen hears, which may be silent for longer than an
	// answer.
	stream   http.RoundTripper
	bucket   string
	prefix   string // empty, or ends with a slash
	where    string // for errors
	attempts int
	timeout  time.Duration
	partSize int64
	pause    func(attempt int) time.Duration
	sse      encrypt.ServerSide // nil for none
	encrypts atomic.Bool        // the server was seen to do what sse asks
}

var _ store.Store = (*Store)(nil)

// New returns the store that o describes. It sends nothing, unless the bucket
// is to be made: whether the store can be used is what store.Check finds out.
func New(ctx context.Context, o Options) (*Store, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	s := &Store{
		bucket: o.Bucket, attempts: o.Attempts, timeout: o.Timeout, partSize: o.PartSize,
		where: fmt.Sprintf("s3://%s at %s", path.Join(o.Bucket, o.Prefix), o.Endpoint),
		pause: o.pause,
	}
	if s.sse, err = o.encryption(); err != nil {
		return nil, err
	}
	if o.Prefix != "" {
		s.prefix = strings.TrimSuffix(o.Prefix, "/") + "/"
	}
	if err := o.connect(s); err != nil {
		return nil, err
	}
	if o.CreateBucket {
		if err := s.createBucket(ctx, o.Region); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Store) createBucket(ctx context.Context, region string) error {
	return s.try(ctx, "create the bucket of", "", 0, func(ctx context.Context) error {
		exists, err := s.single.BucketExists(ctx, s.bucket)
		if err != nil || exists {
			return err
		}
		err = s.single.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: region})
		if code := minio.ToErrorResponse(err).Code; code == minio.BucketAlreadyOwnedByYou || code == minio.BucketAlreadyExists {
			// Made between the question and the attempt. Whether it is ours shows
			// when it is used.
			return nil
		}
		return err
	})
}

// Stat implements store.Store.
func (s *Store) Stat(ctx context.Context, key string) (info store.Info, err error) {
	if err := store.CheckKey(key); err != nil {
		return info, s.explain("stat", key, err)
	}
	err = s.try(ctx, "stat", key, 0, func(ctx context.Context) error {
		o, err := s.single.StatObject(ctx, s.bucket, s.prefix+key, minio.StatObjectOptions{})
		info = store.Info{Key: key, Size: o.Size, Tag: o.ETag, Modified: o.LastModified}
		return err
	})
	return info, err
}

// smallSize is the size in bytes up to which an object is read and checked before
// Open returns, so that it can be read again where it was damaged on its way.
const smallSize = 1 << 20

// Open implements store.Store. The reader goes on where it was when its
// connection fails. It compares what came with the SHA-256 that went with what was
// written in one request; of a large object it fails at the end if they differ.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, store.Info{}, s.explain("open", key, err)
	}
	var in io.ReadCloser
	var info store.Info
	err := s.try(ctx, "open", key, smallSize, func(attempt context.Context) error {
		r := &reader{store: s, ctx: ctx, key: key, left: s.attempts}
		if err := r.connect(); err != nil {
			return err
		}
		in, info = r, r.info
		if info.Size > smallSize {
			return nil
		}
		defer r.drop()
		content, err := r.fetch(attempt)
		in = &small{ctx: ctx, Reader: bytes.NewReader(content)}
		return err
	})
	if err != nil {
		return nil, store.Info{}, err
	}
	return in, info, nil
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := store.CheckKey(key); err != nil {
		return s.explain("delete", key, err)
	}
	return s.try(ctx, "delete", key, 0, func(ctx context.Context) error {
		err := s.single.RemoveObject(ctx, s.bucket, s.prefix+key, minio.RemoveObjectOptions{})
		if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
			return nil
		}
		return err
	})
}

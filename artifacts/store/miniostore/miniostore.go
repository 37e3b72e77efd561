// Package miniostore keeps artifacts in a bucket of MinIO, Amazon S3 or another
// server that speaks their protocol and honours If-Match and If-None-Match on
// writes. It is the only package that knows minio-go.
//
// Every call is tried a bounded number of times with a growing pause, each time
// under a deadline, and what remains is mapped to the sentinels of store.
package miniostore

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
)

// Store is a store.Store in a bucket, below a prefix.
type Store struct {
	// single sends each request once, so that the repeats are ours to count.
	single *minio.Client
	// parts uploads in parts, and repeats a part rather than the whole.
	parts    *minio.Client
	bucket   string
	prefix   string // empty, or ends with a slash
	where    string // for errors
	attempts int
	timeout  time.Duration
	partSize int64
	pause    func(attempt int) time.Duration
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
	if o.Prefix != "" {
		s.prefix = strings.TrimSuffix(o.Prefix, "/") + "/"
	}
	if s.single, s.parts, err = o.clients(); err != nil {
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

// Open implements store.Store. The reader goes on where it was when its
// connection fails.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, store.Info{}, s.explain("open", key, err)
	}
	r := &reader{store: s, ctx: ctx, key: key, left: s.attempts}
	if err := s.try(ctx, "open", key, 0, func(context.Context) error { return r.connect() }); err != nil {
		return nil, store.Info{}, err
	}
	return r, r.info, nil
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

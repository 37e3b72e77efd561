package miniostore

import (
	"context"
	"iter"
	"strings"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
)

// listPage is how many keys one request asks for; S3 sends no more.
const listPage = 1000

// List implements store.Store.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		if err := store.CheckPrefix(prefix); err != nil {
			yield(store.Info{}, s.explain("list", prefix, err))
			return
		}
		after := ""
		for {
			page, last, more, err := s.page(ctx, prefix, after)
			if err != nil {
				yield(store.Info{}, err)
				return
			}
			for _, info := range page {
				if !yield(info, nil) {
					return
				}
			}
			if !more {
				return
			}
			after = last
		}
	}
}

// page returns up to listPage objects after the key after of the bucket, and
// the last key it saw. Keys that are none of ours are left out.
func (s *Store) page(ctx context.Context, prefix, after string) (page []store.Info, last string, more bool, err error) {
	err = s.try(ctx, "list", prefix, 0, func(ctx context.Context) error {
		page, last, more = nil, after, false
		n := 0
		for o := range s.single.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{
			Prefix: s.prefix + prefix, Recursive: true, StartAfter: after, MaxKeys: listPage,
		}) {
			if o.Err != nil {
				return o.Err
			}
			last = o.Key
			if key := strings.TrimPrefix(o.Key, s.prefix); store.CheckKey(key) == nil {
				page = append(page, store.Info{Key: key, Size: o.Size, Modified: o.LastModified})
			}
			if n++; n == listPage {
				more = true
				break
			}
		}
		return ctx.Err() // the sequence ends without a word when ctx is done
	})
	return page, last, more, err
}

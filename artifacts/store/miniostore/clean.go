package miniostore

import (
	"context"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
)

var _ store.Cleaner = (*Store)(nil)

// Clean implements store.Cleaner: it aborts uploads in parts that were begun
// longer than age ago and never finished. It looks through those of the whole
// bucket, for MinIO knows no others when it is asked for those below a prefix.
// MinIO also removes them itself, a day after they were begun unless
// MINIO_API_STALE_UPLOADS_EXPIRY says otherwise.
func (s *Store) Clean(ctx context.Context, age time.Duration) (removed int, err error) {
	before := time.Now().Add(-age)
	var old []minio.ObjectMultipartInfo
	err = s.try(ctx, "list unfinished uploads in", "", 0, func(ctx context.Context) error {
		old = nil
		for upload := range s.single.ListIncompleteUploads(ctx, s.bucket, "", true) {
			if upload.Err != nil {
				return upload.Err
			}
			key, ours := strings.CutPrefix(upload.Key, s.prefix)
			if ours && store.CheckKey(key) == nil && upload.Initiated.Before(before) {
				old = append(old, upload)
			}
		}
		return ctx.Err()
	})
	for _, upload := range old {
		if err != nil {
			break
		}
		key := strings.TrimPrefix(upload.Key, s.prefix)
		err = s.try(ctx, "abort the upload of", key, 0, func(ctx context.Context) error {
			err := minio.Core{Client: s.single}.AbortMultipartUpload(ctx, s.bucket, upload.Key, upload.UploadID)
			if minio.ToErrorResponse(err).Code == "NoSuchUpload" {
				return nil // it has been finished or aborted since
			}
			return err
		})
		if err == nil {
			removed++
		}
	}
	return removed, err
}

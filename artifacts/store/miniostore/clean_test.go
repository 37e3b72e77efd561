package miniostore

import (
	"bytes"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store/miniotest"
)

// TestClean: what a killed upload has left can be seen only by Clean, goes when it
// is old enough, and what others keep in the bucket stays.
func TestClean(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "team a/store"} {
		t.Run(prefix, func(t *testing.T) {
			o := options(miniotest.Start(t))
			o.Prefix = prefix
			s := open(t, o)
			core := minio.Core{Client: s.single}
			for _, key := range []string{s.prefix + "blobs/x", s.prefix + "y", "elsewhere/.hidden"} {
				id, err := core.NewMultipartUpload(t.Context(), s.bucket, key, minio.PutObjectOptions{})
				if err == nil {
					_, err = core.PutObjectPart(t.Context(), s.bucket, key, id, 1, bytes.NewReader([]byte("part")), 4, minio.PutObjectPartOptions{})
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if n, err := s.Clean(t.Context(), time.Hour); n != 0 || err != nil {
				t.Errorf("Clean of what is an hour old = %d, %v, want nothing", n, err)
			}
			time.Sleep(10 * time.Millisecond)
			if n, err := s.Clean(t.Context(), time.Millisecond); n != 2 || err != nil {
				t.Errorf("Clean = %d, %v, want 2", n, err)
			}
			if n, err := s.Clean(t.Context(), 0); n != 0 || err != nil {
				t.Errorf("Clean again = %d, %v, want nothing", n, err)
			}
			left := 0
			for range s.single.ListIncompleteUploads(t.Context(), s.bucket, "", true) {
				left++
			}
			if left != 1 {
				t.Errorf("%d uploads of others are left, want 1", left)
			}
		})
	}
}

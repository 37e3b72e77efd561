package miniostore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
	"curio/artifacts/store/storetest"
)

// TestVersionedBucket: in a bucket that keeps versions and locks them, everything
// works as elsewhere, and what was deleted or replaced can still be got from it.
func TestVersionedBucket(t *testing.T) {
	t.Parallel()
	server := miniotest.Start(t)
	locked := func(t *testing.T) *Store {
		o := options(server)
		o.CreateBucket = false
		s := open(t, o)
		eventually(t, "the bucket is made", 10*time.Second, func() bool { // MinIO is ready before it can do this
			return s.single.MakeBucket(t.Context(), s.bucket, minio.MakeBucketOptions{ObjectLocking: true}) == nil
		})
		mode, days, unit := minio.Compliance, uint(1), minio.Days
		if err := s.single.SetObjectLockConfig(t.Context(), s.bucket, &mode, &days, &unit); err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Run("Suite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store { return locked(t) }, storetest.Differences{Nested: true},
			"RoundTrip", "Empty", "Big", "Delete", "ListOrder", "Conditions", "AbsentRace", "SwapRace")
	})
	t.Run("NothingIsLost", func(t *testing.T) {
		s := locked(t)
		big := strings.Repeat("0123456789abcdef", 18<<16) // in parts
		for key, body := range map[string]string{"k": "x", "big": big} {
			if _, err := s.Put(t.Context(), key, strings.NewReader(body), int64(len(body)), store.Always); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Delete(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(t.Context(), "k"); err != nil {
			t.Errorf("deleted again: %v", err)
		}
		if _, err := s.Stat(t.Context(), "k"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Stat = %v, want store.ErrNotFound", err)
		}
		if err := store.CheckWrite(t.Context(), s); err != nil {
			t.Errorf("CheckWrite = %v", err)
		}
		kept, held := 0, 0
		for o := range s.single.ListObjects(t.Context(), s.bucket, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
			if o.Err != nil {
				t.Fatal(o.Err)
			}
			if o.IsDeleteMarker || strings.HasPrefix(o.Key, "probes/") {
				continue
			}
			kept++
			if mode, _, err := s.single.GetObjectRetention(t.Context(), s.bucket, o.Key, o.VersionID); err == nil && mode != nil && *mode == minio.Compliance {
				held++
			}
		}
		if kept != 2 || held != 2 {
			t.Errorf("%d versions are kept and %d of them held, want both", kept, held)
		}
	})
}

package miniostore

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
	"curio/artifacts/store/storetest"
)

// options returns the options of an empty bucket on server.
func options(server miniotest.Server) Options {
	return Options{
		Endpoint: server.Endpoint, AccessKey: server.AccessKey, SecretKey: server.SecretKey,
		Bucket: "curio-" + strings.ToLower(rand.Text()), CreateBucket: true,
	}
}

func TestStore(t *testing.T) {
	t.Parallel()
	server := miniotest.Start(t)
	storetest.Run(t, func(t *testing.T) store.Store {
		o := options(server)
		o.Prefix = "team a/store/"
		return open(t, o)
	}, storetest.Differences{Nested: true})
}

// TestVersity: what MinIO does alone is needed by nothing but Listen.
func TestVersity(t *testing.T) {
	t.Parallel()
	server := miniotest.StartVersity(t)
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, options(server)) }, storetest.Differences{Nested: false})
	t.Run("TellsNobody", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		open(t, options(server)).Listen(ctx, "k", func() { t.Error("a hint") })
		if ctx.Err() != nil {
			t.Error("Listen goes on with a server that has no events")
		}
	})
	t.Run("CannotEncrypt", func(t *testing.T) {
		o := options(server)
		o.SSE = "s3"
		if err := store.CheckWrite(t.Context(), open(t, o)); !errors.Is(err, store.ErrUnsupported) {
			t.Errorf("CheckWrite = %v, want store.ErrUnsupported", err)
		}
	})
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

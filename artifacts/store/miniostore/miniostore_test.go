package miniostore

import (
	"crypto/rand"
	"strings"
	"testing"

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
	server := miniotest.Start(t)
	storetest.Run(t, func(t *testing.T) store.Store {
		o := options(server)
		o.Prefix = "team a/store/"
		return open(t, o)
	}, storetest.Differences{Nested: true})
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

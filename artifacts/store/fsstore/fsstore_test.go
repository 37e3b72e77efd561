package fsstore

import (
	"testing"

	"curio/artifacts/store"
	"curio/artifacts/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := New(t.TempDir() + "/made/by/put")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}, storetest.Differences{Nested: false})
}

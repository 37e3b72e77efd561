package clustering

import (
	"context"
	crypto "crypto/rand"
	"encoding/binary"
	"errors"
	"math/rand"
	"sync"
)

// ErrSource says that golearn's random draws cannot be controlled, so that no
// fit would be reproducible.
var ErrSource = errors.New("the global math/rand source ignores its seed: " +
	"build with the setting \"godebug randseednop=0\" in go.mod")

// source serialises all use of the global math/rand source, from which golearn
// draws, within this package.
var source sync.Mutex

// withSeed calls f while the global source, just seeded, is ours alone as far as
// this package can tell; Fit compares golearn's result with the start it should
// have had, so a stranger's draw in between does not go unnoticed. Afterwards
// the source is unpredictable again, as Go leaves it.
func withSeed(ctx context.Context, seed int64, f func() error) error {
	source.Lock()
	defer source.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	defer scatter()
	reseed(seed)
	if rand.Int63() != rand.New(rand.NewSource(seed)).Int63() {
		return ErrSource
	}
	reseed(seed)
	return f()
}

// scatter seeds the global source from the operating system.
func scatter() {
	var b [8]byte
	if _, err := crypto.Read(b[:]); err == nil {
		reseed(int64(binary.LittleEndian.Uint64(b[:])))
	}
}

// reseed is the one place that seeds a global source: golearn offers no other
// way to make its draws repeat.
func reseed(seed int64) {
	rand.Seed(seed) //nolint:staticcheck // SA1019: golearn takes no source of its own
}

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
var ErrSource = errors.New("the global math/rand source does not repeat its draws: " +
	"build with \"godebug randseednop=0\" in go.mod, and let nothing else draw from it while segments are fitted")

// source serialises this package's use of the global math/rand source, the only
// one golearn draws from.
var source sync.Mutex

// patienceWithStrangers is how often a seed is tried when something else in the
// program draws from the global source in between.
const patienceWithStrangers = 20

// withSeed calls f with the global source seeded; f must call rand.Float64
// draws times in all. When the source turns out not to be where it should be
// then, f's work came from other draws than the seed's, and f is called again.
// Afterwards the source is unpredictable, as Go leaves it.
func withSeed(ctx context.Context, seed int64, draws int, f func() error) error {
	replay := rand.New(rand.NewSource(seed))
	first := replay.Int63()
	replay.Seed(seed)
	for range draws {
		replay.Float64()
	}
	next := replay.Int63()

	source.Lock()
	defer source.Unlock()
	defer scatter()
	for range patienceWithStrangers {
		if err := ctx.Err(); err != nil {
			return err
		}
		if reseed(seed); rand.Int63() != first {
			continue
		}
		reseed(seed)
		err := f()
		if rand.Int63() == next {
			return err
		}
	}
	return ErrSource
}

// scatter seeds the global source from the operating system.
func scatter() {
	var b [8]byte
	if _, err := crypto.Read(b[:]); err == nil {
		reseed(int64(binary.LittleEndian.Uint64(b[:])))
	}
}

// reseed is the one place that seeds a global source.
func reseed(seed int64) {
	//lint:ignore SA1019 golearn takes no source of its own, so its draws repeat only this way
	rand.Seed(seed)
}

package bench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"curio/artifacts/bundle"
)

// editions makes bundles of random bytes, each known by its number.
type editions struct {
	seed  uint64
	large int // bytes of the largest blob, which every third edition has
}

// smallBlob and middleBlob are the sizes, in bytes, of the blobs that every edition
// has besides.
const (
	smallBlob  = 1 << 10
	middleBlob = 200 << 10
)

// edition is what an edition says of itself in its manifest.
type edition struct {
	Number int `json:"edition"`
}

// make returns edition n. The same n has the same bytes.
func (e editions) make(n int) (*bundle.Bundle, error) {
	config, err := json.Marshal(edition{n})
	if err != nil {
		return nil, err
	}
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "bench", Config: config}}
	blobs := []struct {
		name string
		of   int // the edition that the content is of
		size int
	}{{"common", 0, middleBlob}, {"middle", n, middleBlob}, {"small", n, smallBlob}}
	if n%3 == 0 {
		blobs = append(blobs, struct {
			name string
			of   int
			size int
		}{"large", n, e.large})
	}
	for i, blob := range blobs {
		if err := b.Add(blob.name, "bytes", randomBytes(e.seed, uint64(blob.of)<<8|uint64(i), blob.size)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// number returns which edition b is, after checking that it is whole.
func (e editions) number(b *bundle.Bundle) (int, error) {
	var said edition
	if err := json.Unmarshal(b.Manifest.Config, &said); err != nil {
		return 0, fmt.Errorf("%w: version %s: %v", ErrBroken, b.Manifest.Version(), err)
	}
	want, err := e.make(said.Number)
	if err != nil {
		return 0, err
	}
	if want.Manifest.Version() != b.Manifest.Version() {
		return 0, fmt.Errorf("%w: version %s says it is edition %d, which has the version %s",
			ErrBroken, b.Manifest.Version(), said.Number, want.Manifest.Version())
	}
	if err := b.Verify(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return said.Number, nil
}

// randomBytes returns the same size bytes for the same seed and stream.
func randomBytes(seed, stream uint64, size int) []byte {
	var key [32]byte
	for i := range 8 {
		key[i], key[8+i] = byte(seed>>(8*i)), byte(stream>>(8*i))
	}
	data := make([]byte, size)
	rand.NewChaCha8(key).Read(data)
	return data
}

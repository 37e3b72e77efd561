package bench

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strconv"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
	"curio/artifacts/store/open"
)

// The passes of Artifacts.
const (
	PassPut     = "put"     // a plain write
	PassPublish = "publish" // of an artifact of the same bytes
	PassGet     = "get"     // a plain read into memory
	PassLoad    = "load"    // of the artifact
	PassCache   = "cache"   // of the artifact, with a cache that is empty
	PassAgain   = "again"   // of the artifact, with the cache that PassCache has left
	PassDrop    = "drop"    // removes what the others have written
)

// ArtifactPasses lists the passes.
func ArtifactPasses() []string {
	return []string{PassPut, PassPublish, PassGet, PassLoad, PassCache, PassAgain, PassDrop}
}

// ArtifactPass is one pass over one content, in this process.
type ArtifactPass struct {
	Name    string
	Target  string
	Options open.Options
	Size    int64
	Seed    uint64
	Cache   string // folder
}

// ArtifactAnswer is what a pass took.
type ArtifactAnswer struct {
	Plain     string  `json:"plain"` // what the plain passes use
	Seconds   float64 `json:"seconds"`
	CPU       float64 `json:"cpu_s"`      // of this process, without making the content
	PeakBytes int64   `json:"peak_bytes"` // of resident memory, mapped files included; 0 if unknown
}

// Make makes the pass. What is read is checked, after the time is taken.
func (p ArtifactPass) Make(ctx context.Context, clock Clock) (ArtifactAnswer, error) {
	s, err := open.Open(ctx, p.Target, p.Options)
	if err != nil {
		return ArtifactAnswer{}, err
	}
	rival, err := plainOf(p.Target, p.Options)
	if err != nil {
		return ArtifactAnswer{}, err
	}
	r := registry.New(s, clock)
	key := "plain/" + strconv.FormatUint(p.Seed, 10)
	answer := ArtifactAnswer{Plain: rival.name()}
	timed := func(do func() error) error {
		runtime.GC()
		began, busy := clock(), cpuTime()
		err := do()
		answer.Seconds, answer.CPU = since(clock, began), (cpuTime() - busy).Seconds()
		answer.PeakBytes = peakMemory()
		return err
	}
	switch p.Name {
	case PassPut:
		data := randomBytes(p.Seed, 0, int(p.Size))
		return answer, timed(func() error { return rival.put(ctx, key, data) })
	case PassGet:
		data := make([]byte, p.Size)
		if err := timed(func() error { return rival.get(ctx, key, data) }); err != nil {
			return answer, err
		}
		if !bytes.Equal(data, randomBytes(p.Seed, 0, int(p.Size))) {
			return answer, fmt.Errorf("%w: what was read is not what was written", ErrData)
		}
		return answer, nil
	case PassPublish:
		b, err := p.bundle()
		if err != nil {
			return answer, err
		}
		return answer, timed(func() error { return publishTo(ctx, r, b, p.alias()) })
	case PassCache, PassAgain:
		cache, err := blobcache.New(p.Cache, 4*p.Size)
		if err != nil {
			return answer, err
		}
		return answer, p.load(ctx, r.Caching(cache), timed)
	case PassLoad:
		return answer, p.load(ctx, r, timed)
	case PassDrop:
		return answer, p.drop(ctx, s, rival, key)
	}
	return answer, fmt.Errorf("there is no pass %q", p.Name)
}

func (p ArtifactPass) alias() string { return "bench-" + strconv.FormatUint(p.Seed, 10) }

// load finds the artifact as a server does, by its alias.
func (p ArtifactPass) load(ctx context.Context, r *registry.Registry, timed func(func() error) error) error {
	return timed(func() error {
		at, err := r.Resolve(ctx, p.alias())
		if err != nil {
			return err
		}
		b, err := r.Load(ctx, at.Version)
		if err != nil {
			return err
		}
		if n := int64(len(b.Blobs[largeBlob])); n != p.Size {
			return fmt.Errorf("%w: loaded are %d bytes, not %d", ErrData, n, p.Size)
		}
		return b.Close()
	})
}

const largeBlob = "large"

func (p ArtifactPass) bundle() (*bundle.Bundle, error) {
	b := &bundle.Bundle{Manifest: bundle.Manifest{Model: "bench"}}
	return b, b.Add(largeBlob, "bytes", randomBytes(p.Seed, 0, int(p.Size)))
}

func publishTo(ctx context.Context, r *registry.Registry, b *bundle.Bundle, alias string) error {
	version, err := r.Publish(ctx, b)
	if err != nil {
		return err
	}
	return r.Move(ctx, alias, version, "", "bench", "")
}

// drop removes what is large; the small rest stays.
func (p ArtifactPass) drop(ctx context.Context, s store.Store, rival carrier, key string) error {
	r := registry.New(s, nil)
	at, err := r.Resolve(ctx, p.alias())
	if err != nil {
		return err
	}
	m, err := r.Manifest(ctx, at.Version)
	if err != nil {
		return err
	}
	for _, b := range m.Blobs {
		if err := s.Delete(ctx, "blobs/"+b.SHA256); err != nil {
			return err
		}
	}
	return rival.remove(ctx, key)
}

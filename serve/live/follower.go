// Package live keeps models in service. A Follower follows an alias of the registry,
// or stays with one version: it loads what is named beside the model in use, checks
// and warms it, and swaps one pointer. What cannot be loaded is refused and reported,
// and the model in use stays. What was good is kept on this machine, so that the next
// start does not need the store.
//
// A Pair is two followers, a champion and a challenger, whose users a Split tells
// apart.
//
// # Release
//
// Large parts of a model may lie in a mapped file. It is unmapped when the garbage
// collector finds that nobody holds the Model any more: after the last request on it.
// So whoever uses what an Engine gave holds the Model until that is done with, and
// reads it once more at the end, as writing its version to a log does. Text stays: it
// is never in a mapped file.
package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store/blobcache"
	"curio/serve/recommend"
)

// Registry is where models come from. *registry.Registry is one.
type Registry interface {
	// Resolve says which version an alias names; registry errors as documented
	// there.
	Resolve(ctx context.Context, alias string) (registry.Pointer, error)
	// Load returns a version, its digests verified.
	Load(ctx context.Context, version string) (*bundle.Bundle, error)
	// Manifest returns that of a version, verified and under the conditions of Load.
	Manifest(ctx context.Context, version string) (*bundle.Manifest, error)
}

// Options says what to follow and how. The zero value of a limit means its
// default.
type Options struct {
	Registry Registry
	Alias    string
	Pin      string        // a version to stay with; Alias is not looked at then
	Poll     time.Duration // time between looks at the alias, +-10 %; default 2 s
	// Watch returns a channel of hints that the alias may have moved, which makes
	// the next look come at once. It closes the channel after ctx is done. Nil for
	// no hints.
	Watch func(ctx context.Context, alias string) <-chan struct{}
	// ResolveTimeout bounds one look at the alias; default 10 s. While there is no model
	// and Kept may have one, a look takes 2 s at most.
	ResolveTimeout time.Duration
	// LoadTimeout bounds one load; default 5 min.
	LoadTimeout time.Duration
	// MaxRetry bounds the time between two tries of an artifact that was
	// refused. The time starts at Poll and doubles; default 1 min.
	MaxRetry time.Duration
	// Accept returns why an artifact cannot be served here, by its manifest; nil
	// takes every one.
	Accept func(*bundle.Manifest) error
	// Admit is asked when an artifact is ready, right before it is put in service; an
	// error refuses it. Nil admits every one.
	// Those that come from Kept are not asked about: they were when they were kept.
	Admit func(ctx context.Context, version string) error
	// Warmup gives requests, such as were recorded, that a model answers before it is
	// put in service, besides those that every engine is warmed with: by the ids that
	// the model described by the manifest knows. One that cannot answer them is refused.
	Warmup func(*bundle.Manifest) []recommend.Request
	// WarmupTimeout ends the answering of Warmup, and the rest is left out; default 10 s.
	WarmupTimeout time.Duration
	// Kept keeps what is in service for the next start. Nil: a start needs the store.
	Kept *Kept
	// Cache keeps what a model looks like when it is loaded, in a form that is mapped
	// instead of decoded: see bundle.Image. Nil: models are decoded.
	Cache  *blobcache.Cache
	Clock  func() time.Time
	Jitter func() float64 // in [0, 1)
	Log    *slog.Logger
}

// Model is one loaded version. It never changes.
type Model struct {
	Engine   *recommend.Engine
	Pointer  registry.Pointer // what the alias said when the model was taken in
	LoadedAt time.Time
	Took     time.Duration // reading, checking and warming
	Source   Source        // who named it last
}

// Follower holds the model in service. Current and Status may be called from any
// goroutine; one goroutine at a time is inside Step.
type Follower struct {
	o       Options
	current atomic.Pointer[Model]

	held *atomic.Int64 // models in memory

	step     sync.Mutex // held by the one Step that runs; guards what follows
	retry    retry
	recalled bool   // Kept was asked
	kept     string // the nonce of what Kept has

	mu     sync.Mutex // guards status
	status Status
}

// New returns a follower that holds no model yet.
func New(o Options) *Follower {
	setDefault(&o.Poll, 2*time.Second)
	setDefault(&o.ResolveTimeout, 10*time.Second)
	setDefault(&o.LoadTimeout, 5*time.Minute)
	setDefault(&o.MaxRetry, time.Minute)
	setDefault(&o.WarmupTimeout, 10*time.Second)
	if o.Pin != "" {
		o.Alias, o.Watch = "", nil
	}
	return &Follower{o: o, held: new(atomic.Int64), status: Status{Alias: o.Alias, Pin: o.Pin}}
}

func setDefault(d *time.Duration, to time.Duration) {
	if *d <= 0 {
		*d = to
	}
}

// Current returns the model in service, or nil before the first. A caller keeps
// the model it got for as long as it needs it, whatever is swapped in meanwhile.
func (f *Follower) Current() *Model { return f.current.Load() }

// Run follows the alias until ctx is done, and with it what Watch has started.
// Errors are reported by Status and in the log, and never end it.
func (f *Follower) Run(ctx context.Context) {
	var hints <-chan struct{}
	if f.o.Watch != nil {
		hints = f.o.Watch(ctx, f.o.Alias)
	}
	for f.Step(ctx); f.wait(ctx, hints); {
		f.Step(ctx)
	}
	if hints != nil {
		for range hints { // until it is closed
		}
	}
}

// wait returns true when it is time for the next look, and false when ctx is
// done.
func (f *Follower) wait(ctx context.Context, hints <-chan struct{}) bool {
	timer := time.NewTimer(time.Duration(float64(f.o.Poll) * (0.9 + 0.2*f.o.Jitter())))
	defer timer.Stop()
	select {
	case <-timer.C:
	case _, ok := <-hints:
		if !ok { // nobody hints any more
			return f.wait(ctx, nil)
		}
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

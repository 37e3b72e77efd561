package main

import (
	"context"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
	"curio/artifacts/store/open"
	"curio/serve/api"
	"curio/serve/identity"
	"curio/serve/live"
	"curio/serve/live/exposure"
	"curio/serve/recommend"
)

// models is where models come from.
type models struct {
	registry   *registry.Registry
	cache      *blobcache.Cache // nil for none
	kept       *live.Kept       // nil without a cache
	champion   *live.Follower
	challenger *live.Follower // nil for none
}

// openModels opens the store, the registry in it and the folder of the cache. A store
// that does not answer is an error unless the cache has something to begin with.
func openModels(ctx context.Context, c config, log *slog.Logger) (*models, error) {
	s, unreached := open.Checked(ctx, c.Store, c.S3, checkTimeout)
	if unreached != nil {
		if c.Cache == "" || c.S3.CreateBucket || !store.Unavailable(unreached) {
			return nil, unreached
		}
		var err error
		if s, err = open.Open(ctx, c.Store, c.S3); err != nil {
			return nil, err
		}
	}
	m, err := modelsIn(s, c, log)
	if err != nil || unreached == nil {
		return m, err
	}
	if !m.kept.Has(ctx, c.Alias, c.Pin) {
		return nil, unreached
	}
	log.Warn("the store does not answer: beginning with what the cache has", "error", unreached)
	return m, nil
}

func modelsIn(s store.Store, c config, log *slog.Logger) (*models, error) {
	m := &models{registry: registry.New(s, time.Now)}
	if c.Identity != nil {
		m.registry = m.registry.Opening(c.Identity)
	}
	if c.Trust != nil {
		m.registry = m.registry.Trusting(c.Trust)
		log.Info("only signed artifacts are served", "keys", c.Trust.Keys.IDs())
	}
	if c.Cache == "" {
		return m, nil
	}
	var err error
	if m.cache, err = blobcache.New(c.Cache, int64(c.CacheMiB)<<20); err != nil {
		return nil, err
	}
	m.registry = m.registry.Caching(m.cache)
	m.kept, err = live.OpenKept(c.Cache, c.Store+" "+c.S3.Endpoint, m.registry)
	return m, err
}

// pair follows what the flags name.
func (m *models) pair(c config, log *slog.Logger) (*live.Pair, error) {
	warmup, err := readWarmup(c)
	if err != nil {
		return nil, err
	}
	follow := func(alias, pin string) *live.Follower {
		return live.New(live.Options{
			Registry: m.registry, Alias: alias, Pin: pin, Poll: c.Poll,
			Accept: accept(c, log), Admit: m.registry.Raise, Warmup: warmup, Kept: m.kept, Cache: m.cache,
			Watch: func(ctx context.Context, alias string) <-chan struct{} {
				return m.registry.Watch(ctx, alias, min(c.Poll, store.WatchEvery), mathrand.Float64)
			},
			Clock: time.Now, Jitter: mathrand.Float64, Log: log,
		})
	}
	m.champion = follow(c.Alias, c.Pin)
	if c.Challenger != "" {
		m.challenger = follow(c.Challenger, "")
	}
	return live.NewPair(m.champion, m.challenger, live.Split{Experiment: c.Experiment, Share: c.Split}), nil
}

// other is the model that requests are mirrored to.
func (m *models) other() *live.Model { return m.challenger.Current() }

// accept refuses artifacts whose users could not be found: every one of them would
// get the answer of a stranger.
func accept(c config, log *slog.Logger) func(*bundle.Manifest) error {
	return func(m *bundle.Manifest) error {
		if c.Key != nil && m.PseudonymKey == "" {
			log.Warn("the artifact knows its users by their own ids, although there is a pseudonym key", "version", m.Version())
		}
		return identity.Names{Key: c.Key}.Accept(m)
	}
}

// readWarmup reads the requests that a model answers before it is put in service; nil
// for none.
func readWarmup(c config) (func(*bundle.Manifest) []recommend.Request, error) {
	if c.Warmup == "" {
		return nil, nil
	}
	file, err := os.Open(c.Warmup)
	if err != nil {
		return nil, fmt.Errorf("requests to warm models with: %w", err)
	}
	defer file.Close()
	requests, err := api.ReadRequests(file)
	if err != nil {
		return nil, fmt.Errorf("requests to warm models with: %s: %w", c.Warmup, err)
	}
	names := identity.Names{Key: c.Key}
	return func(m *bundle.Manifest) []recommend.Request {
		named := make([]recommend.Request, len(requests))
		for i, r := range requests {
			if id, err := names.Of(m, r.User); err == nil {
				r.User = id
			}
			named[i] = r
		}
		return named
	}, nil
}

// openExposures opens the log of who was shown what.
func openExposures(c config, log *slog.Logger) (*exposure.Log, error) {
	name, err := exposure.Names(c.Exposures, c.Key)
	if err != nil {
		return nil, err
	}
	return exposure.Open(exposure.Options{Folder: c.Exposures, Name: name, Log: log})
}

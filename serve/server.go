package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
	"curio/artifacts/store/open"
	"curio/serve/api"
	"curio/serve/identity"
	"curio/serve/live"
)

// The bounds of a connection. A request that is read and answered within
// milliseconds needs none of this time; a stalled client does.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10         // bytes of request line and headers
	checkTimeout  = 15 * time.Second // of the store, before anything is listened on
)

// serve runs until ctx is done and the requests under way are answered.
func serve(ctx context.Context, c config, stderr io.Writer) error {
	log := newLog(c, stderr)
	s, err := open.Checked(ctx, c.Store, c.S3, checkTimeout)
	switch {
	case ctx.Err() != nil:
		return nil // told to stop before there was anything to drain
	case err != nil:
		return err
	}
	models := registry.New(s, time.Now)
	if c.Cache != "" {
		cache, err := blobcache.New(c.Cache, int64(c.CacheMiB)<<20)
		if err != nil {
			return err
		}
		models = models.Caching(cache)
	}
	if c.Identity != nil {
		models = models.Opening(c.Identity)
	}
	if c.Trust != nil {
		models = models.Trusting(c.Trust)
		log.Info("only signed artifacts are served", "keys", c.Trust.Keys.IDs())
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	follower := live.New(live.Options{
		Registry: models, Alias: c.Alias, Poll: c.Poll, Accept: accept(c, log), Admit: models.Raise,
		Watch: func(ctx context.Context, alias string) <-chan struct{} {
			return models.Watch(ctx, alias, min(c.Poll, store.WatchEvery), mathrand.Float64)
		},
		Clock: time.Now, Jitter: mathrand.Float64, Log: log,
	})
	server := newServer(api.New(api.Options{
		Models: follower, Names: identity.Names{Key: c.Key}, Clock: time.Now, NewID: newID, Log: log,
	}), log)
	log.Info("listening", "url", "http://"+listener.Addr().String(), "store", c.Store, "alias", c.Alias)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		follower.Run(ctx)
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		log.Info("draining", "at_most", c.Drain)
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Drain)
		defer cancel()
		if err := server.Shutdown(deadline); err != nil {
			log.Warn("requests cut off", "error", err)
			return server.Close()
		}
		return nil
	})
	err = group.Wait()
	log.Info("stopped")
	return err
}

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

// newServer bounds what a client may take.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

func newLog(c config, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// newID returns 128 random bits in hex.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return hex.EncodeToString(b[:])
}

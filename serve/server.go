package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	stdlog "log"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"curio/serve/api"
	"curio/serve/identity"
	"curio/serve/live/shadow"
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

	profileTimeout = 2 * time.Minute // of an answer of the admin side
	reloadEvery    = time.Second     // of keys and certificates
)

// serve runs until ctx is done and the requests under way are answered.
func serve(ctx context.Context, c config, stderr io.Writer) (err error) {
	log := newLog(c, stderr)
	models, err := openModels(ctx, c, log)
	switch {
	case ctx.Err() != nil:
		return nil // told to stop before there was anything to drain
	case err != nil:
		return err
	}
	guards, err := c.security.open(c.Addr, c.Admin, log)
	if err != nil {
		return err
	}
	pair, err := models.pair(c, log)
	if err != nil {
		return err
	}
	o := api.Options{
		Models: pair, Names: identity.Names{Key: c.Key}, Clock: time.Now, NewID: newID, Log: log, MaxAge: c.MaxAge,
		Registry: models.registry, Guard: guards.public.Wrap, AdminGuard: guards.admin.Wrap, Experiment: c.Experiment,
	}
	figures := guards.figures()
	jobs := []func(context.Context){pair.Run, guards.follow}
	if c.Shadow {
		o.Shadow = shadow.New(shadow.Options{Other: models.other, Clock: time.Now})
		jobs, figures = append(jobs, o.Shadow.Run), append(figures, shadowFigures(o.Shadow)...)
	}
	if c.Exposures != "" {
		if o.Exposures, err = openExposures(c, log); err != nil {
			return err
		}
		jobs, figures = append(jobs, o.Exposures.Run), append(figures, exposureFigures(o.Exposures)...)
	}
	if c.Traces != "" {
		provider, closing, err := openTraces(ctx, c.Traces, c.TraceShare, log)
		if err != nil {
			return err
		}
		defer closing()
		o.Traces = provider
	}
	if c.EventLog != "" {
		events, recent, err := openEvents(ctx, c, log)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, closeEvents(events, c.Drain)) }()
		o.Intake, o.Recent, figures = events, recent.Events, append(figures, intakeFigures(events, recent)...)
	}
	o.Collectors = collectors(figures)
	if guards.keys != nil {
		o.Collectors = append(o.Collectors, keyUses{guards.keys})
	}
	handler := api.New(o)

	sides := []*side{{name: "api", addr: c.Addr, server: newServer(handler, log)}}
	if c.Admin != "" {
		admin := newServer(handler.Admin(), log)
		admin.WriteTimeout = profileTimeout
		sides = append(sides, &side{name: "admin", addr: c.Admin, server: admin})
	}
	if err := listen(sides, guards.tls); err != nil {
		return err
	}
	for _, side := range sides {
		log.Info("listening", "side", side.name, "url", side.url(), "store", c.Store, "alias", c.Alias)
	}
	err = serveSides(ctx, c, sides, log, handler.Stop, jobs...)
	log.Info("stopped")
	return err
}

// serveSides answers on every side, beside the jobs, until ctx is done and the requests
// under way are answered. It calls stopping first, and goes on to answer for a while.
func serveSides(ctx context.Context, c config, sides []*side, log *slog.Logger, stopping func(), jobs ...func(context.Context)) error {
	group, ctx := errgroup.WithContext(ctx)
	working, end := context.WithCancel(context.WithoutCancel(ctx))
	for _, job := range jobs {
		group.Go(func() error {
			job(working)
			return nil
		})
	}
	for _, side := range sides {
		group.Go(side.serve)
	}
	group.Go(func() error {
		<-ctx.Done()
		defer end() // of the jobs: requests need them to the last
		log.Info("draining", "delay", c.StopDelay.String(), "at_most", c.Drain.String())
		stopping()
		for _, side := range sides { // answers from now on ask clients to connect anew
			side.server.SetKeepAlivesEnabled(false)
		}
		time.Sleep(c.StopDelay)
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Drain)
		defer cancel()
		var err error
		for _, side := range sides {
			err = errors.Join(err, side.stop(deadline, log))
		}
		return err
	})
	return group.Wait()
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
		ErrorLog:          stdlog.New(httpLog{log}, "", 0),

		DisableGeneralOptionsHandler: true, // OPTIONS * is answered like anything else
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

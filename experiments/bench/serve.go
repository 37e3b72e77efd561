package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Serve measures the server as it is in production, in a process of its own, by a load
// over loopback.
type Serve struct {
	Server      string        `json:"-"` // program; empty: it is built
	Home        string        `json:"-"` // folder that artifacts stay in; empty: a temporary one
	Profiles    string        `json:"-"` // folder for profiles of the server; empty for none
	Connections int           `json:"connections"`
	Rounds      int           `json:"rounds"`
	For         time.Duration `json:"measured_ns"` // each measurement; a fifth of it before warms up
	Seed        uint64        `json:"seed"`
	Known       ServeModel    `json:"known"` // few users, who are all remembered soon
	Fresh       []ServeModel  `json:"fresh"`
	// Self is the command that runs Constant.
	Self []string `json:"-"`
}

// DefaultServe is what the bars are about: as many users and items as MovieLens 100k
// has, and two larger catalogues.
func DefaultServe() Serve {
	return Serve{
		Known: ServeModel{Users: 943, Items: 1682, Dim: 64, History: 106, Edges: 150, Hidden: 16},
		Fresh: []ServeModel{
			{Users: 100_000, Items: 41_000, Dim: 64, History: 20, Edges: 150, Hidden: 16},
			{Users: 100_000, Items: 100_000, Dim: 64, History: 20, Edges: 150, Hidden: 16},
		},
	}
}

// stand is a server with an artifact.
type stand struct {
	*serving
	model ServeModel
}

// workshop is where servers are made and run.
type workshop struct {
	Serve
	clock   Clock
	notes   io.Writer
	home    string // of artifacts and caches
	scratch string // of logs, removed at the end
	running []*serving
}

// open makes the folders and the program.
func (s Serve) open(ctx context.Context, clock Clock, notes io.Writer) (*workshop, error) {
	w := &workshop{Serve: s, clock: clock, notes: notes, home: s.Home}
	var err error
	if w.scratch, err = os.MkdirTemp("", "curio-bench-"); err != nil {
		return nil, err
	}
	if w.home == "" {
		w.home = filepath.Join(w.scratch, "home")
	}
	if w.Server == "" {
		if w.Server, err = buildServer(ctx, w.scratch); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

// close stops what runs and removes what is not to stay.
func (w *workshop) close() error {
	var err error
	for _, s := range w.running {
		err = errors.Join(err, s.stop())
	}
	return errors.Join(err, os.RemoveAll(w.scratch))
}

// launch starts a server that close stops.
func (w *workshop) launch(ctx context.Context, name string, env []string, args ...string) (*serving, error) {
	s, err := launchServer(ctx, w.Server, filepath.Join(w.scratch, name), env, args...)
	if err != nil {
		return nil, err
	}
	w.running = append(w.running, s)
	return s, nil
}

// stand starts a server with an artifact and waits until it is ready.
func (w *workshop) stand(ctx context.Context, m ServeModel) (*stand, error) {
	began := w.clock()
	folder, err := m.published(ctx, w.home, w.clock)
	if err != nil {
		return nil, err
	}
	s, err := w.launch(ctx, fmt.Sprintf("%d-items", m.Items), nil, "--store", filepath.Join(folder, "store"), "--cache", filepath.Join(folder, "cache"))
	if err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	fmt.Fprintf(w.notes, "%d users, %d items: in service after %.1f s\n", m.Users, m.Items, since(w.clock, began))
	return &stand{s, m}, nil
}

// end closes the workshop after err. What was asked to stop has not failed.
func (w *workshop) end(ctx context.Context, err error) error {
	closed := w.close()
	if ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	if closed != nil && err == nil {
		err = fmt.Errorf("bench serve: %w", closed)
	}
	return err
}

// Check names what cannot be measured as asked.
func (s Serve) Check() error {
	var faults []string
	for _, m := range append([]ServeModel{s.Known}, s.Fresh...) {
		if m.Edges > m.Items || m.Users < 1 || m.Items < 1 {
			faults = append(faults, fmt.Sprintf("%d users, %d items with %d edges each", m.Users, m.Items, m.Edges))
		}
	}
	if faults != nil {
		return errors.New(strings.Join(faults, "; "))
	}
	return nil
}

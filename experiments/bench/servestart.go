package bench

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"text/tabwriter"
)

// ServeStart starts the server again and again on one large artifact that its cache folder
// knows already.
type ServeStart struct {
	Serve
	Model ServeModel `json:"model"`
}

// ServeStartBar is how many seconds a start may take.
const ServeStartBar = 2.0

// DefaultStart is what the bar is about.
func DefaultStart() ServeModel {
	return ServeModel{Users: 1_000_000, Items: 100_000, Dim: 64, History: 20, Edges: 150, Hidden: 16}
}

// ServeStartResult is how long the starts took, from that of the process to an answer
// that it is ready.
type ServeStartResult struct {
	ServeStart
	First    float64   `json:"first_s"` // without a cache, unless an earlier run has left one
	Seconds  []float64 `json:"seconds"`
	Load     []float64 `json:"load_s"` // of which the server was busy with the model
	Resident float64   `json:"resident_mib"`
}

// Run starts the server once to fill the cache, and then the rounds.
func (s ServeStart) Run(ctx context.Context, clock Clock, notes io.Writer) (*ServeStartResult, error) {
	w, err := s.open(ctx, clock, notes)
	if err != nil {
		return nil, fmt.Errorf("bench serve: start: %w", err)
	}
	r, err := s.run(ctx, w)
	if err := w.end(ctx, err); err != nil {
		return nil, fmt.Errorf("bench serve: start: %w", err)
	}
	return r, nil
}

func (s ServeStart) run(ctx context.Context, w *workshop) (*ServeStartResult, error) {
	folder, err := s.Model.published(ctx, w.home, w.clock)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(w.notes, "the artifact is in %s\n", folder)
	r := &ServeStartResult{ServeStart: s}
	for round := range s.Rounds + 1 {
		began := w.clock()
		on, err := launchServer(ctx, w.Server, filepath.Join(w.scratch, "start"), nil,
			"--store", filepath.Join(folder, "store"), "--cache", filepath.Join(folder, "cache"))
		if err != nil {
			return nil, err
		}
		err = on.ready(ctx)
		took := roundTo(since(w.clock, began), 3)
		var load, resident float64
		if err == nil {
			load, err = on.metric(ctx, "curio_model_load_seconds")
		}
		if err == nil {
			resident, err = on.metric(ctx, "process_resident_memory_bytes")
		}
		if err := on.orStop(err); err != nil {
			return nil, err
		}
		if err := on.stop(); err != nil {
			return nil, err
		}
		fmt.Fprintf(w.notes, "start %d: %.2f s, of which the model %.2f s\n", round, took, load)
		if round == 0 {
			r.First = took
			continue
		}
		r.Seconds, r.Load = append(r.Seconds, took), append(r.Load, roundTo(load, 3))
		r.Resident = max(r.Resident, roundTo(resident/(1<<20), 0))
	}
	return r, nil
}

// Write prints the result for reading.
func (r *ServeStartResult) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "starts with %d users and %d items of %d dimensions and %d edges each, %d rounds after one that filled the cache (%.1f s)\n\n",
		r.Model.Users, r.Model.Items, r.Model.Dim, r.Model.Edges, r.Rounds, r.First)
	fmt.Fprintf(t, "\tMEDIAN S\tLEAST\tMOST\n")
	for _, line := range []struct {
		name    string
		seconds []float64
	}{{"start to ready", r.Seconds}, {"of which the model", r.Load}} {
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.2f\n", line.name, median(line.seconds), slices.Min(line.seconds), slices.Max(line.seconds))
	}
	fmt.Fprintf(t, "\n%.0f MiB resident at most, mapped files among them. The bar is %.0f s.\n", r.Resident, ServeStartBar)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"curio/datasets/synth"
)

// Platform is the size and the seed of a synthetic platform, as in synth.Options.
type Platform struct {
	Events int    `json:"events"`
	Users  int    `json:"users"`
	Items  int    `json:"items"`
	Seed   uint64 `json:"seed"`
}

func (p Platform) options() synth.Options {
	o := synth.Default()
	o.Events, o.Users, o.Items, o.Seed = p.Events, p.Users, p.Items, p.Seed
	return o
}

// Ingest is a platform whose files are to be read, and how.
type Ingest struct {
	Platform
	Formats []string `json:"-"` // of IngestFormats
	Rounds  int      `json:"rounds"`
	Workers int      `json:"workers"` // goroutines, and threads of DuckDB
	Peers   bool     `json:"-"`       // whether to measure others
	// Dir keeps the files for another time; a folder in it that is named for the
	// same platform is used as it is. Empty: a temporary folder, one format at a time.
	Dir string `json:"-"`
	// Self is the program and the arguments that make it take the flags of a Pass.
	Self []string `json:"-"`
	// DuckDB is the folder of the module that runs DuckDB.
	DuckDB string `json:"-"`
}

// IngestFormats lists what can be measured.
func IngestFormats() []string { return []string{"jsonl", "csv", "parquet"} }

// Check names what cannot be measured as asked.
func (in Ingest) Check() error {
	var faults []error
	for i, f := range in.Formats {
		if !slices.Contains(IngestFormats(), f) || slices.Contains(in.Formats[:i], f) {
			faults = append(faults, fmt.Errorf("formats %q: want some of %s, each once", strings.Join(in.Formats, ","), strings.Join(IngestFormats(), ",")))
			break
		}
	}
	return errors.Join(append(faults, in.options().Validate())...)
}

// Run writes the platform in each format and makes every pass over it, ours and
// the peers' in turn, in a process each. Every pass must find the same totals. A
// DuckDB that cannot be built or run is left out, and the result says why.
func (in Ingest) Run(ctx context.Context, clock Clock, notes io.Writer) (*IngestResult, error) {
	r := &IngestResult{Ingest: in}
	duckdb := ""
	if in.Peers {
		var err error
		if duckdb, err = buildDuckDB(ctx, in.DuckDB, notes); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			r.LeftOut = fmt.Sprintf("DuckDB: %v", err)
			fmt.Fprintf(notes, "left out: %s\n", r.LeftOut)
		}
	}
	for _, format := range in.Formats {
		f, err := in.format(ctx, format, duckdb, clock, notes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", format, err)
		}
		r.Formats = append(r.Formats, f)
	}
	return r, nil
}

// format writes one format, measures on it and removes it unless it is to stay.
func (in Ingest) format(ctx context.Context, format, duckdb string, clock Clock, notes io.Writer) (f FormatResult, err error) {
	dir := in.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "curio-ingest-*"); err != nil {
			return f, fmt.Errorf("make folder for the files: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	data := filepath.Join(dir, fmt.Sprintf("%d-%d-%d-%d", in.Events, in.Users, in.Items, in.Seed), format)
	events := filepath.Join(data, "events."+format)
	pass := Pass{Format: format, Data: data, Workers: in.Workers, Platform: in.Platform}
	if _, err := os.Stat(events); err != nil { // events are written last
		// Another process writes, so that what that takes is no part of the memory
		// of this one, which the system counts as a child's peak until its exec.
		pass.Name = PassWrite
		_, took, err := measure(ctx, in.Self, pass, clock)
		if err != nil {
			return f, err
		}
		fmt.Fprintf(notes, "%s: written in %.1f s, peak memory %.0f MiB\n", format, took.wall, float64(took.peak)/(1<<20))
	}
	info, err := os.Stat(events)
	if err != nil {
		return f, fmt.Errorf("find what was written: %w", err)
	}
	f = FormatResult{Format: format, Bytes: info.Size()}
	contests := in.contests(format, duckdb)
	for round := range in.Rounds {
		for i := range contests {
			if err := contests[i].round(ctx, pass, clock); err != nil {
				return f, err
			}
			fmt.Fprintf(notes, "%s: round %d of %d: %s\n", format, round+1, in.Rounds, contests[i].latest())
		}
	}
	if found := contests[0].totals.Events; found != int64(in.Events) {
		return f, fmt.Errorf("%s holds %d events: remove it, or use another folder: %w", events, found, ErrData)
	}
	for i := range contests {
		if err := agree(contests[0].totals, contests[i].totals); err != nil {
			return f, err
		}
		f.Passes = append(f.Passes, contests[i].results(in.Events, f.Bytes)...)
	}
	return f, nil
}

// contests are the passes over a format, and who makes them; ours first.
func (in Ingest) contests(format, duckdb string) []contest {
	read := contest{pass: PassRead, entrants: []entrant{{name: "curio", command: in.Self, pass: PassRead}}}
	ingest := contest{pass: PassIngest, entrants: []entrant{{name: "curio", command: in.Self, pass: PassIngest}}}
	if in.Peers && format != "parquet" {
		name := map[string]string{"jsonl": "encoding/json", "csv": "encoding/csv"}[format]
		read.entrants = append(read.entrants, entrant{name: name, command: in.Self, pass: PassStandard})
	}
	if duckdb != "" {
		read.entrants = append(read.entrants, entrant{name: "DuckDB", command: []string{duckdb}, pass: PassRead})
		ingest.entrants = append(ingest.entrants, entrant{name: "DuckDB", command: []string{duckdb}, pass: PassIngest})
	}
	return []contest{read, ingest}
}

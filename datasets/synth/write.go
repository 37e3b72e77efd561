package synth

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The formats of Write.
const (
	JSONL     = "jsonl"
	JSONLGzip = "jsonl.gz"
	JSONLZstd = "jsonl.zst"
	CSV       = "csv"
	CSVGzip   = "csv.gz"
	CSVZstd   = "csv.zst"
	Parquet   = "parquet" // row groups of 131,072 rows, compressed by zstd
)

// Formats lists the formats of Write.
func Formats() []string { return []string{JSONL, JSONLGzip, JSONLZstd, CSV, CSVGzip, CSVZstd, Parquet} }

// Write stores the platform in a folder as a canonical data set: the files
// users, items, partners, trends and, last, events, each named for its format.
// The folder is made if need be. Files of an earlier Write in the same format
// are replaced, each at once; if there are others that would be read along with
// these, Write returns an error that names one, and writes nothing.
func (p *Platform) Write(ctx context.Context, dir, format string) error {
	if err := p.write(ctx, dir, format); err != nil {
		return fmt.Errorf("write synthetic platform: %w", err)
	}
	return nil
}

func (p *Platform) write(ctx context.Context, dir, format string) error {
	if !slices.Contains(Formats(), format) {
		return fmt.Errorf("format %q is not known, use one of %s", format, strings.Join(Formats(), ", "))
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := alone(dir, format); err != nil {
		return err
	}
	put := func(t table) error {
		path := filepath.Join(dir, t.name+"."+format)
		if err := replace(path, func(w io.Writer) error { return t.write(w, format) }); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	}
	if err := p.writeCatalogue(ctx, put); err != nil {
		return err
	}
	return put(p.eventTable(ctx))
}

// writeCatalogue puts the tables that are held in memory, for as long as they are
// written only.
func (p *Platform) writeCatalogue(ctx context.Context, put func(table) error) error {
	c, err := p.Catalogue(ctx, nil)
	if err != nil {
		return err
	}
	for _, t := range []table{
		tableOf("users", c.Users, (*encoder).user),
		tableOf("items", c.Items, (*encoder).item),
		tableOf("partners", c.Partners, (*encoder).partner),
		tableOf("trends", c.Trends, (*encoder).trend),
	} {
		if err := put(t); err != nil {
			return err
		}
	}
	return nil
}

// alone returns an error if the folder has files that a reader would take for
// parts of the data set and that writing in this format would not replace.
func alone(dir, format string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		table := entry.Name()
		if i := strings.IndexAny(table, ".-_"); i >= 0 {
			table = table[:i]
		}
		if slices.Contains(tableNames, table) && entry.Name() != table+"."+format {
			return fmt.Errorf("%s is in the way: a reader would take it for more %s; remove it or use another folder",
				filepath.Join(dir, entry.Name()), table)
		}
	}
	return nil
}

var tableNames = []string{"users", "items", "partners", "trends", "events"}

// Command duckdb reads the events of a synthetic platform with DuckDB's Go
// driver, as a peer of experiments bench ingest:
//
//	duckdb --pass read|ingest --format jsonl|csv|parquet --data FOLDER --workers N
//
// It prints one line of JSON: the totals that every program must agree on, and
// how DuckDB names itself. It is a module of its own because it needs cgo and a
// library of 70 MB.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		os.Exit(1)
	}
}

// answer is what is printed.
type answer struct {
	Name    string `json:"peer"`
	Events  int64  `json:"events"`
	Users   int64  `json:"users"`
	Pairs   int64  `json:"pairs,omitempty"` // of a user and an item, ingest only
	Watched int64  `json:"watched_ms"`
	Last    int64  `json:"last_ms"` // of the latest event
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	f := flag.NewFlagSet("duckdb", flag.ContinueOnError)
	pass := f.String("pass", "read", "read or ingest")
	format := f.String("format", "jsonl", "jsonl, csv or parquet")
	data := f.String("data", "", "folder with events.FORMAT")
	workers := f.Int("workers", 1, "threads")
	if err := f.Parse(args); err != nil {
		return err
	}
	table, ok := tables[*format]
	query, known := queries[*pass]
	if !ok || !known {
		return fmt.Errorf("there is no pass %q over format %q", *pass, *format)
	}
	temp, err := os.MkdirTemp("", "duckdb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	for _, set := range []string{
		fmt.Sprintf("SET threads = %d", *workers),
		"SET temp_directory = " + quote(temp),
		"SET preserve_insertion_order = false",
	} {
		if _, err := db.ExecContext(ctx, set); err != nil {
			return fmt.Errorf("%s: %w", set, err)
		}
	}
	var a answer
	var hash uint64
	row := db.QueryRowContext(ctx, fmt.Sprintf(query, fmt.Sprintf(table, quote(filepath.Join(*data, "events."+*format)))))
	if err := row.Scan(&a.Name, &a.Events, &a.Users, &a.Pairs, &a.Watched, &a.Last, &hash); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	return errors.Join(json.NewEncoder(stdout).Encode(a), db.Close())
}

package bench

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// every is how many rows are read between looks at the context.
const every = 4096

// standard reads on one goroutine with the standard library, three fields of
// every row, and checks no more than that they can be read.
func (p Pass) standard(ctx context.Context) (Answer, error) {
	f, err := os.Open(filepath.Join(p.Data, "events."+p.Format))
	if err != nil {
		return Answer{}, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	a := aggregates{}
	switch p.Format {
	case "jsonl":
		err = a.json(ctx, r)
	case "csv":
		err = a.csv(ctx, r)
	default:
		err = errors.New("the standard library does not read it")
	}
	if err != nil {
		return Answer{}, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return Answer{Totals: a.totals()}, nil
}

func (a aggregates) json(ctx context.Context, r io.Reader) error {
	d := json.NewDecoder(r)
	for n := 0; ; n++ {
		if n%every == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var row struct {
			User    string    `json:"user_id"`
			TS      time.Time `json:"ts"`
			Seconds float64   `json:"seconds"`
		}
		switch err := d.Decode(&row); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		a.fold(row.User, milliseconds(row.Seconds), row.TS.UnixMilli())
	}
}

func (a aggregates) csv(ctx context.Context, r io.Reader) error {
	c := csv.NewReader(r)
	c.ReuseRecord = true
	header, err := c.Read()
	if err != nil {
		return err
	}
	user, ts, seconds := slices.Index(header, "user_id"), slices.Index(header, "ts"), slices.Index(header, "seconds")
	if min(user, ts, seconds) < 0 {
		return fmt.Errorf("the header is %q", header)
	}
	for n := 0; ; n++ {
		if n%every == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := c.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		at, err := time.Parse(time.RFC3339, row[ts])
		if err != nil {
			return err
		}
		watched := 0.0
		if row[seconds] != "" {
			if watched, err = strconv.ParseFloat(row[seconds], 64); err != nil {
				return err
			}
		}
		a.fold(row[user], milliseconds(watched), at.UnixMilli())
	}
}

func milliseconds(seconds float64) int64 { return int64(math.Round(seconds * 1000)) }

package audience

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// The sizes of an export in Parquet.
const (
	groupRows = 1 << 16 // rows of a row group
	batchRows = 1 << 10 // rows handed over at a time
)

// WriteParquet writes rows as a Parquet file with zstd compression and returns how
// many there were. Equal rows give equal bytes.
func WriteParquet[R any](w io.Writer, rows iter.Seq[R]) (n int, err error) {
	file := parquet.NewGenericWriter[R](w,
		parquet.Compression(&parquet.Zstd),
		parquet.CreatedBy("curio", "1", "audience"), // not the version of the library
		parquet.MaxRowsPerRowGroup(groupRows),
	)
	batch := make([]R, 0, batchRows)
	flush := func() bool {
		_, err = file.Write(batch)
		n += len(batch)
		batch = batch[:0]
		return err == nil
	}
	for row := range rows {
		if batch = append(batch, row); len(batch) == batchRows && !flush() {
			return n, fmt.Errorf("write Parquet: %w", err)
		}
	}
	if flush() {
		err = file.Close()
	}
	if err != nil {
		return n, fmt.Errorf("write Parquet: %w", err)
	}
	return n, nil
}

// WriteCSV writes rows as CSV (RFC 4180, lines end in LF) under a header of the
// names that WriteParquet gives the columns, and returns how many there were and how
// many of their values were quoted: a text that a spreadsheet could take for a
// formula, because it begins with = + - @, a tab or a carriage return, has a ' put
// before it. Parquet has every value as it is.
func WriteCSV[R any](w io.Writer, rows iter.Seq[R]) (n, quoted int, err error) {
	out := csv.NewWriter(w)
	kind := reflect.TypeFor[R]()
	line := make([]string, kind.NumField())
	for i := range line {
		line[i], _, _ = strings.Cut(kind.Field(i).Tag.Get("parquet"), ",")
	}
	err = out.Write(line)
	for row := range rows {
		if err != nil {
			break
		}
		for i, v := 0, reflect.ValueOf(row); i < len(line); i++ {
			switch f := v.Field(i); f.Kind() {
			case reflect.Float64:
				line[i] = strconv.FormatFloat(f.Float(), 'g', -1, 64)
			case reflect.Int64:
				line[i] = strconv.FormatInt(f.Int(), 10)
			case reflect.Bool:
				line[i] = strconv.FormatBool(f.Bool())
			default:
				var changed bool
				if line[i], changed = plain(f.String()); changed {
					quoted++
				}
			}
		}
		err = out.Write(line)
		n++
	}
	out.Flush()
	if err = cmp.Or(err, out.Error()); err != nil {
		return n, quoted, fmt.Errorf("write CSV: %w", err)
	}
	return n, quoted, nil
}

// plain keeps a spreadsheet from taking text for a formula (OWASP, CSV injection).
func plain(text string) (safe string, changed bool) {
	if text != "" && strings.IndexByte("=+-@\t\r", text[0]) >= 0 {
		return "'" + text, true
	}
	return text, false
}

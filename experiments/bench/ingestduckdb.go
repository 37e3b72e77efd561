package bench

import (
	"context"
	"io"
)

// buildDuckDB builds the module that runs DuckDB.
func buildDuckDB(ctx context.Context, folder string, notes io.Writer) (string, error) {
	m := peerModule{folder: folder, name: "duckdb", what: "DuckDB's driver", needs: "cgo and a C++ compiler: Debian's g++"}
	return m.build(ctx, notes)
}

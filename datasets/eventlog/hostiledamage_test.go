package eventlog_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"curio/datasets/eventlog"
)

// A file that lost its end, or of which a byte is another, is read as far as it
// can be; rows are never missing without a reject that says so.
func TestDamageIsReported(t *testing.T) {
	const rows = 2000
	var lines, records strings.Builder
	records.WriteString(header)
	for i := range rows {
		fmt.Fprintf(&lines, `{"ts":%d,"user_id":"u%d","item_id":"i%d","type":"view"}`+"\n", 1767323045+i, i%97, i%31)
		fmt.Fprintf(&records, "%d,u%d,i%d,view,\n", 1767323045+i, i%97, i%31)
	}
	r := rand.New(rand.NewPCG(3, 5))
	for file, whole := range map[string]string{
		"e.jsonl.gz":  packed(t, gzipTo, text(lines.String())),
		"e.csv.gz":    packed(t, gzipTo, text(records.String())),
		"e.jsonl.zst": packed(t, zstdTo, text(lines.String())),
		"e.parquet":   parquetRows(t, rows),
	} {
		t.Run(file, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), file)
			if got, want := outcome(t, create(t, path, text(whole)), eventlog.Options{}), fmt.Sprint("accepted ", rows); got != want {
				t.Fatalf("the whole file: %s, want %s", got, want)
			}
			for n := range 200 {
				at := r.IntN(len(whole))
				damaged, what := whole[:at], "cut off"
				if n%2 == 1 {
					damaged, what = whole[:at]+string(whole[at]^byte(1<<r.IntN(8)))+whole[at+1:], "changed"
				}
				got := outcome(t, create(t, path, text(damaged)), eventlog.Options{})
				if accepted, rejects, any := strings.Cut(got, ", "); !any && (what == "cut off" || accepted != fmt.Sprint("accepted ", rows)) {
					t.Errorf("%s at byte %d of %d: %s %s, and no reject", what, at, len(whole), accepted, rejects)
				}
			}
		})
	}
}

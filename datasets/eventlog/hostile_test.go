package eventlog_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/eventlog"
)

// now is after every row of the hostile files that is to be believed.
const now event.Time = 1_800_000_000_000

// maxGrowth is how much the heap may grow while a file is read by two workers,
// however large it is or says it is.
const maxGrowth = 64 << 20

// outcome reads a data set and counts what became of its rows: "accepted" and
// codes, each with a number. Every reject names its file and says why.
func outcome(t *testing.T, location string, o eventlog.Options) string {
	t.Helper()
	s, err := eventlog.Open(t.Context(), location, o)
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	reject := func(r event.Reject) {
		counts[r.Code]++
		if r.File == "" || r.Message == "" || len(r.Value) > 256 || r.Line < 0 {
			t.Errorf("incomplete reject %+v", r)
		}
	}
	var accepted atomic.Int64
	err = s.Events(t.Context(), 2, reject, func() event.Sink {
		return func(*event.Event, event.Part, event.Place) error { accepted.Add(1); return nil }
	})
	if err != nil {
		t.Fatal(err)
	}
	words := []string{fmt.Sprint("accepted ", accepted.Load())}
	for _, c := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprint(c, " ", counts[c]))
	}
	return strings.Join(words, ", ")
}

// growth runs f and returns by how much the heap grew meanwhile, garbage included.
func growth(f func()) int64 {
	debug.FreeOSMemory()
	heap := func() int64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return int64(s[0].Value.Uint64())
	}
	before := heap()
	stop, peak := make(chan struct{}), make(chan int64)
	go func() {
		most := before
		for tick := time.NewTicker(time.Millisecond); ; {
			most = max(most, heap())
			select {
			case <-tick.C:
			case <-stop:
				tick.Stop()
				peak <- most
				return
			}
		}
	}()
	f()
	close(stop)
	return <-peak - before
}

// checkHostile reads a data set and compares what became of its rows and what
// memory it took.
func checkHostile(t *testing.T, location, want string, o eventlog.Options) {
	t.Helper()
	o.Now = now
	var got string
	grown := growth(func() { got = outcome(t, location, o) })
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	t.Logf("the heap grew by %d KiB", grown>>10)
	if grown > maxGrowth {
		t.Errorf("the heap grew by %d MiB, want at most %d", grown>>20, maxGrowth>>20)
	}
}

// Small files that stay as they are, with bytes that editors would not leave alone.
func TestHostileFiles(t *testing.T) {
	for file, want := range map[string]string{
		"boms.jsonl":           "accepted 2, json_invalid 1",
		"dates.csv":            "accepted 5, ts_future 2, ts_missing 1, ts_range 16, ts_unparsable 17",
		"duplicate_header.csv": "accepted 0, csv_header 1",
		"duplicate_keys.jsonl": "accepted 1, json_duplicate_key 2",
		"formulas.csv":         "accepted 7, currency_unknown 7, id_control_char 1, number_invalid 28, ts_unparsable 7, type_unknown 7",
		"invisible.jsonl":      "accepted 6, id_blank 1, id_control_char 3",
		"latin1.csv":           "accepted 2, not_utf8 2",
		"nesting.jsonl":        "accepted 3, nesting 4",
		"nul.csv":              "accepted 2, csv_columns 1, id_control_char 1, type_unknown 1",
		"nul.jsonl":            "accepted 2, id_control_char 1, json_invalid 3",
		"numbers.jsonl": "accepted 14, amount_negative 2, amount_precision 4, json_invalid 3, number_invalid 11, number_range 12, " +
			"progress_range 6, rating_range 6, seconds_negative 2",
		"overlong.jsonl": "accepted 2, not_utf8 10",
		"returns.csv":    "accepted 0, csv_header 1",
		"returns.jsonl":  "accepted 0, truncated_row 1",
		"utf16be.csv":    "accepted 0, file_unsupported 1",
		"utf16le.jsonl":  "accepted 0, file_unsupported 1",
		"utf32.jsonl":    "accepted 0, file_unsupported 1",
	} {
		t.Run(file, func(t *testing.T) {
			checkHostile(t, filepath.Join("testdata", "hostile", file), want, eventlog.Options{})
		})
	}
}

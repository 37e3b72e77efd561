package eventlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/code"

	gocmp "github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// placed is an event and where it stands.
type placed struct {
	At event.Place
	E  event.Event
}

// readParallel returns the events of a source in order of their places, and the
// rejects in the order they came.
func readParallel(t testing.TB, s *Source, workers int) (events []placed, rejects []event.Reject) {
	t.Helper()
	var mu sync.Mutex
	opened, reporting := 0, atomic.Bool{}
	err := s.Events(context.Background(), workers, func(r event.Reject) {
		if reporting.Swap(true) {
			t.Error("two rejects at once")
		}
		rejects = append(rejects, r)
		reporting.Store(false)
	}, func() event.Sink {
		opened++
		busy := false // races if two goroutines share a sink
		return func(e *event.Event, p event.Part, at event.Place) error {
			if busy {
				t.Error("two calls of one sink at once")
			}
			busy = true
			c := placed{at, cloneEvent(e)}
			mu.Lock()
			events = append(events, c)
			mu.Unlock()
			busy = false
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if opened != max(workers, 1) {
		t.Errorf("%d sinks for %d workers", opened, workers)
	}
	if workers == 1 && !slices.IsSortedFunc(events, byPlace) {
		t.Error("one worker, and the events are out of order")
	}
	slices.SortFunc(events, byPlace)
	return events, rejects
}

func byPlace(a, b placed) int { return cmp.Compare(a.At, b.At) }

// messy is some files with faults of every kind.
func messy(t testing.TB) fs.FS {
	rng := rand.New(rand.NewPCG(3, 5))
	var json, csv strings.Builder
	csv.WriteString("\n\nuser_id,ts,item_id,type,plan,note\n")
	for i := range 1500 {
		fmt.Fprintf(&json, `{"ts":%d,"user_id":"u%d","item_id":"i","type":"view"`, 1700000000+i, i%17)
		json.WriteString([]string{"}\n", "}\r\n", "\n", ",\"seconds\":-1}\n", ",\"x\":{\"y\":[1]}}\n", ",\"plan\":\"\\u00e9\"}\n", "}\n\n",
			",\"plan\":\"\xff\"}\n", ",\"plan\":\"" + strings.Repeat("x", 700) + "\"}\n"}[rng.IntN(9)])
		fmt.Fprintf(&csv, "u%d,%d,i,", i%17, 1700000000+i)
		csv.WriteString([]string{"view,a,\n", "view,,\r\n", "\"view\",\"a,\"\"b\"\"\",\n", "view,\"two\nlines\",\n", "vi\"ew,,\n", "view,\"open,\n",
			"view\n", "view,,,,\n", "view,\xff,\n", "view," + strings.Repeat("x", 700) + ",\n", "view,\"" + strings.Repeat("x\n", 400) + "\",\n",
			"view,\"a\n\"b,\n"}[rng.IntN(12)])
	}
	whole := zipped(t, []byte(json.String()))
	return fsOf(map[string]string{
		"events-1.jsonl": json.String(), "events-2.csv": csv.String(), "events-3.jsonl.gz": string(whole),
		"events-4.jsonl.gz": string(whole[:len(whole)/2]), "events-5.csv": "nothing\n1\n", "events-6.txt": "?", "events-7.jsonl": "",
		"events-8.jsonl": json.String()[:5000], "events-9.csv": csv.String()[:5003],
	})
}

// However the files are cut and by how many workers they are read, the same comes
// out.
func TestEventsInParallel(t *testing.T) {
	defer goleak.VerifyNone(t)
	fsys := messy(t)
	const line = 600
	wantEvents, wantRejects := readParallel(t, mustOpen(t, fsys, Options{MaxLine: line}), 1)
	if len(wantEvents) < 1500 || len(wantRejects) < 1500 {
		t.Fatalf("%d events and %d rejects", len(wantEvents), len(wantRejects))
	}
	for _, block := range []int{1, 1000, 4096, 100_000} {
		for _, workers := range []int{1, 2, 7} {
			s := mustOpen(t, fsys, Options{MaxLine: line, block: block})
			events, rejects := readParallel(t, s, workers)
			if !slices.Equal(events, wantEvents) || !slices.Equal(rejects, wantRejects) {
				t.Fatalf("blocks of %d, %d workers: %s%s", block, workers, gocmp.Diff(wantEvents, events), gocmp.Diff(wantRejects, rejects))
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	s := mustOpen(t, fsOf(map[string]string{
		"events-1.jsonl": "\n{}\n{\"ts\":1700000000,\"user_id\":\"a\",\"type\":\"search\"}\n",
		"events-2.csv":   "user_id,ts,type,plan\n\nb,1700000000,search,\"x\ny\"\nc,1700000000,search,\n",
	}), Options{})
	events, _ := readParallel(t, s, 0)
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprintf("%s at %s:%d", e.E.UserID, s.Files()[e.At.File()], e.At.Line()))
	}
	if d := gocmp.Diff([]string{"a at events-1.jsonl:3", "b at events-2.csv:3", "c at events-2.csv:5"}, got); d != "" {
		t.Error(d)
	}
}

// A unit with more rejects than may be held waits for its turn to deliver them.
func TestManyRejects(t *testing.T) {
	defer goleak.VerifyNone(t)
	bad := strings.Repeat("x\n", 5*maxHeld)
	files := make(map[string]string)
	for i := range 5 {
		files[fmt.Sprintf("events-%d.jsonl", i)] = bad
	}
	for _, workers := range []int{1, 3} {
		_, rejects := readParallel(t, mustOpen(t, fsOf(files), Options{}), workers)
		for i, r := range rejects {
			if want := fmt.Sprintf("events-%d.jsonl", i/(5*maxHeld)); r.File != want || r.Line != i%(5*maxHeld)+1 || r.Code != code.JSONInvalid {
				t.Fatalf("reject %d is %+v", i, r)
			}
		}
		if len(rejects) != 25*maxHeld {
			t.Errorf("%d rejects, want %d", len(rejects), 25*maxHeld)
		}
	}
}

// Reading stops from any place and leaves nothing behind.
func TestReadingStopsInParallel(t *testing.T) {
	defer goleak.VerifyNone(t)
	s := mustOpen(t, messy(t), Options{MaxLine: 600, block: 2000})
	all, _ := readParallel(t, s, 1)
	enough := errors.New("enough")
	for n := 1; n < len(all); n += len(all)/7 + 1 {
		for _, workers := range []int{1, 4} {
			ctx, cancel := context.WithCancel(context.Background())
			var seen atomic.Int64
			err := s.Events(ctx, workers, nil, func() event.Sink {
				return func(*event.Event, event.Part, event.Place) error {
					if seen.Add(1) == int64(n) {
						cancel()
					}
					return nil
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%d workers, cancelled at %d: %v", workers, n, err)
			}
			seen.Store(0)
			err = s.Events(context.Background(), workers, nil, func() event.Sink {
				return func(*event.Event, event.Part, event.Place) error {
					if seen.Add(1) >= int64(n) {
						return enough
					}
					return nil
				}
			})
			if err != enough {
				t.Errorf("%d workers, stopped at %d: %v", workers, n, err)
			}
			ctx, cancel = context.WithCancel(context.Background())
			err = s.Events(ctx, workers, func(event.Reject) { cancel() }, func() event.Sink {
				return func(*event.Event, event.Part, event.Place) error { return nil }
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%d workers, cancelled at the first reject: %v", workers, err)
			}
		}
	}
}

// One line of a gigabyte, and many files, pass in constant memory.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a gigabyte")
	}
	s := mustOpen(t, fsOf(map[string]string{"events.jsonl": ""}), Options{})
	s.place = endless{size: 1 << 30}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, f := range []format{jsonl, csv} {
		s.files["events"][0].format = f
		events, rejects := readParallel(t, s, 2)
		want := code.LineTooLong
		if f == csv {
			want = code.CSVHeader
		}
		if len(events) != 0 || len(rejects) != 1 || rejects[0].Code != want || rejects[0].Line != 1 {
			t.Errorf("%d events, rejects %+v", len(events), rejects)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
		t.Errorf("%d bytes taken", grown)
	}
}

func TestOrder(t *testing.T) {
	var got []string
	o := newOrder(func(r event.Reject) { got = append(got, r.Code) })
	if n := o.finish(2, []event.Reject{{Code: "2"}}); n != 0 {
		t.Error("a unit is done before those before it")
	}
	waited := make(chan error)
	go func() { waited <- o.await(context.Background(), 1) }()
	select {
	case <-waited:
		t.Error("it is not the turn of 1")
	case <-time.After(10 * time.Millisecond):
	}
	if n := o.finish(0, []event.Reject{{Code: "0"}}); n != 1 {
		t.Errorf("%d units done, want 1", n)
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
	o.deliver([]event.Reject{{Code: "1a"}})
	if n := o.finish(1, []event.Reject{{Code: "1b"}}); n != 2 {
		t.Errorf("%d units done, want 2", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := o.await(ctx, 9); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if s := strings.Join(got, " "); s != "0 1a 1b 2" {
		t.Error(s)
	}
}

package eventlog

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

// data is what a source gave.
type data struct {
	Events    []event.Event
	Catalogue *event.Catalogue
	Rejects   []event.Reject
}

// fsOf makes a file system of names and contents.
func fsOf(files map[string]string) fstest.MapFS {
	fsys := make(fstest.MapFS)
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func readAll(t testing.TB, s *Source) data {
	t.Helper()
	var d data
	keep := func(r event.Reject) { d.Rejects = append(d.Rejects, r) }
	var err error
	if d.Catalogue, err = s.Catalogue(context.Background(), keep); err != nil {
		t.Fatal(err)
	}
	err = event.Each(context.Background(), s, keep, func(e *event.Event, p event.Part, _ event.Place) error {
		if p != event.Train {
			t.Errorf("part %d, want %d", p, event.Train)
		}
		d.Events = append(d.Events, cloneEvent(e))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func cloneEvent(e *event.Event) event.Event {
	c := *e
	for _, s := range []*string{&c.ID, &c.UserID, &c.ItemID, &c.Currency, &c.Plan, &c.Channel} {
		*s = strings.Clone(*s)
	}
	return c
}

const (
	jsonEvents = `{"event_id":"e1","ts":"2026-03-01T10:00:00Z","user_id":"u1","item_id":"i1","type":"watch","seconds":12.5,"channel":"app","received_at":1772359300}
{"ts":1772359201,"user_id":"u1","item_id":"i1","type":"progress","progress":0.35,"note":"ignored"}
{"ts":1772359202000,"user_id":"u\u00fc","item_id":"i1","type":"rating","rating":4.5}

{"ts":1772359203,"user_id":7,"item_id":"i1","type":"purchase","amount":"19.90","currency":"eur","plan":"single"}
{"ts":1772359204,"user_id":"u1","type":"search","item_id":null}
`
	csvEvents = "type,user_id,ts,item_id,note,event_id,seconds,progress,rating,amount,currency,plan,channel,received_at\r\n" +
		"watch,u1,2026-03-01T10:00:00Z,i1,,e1,12.5,,,,,,app,1772359300\r\n" +
		"progress,u1,1772359201,i1,ignored,,,0.35,,,,,,\r\n" +
		"rating,uü,1772359202000,\"i1\",,,,,4.5,,,,,\r\n" +
		"purchase,7,1772359203,i1,,,,,,19.90,eur,single,,\r\n" +
		"search,u1,1772359204,,,,,,,,,,,\r\n"
)

var wantEvents = []event.Event{
	{ID: "e1", TS: 1772359200000, UserID: "u1", ItemID: "i1", Type: event.Watch, Has: event.HasWatched, Watched: 12500,
		Channel: "app", ReceivedAt: 1772359300000},
	{TS: 1772359201000, UserID: "u1", ItemID: "i1", Type: event.Progress, Has: event.HasProgress, Progress: 3500},
	{TS: 1772359202000, UserID: "uü", ItemID: "i1", Type: event.Rating, Has: event.HasRating, Rating: 450},
	{TS: 1772359203000, UserID: "7", ItemID: "i1", Type: event.Purchase, Has: event.HasAmount, Amount: 1990, Currency: "EUR", Plan: "single"},
	{TS: 1772359204000, UserID: "u1", Type: event.Search},
}

func TestEvents(t *testing.T) {
	for name, content := range map[string]string{
		"events.jsonl": jsonEvents, "events.ndjson": jsonEvents, "events.csv": csvEvents,
		"events.jsonl.gz": string(zipped(t, []byte(jsonEvents))), "events.csv.gz": string(zipped(t, []byte(csvEvents))),
		"events-0001.csv": csvEvents, "events.2.jsonl": jsonEvents, "events_may.csv": "\uFEFF" + csvEvents,
		"events/a.jsonl": jsonEvents, "events/dt=2026-03-01/part-0.csv": csvEvents,
	} {
		t.Run(name, func(t *testing.T) {
			s := mustOpen(t, fsOf(map[string]string{name: content}), Options{})
			if s.Fixed() {
				t.Error("a log has no split of its own")
			}
			d := readAll(t, s)
			if diff := cmp.Diff(wantEvents, d.Events); diff != "" {
				t.Error(diff)
			}
			if len(d.Rejects) > 0 {
				t.Errorf("rejects %v", d.Rejects)
			}
			if n := s.Notes()["events_unknown_fields"]; n == 0 {
				t.Error("the unknown field is not counted")
			}
		})
	}
}

func TestFilesAreReadInOrderOfTheirNames(t *testing.T) {
	line := func(id string) string { return `{"ts":1772359200,"type":"search","user_id":"` + id + "\"}\n" }
	s := mustOpen(t, fsOf(map[string]string{
		"events/b.jsonl": line("5"), "events/a/z.jsonl": line("4"), "events.jsonl": line("3"), "events-2.jsonl": line("2"),
		"events-10.jsonl": line("1"), "events_z.ndjson": line("6"),
		"events/_SUCCESS": "", "events/.tmp.jsonl": line("x"), "_events.jsonl": line("x"), "events/_temporary/a.jsonl": line("x"),
		"notes.txt": "", "eventsold.jsonl": line("x"), "other/events.jsonl": line("x"),
	}), Options{})
	var got strings.Builder
	for _, e := range readAll(t, s).Events {
		got.WriteString(e.UserID)
	}
	if got.String() != "123456" {
		t.Errorf("order %s, want 123456", got.String())
	}
	if n := s.Notes()["files_ignored"]; n != 2 {
		t.Errorf("%d files ignored, want notes.txt and eventsold.jsonl", n)
	}
}

func TestOpenNamesWhatIsMissing(t *testing.T) {
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "users.csv"), []byte("user_id\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, location := range []string{filepath.Join(empty, "nowhere"), empty, "file://" + empty} {
		_, err := Open(context.Background(), location, Options{})
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("error %v, want one that wraps fs.ErrNotExist", err)
		}
		for _, part := range []string{location, "events.jsonl", "events.csv", "events/", "users.*", "items.*"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q does not name %s", err, part)
			}
		}
	}
}

func TestOpenFollowsLinks(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Skip(err)
		}
	}
	must(os.WriteFile(filepath.Join(elsewhere, "a.jsonl"), []byte(jsonEvents), 0o600))
	must(os.Symlink(elsewhere, filepath.Join(elsewhere, "circle")))
	must(os.Symlink(elsewhere, filepath.Join(dir, "events")))
	s, err := Open(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(readAll(t, s).Events); n != len(wantEvents) {
		t.Errorf("%d events, want %d", n, len(wantEvents))
	}
}

func TestUnsupportedFilesAreReported(t *testing.T) {
	s := mustOpen(t, fsOf(map[string]string{"events.jsonl": jsonEvents, "events.parquet.gz": "PAR1", "items.xlsx": "", "Events.JSONL": jsonEvents, "USERS-1.csv": "user_id\nu\n", "Notes.csv": "", "x/Events.jsonl": ""}), Options{})
	d := readAll(t, s)
	var got []string
	for _, r := range d.Rejects {
		got = append(got, r.File+" "+r.Code)
	}
	if diff := cmp.Diff([]string{"USERS-1.csv file_unsupported", "items.xlsx file_unsupported", "Events.JSONL file_unsupported", "events.parquet.gz file_unsupported"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadingStops(t *testing.T) {
	s := mustOpen(t, fsOf(map[string]string{"events.jsonl": string(jsonLog(5000)), "users.jsonl": `{"user_id":"u"}`}), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := event.Each(ctx, s, nil, func(*event.Event, event.Part, event.Place) error {
		n++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || n > 1100 {
		t.Errorf("after %d events: %v, want %v at once", n, err, context.Canceled)
	}
	if _, err := s.Catalogue(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("catalogue: %v, want %v", err, context.Canceled)
	}
	enough := errors.New("enough")
	n = 0
	err = event.Each(context.Background(), s, nil, func(*event.Event, event.Part, event.Place) error { n++; return enough })
	if err != enough || n != 1 {
		t.Errorf("after %d events: %v, want the error of yield", n, err)
	}
}

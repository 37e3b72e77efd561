package timeline_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/datasets/timeline"
)

// digestOf is the digest of the events in a folder with these files.
func digestOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src, err := eventlog.Open(t.Context(), dir, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines, err := timeline.Gather(t.Context(), src, timeline.Options{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lines.Close()
	if err := lines.Each(t.Context(), func() func(*timeline.User) error { return func(*timeline.User) error { return nil } }); err != nil {
		t.Fatal(err)
	}
	d := lines.Digest()
	return d.Sum()
}

func TestDigestOfLogs(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	var rows []string
	for i := range 500 {
		row := fmt.Sprintf(`{"ts":%d,"user_id":"u%d","item_id":"i%d","type":"watch","seconds":%d`, 1_700_000_000+r.IntN(1000), r.IntN(30), r.IntN(40), i)
		if i%2 == 0 {
			row += fmt.Sprintf(`,"event_id":"e%d"`, i)
		}
		rows = append(rows, row+"}\n")
	}
	shuffled := slices.Clone(rows)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	all := strings.Join(rows, "")
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(all))
	_ = z.Close()
	want := digestOf(t, map[string]string{"events.jsonl": all})
	for name, files := range map[string]map[string]string{
		"OtherOrder":    {"events.jsonl": strings.Join(shuffled, "")},
		"OtherFiles":    {"events/1.jsonl": strings.Join(rows[:70], ""), "events/2.jsonl": strings.Join(rows[70:], "")},
		"ImportedTwice": {"events-1.jsonl": all, "events-2.jsonl": strings.Join(shuffled, "")},
		"WithBadRows":   {"events.jsonl": "{}\n" + all + "broken"},
		"Compressed":    {"events.jsonl.gz": zipped.String()},
	} {
		if got := digestOf(t, files); got != want {
			t.Errorf("%s: digest %s, want %s", name, got, want)
		}
	}
	for name, files := range map[string]map[string]string{
		"OneLess":   {"events.jsonl": strings.Join(rows[1:], "")},
		"OtherItem": {"events.jsonl": strings.Replace(all, `"item_id":"i`, `"item_id":"j`, 1)},
		"Nothing":   {"events.jsonl": ""},
	} {
		if digestOf(t, files) == want {
			t.Errorf("%s: the digest is the same", name)
		}
	}
}

// Everything an event says counts, but for its id.
func TestEveryFieldCounts(t *testing.T) {
	base := event.Event{UserID: "u", Type: event.View}
	seen := map[string]string{}
	for name, change := range map[string]func(*event.Event){
		"Nothing":    func(e *event.Event) {},
		"TS":         func(e *event.Event) { e.TS = 1 },
		"ReceivedAt": func(e *event.Event) { e.ReceivedAt = 1 },
		"UserID":     func(e *event.Event) { e.UserID = "v" },
		"ItemID":     func(e *event.Event) { e.ItemID = "i" },
		"OtherItem":  func(e *event.Event) { e.ItemID = "u" },
		"Type":       func(e *event.Event) { e.Type = event.Like },
		"Watched":    func(e *event.Event) { e.Has, e.Watched = event.HasWatched, 1 },
		"NoWatched":  func(e *event.Event) { e.Has = event.HasWatched },
		"Progress":   func(e *event.Event) { e.Has, e.Progress = event.HasProgress, 1 },
		"Rating":     func(e *event.Event) { e.Has, e.Rating = event.HasRating, 1 },
		"Amount":     func(e *event.Event) { e.Has, e.Amount = event.HasAmount, 1 },
		"Currency":   func(e *event.Event) { e.Currency = "x" },
		"Plan":       func(e *event.Event) { e.Plan = "x" },
		"Channel":    func(e *event.Event) { e.Channel = "x" },
	} {
		e := base
		change(&e)
		got := timeline.NameOf(&e)
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s have one name", name, other)
		}
		seen[got] = name
	}
}

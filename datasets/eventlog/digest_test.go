package eventlog

import (
	"math/rand/v2"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/eventlog/rowhash"
)

// Whether an event came before is for others to find out.
func TestRepeatedEventsAreAllGiven(t *testing.T) {
	row := `{"event_id":"a","ts":1,"user_id":"u","type":"search"}` + "\n"
	d := readAll(t, mustOpen(t, fsOf(map[string]string{"events-1.jsonl": row + row, "events-2.jsonl": row}), Options{}))
	if len(d.Events) != 3 || len(d.Rejects) != 0 {
		t.Errorf("%d events and rejects %+v, want three and none", len(d.Events), d.Rejects)
	}
}

// digestOf is the digest of everything a source accepts, each event once.
func digestOf(t *testing.T, files map[string]string) string {
	t.Helper()
	d := readAll(t, mustOpen(t, fsOf(files), Options{}))
	var sum Digest
	var hasher rowhash.Hasher
	seen := make(map[rowhash.Sum]bool)
	for i := range d.Events {
		if name := hasher.Identity(&d.Events[i]); !seen[name] {
			seen[name] = true
			sum.AddEvent(&d.Events[i], event.Train)
		}
	}
	sum.AddCatalogue(d.Catalogue)
	return sum.Sum()
}

func TestDigest(t *testing.T) {
	lines := strings.SplitAfter(strings.TrimSuffix(string(jsonLog(2000)), "\n"), "\n")
	users := "user_id,region\nu1,a\nu2,b\n"
	want := digestOf(t, map[string]string{"events.jsonl": strings.Join(lines, ""), "users.csv": users})
	if len(want) != 64 {
		t.Errorf("digest %q, want 64 hexadecimal digits", want)
	}

	rng := rand.New(rand.NewPCG(8, 9))
	shuffled := append([]string(nil), lines...)
	shuffled[len(shuffled)-1] += "\n"
	rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	same := map[string]map[string]string{
		"OtherOrder":     {"events.jsonl": strings.Join(shuffled, ""), "users.csv": "region,user_id\nb,u2\na,u1\n"},
		"OtherFiles":     {"events/1.jsonl": strings.Join(lines[:700], ""), "events/2.jsonl": strings.Join(lines[700:], ""), "users.csv": users},
		"ImportedTwice":  {"events-1.jsonl": strings.Join(lines, ""), "events-2.jsonl": strings.Join(shuffled, ""), "users-1.csv": users, "users-2.csv": users},
		"WithBadRows":    {"events.jsonl": "{}\n" + strings.Join(lines, "") + "\nbroken", "users.csv": users},
		"CompressedToo":  {"events.jsonl.gz": string(zipped(t, []byte(strings.Join(lines, "")))), "users.csv": users},
		"UnknownColumns": {"events.jsonl": strings.Join(lines, ""), "users.csv": "user_id,region,hobby\nu1,a,x\nu2,b,y\n"},
	}
	for name, files := range same {
		if got := digestOf(t, files); got != want {
			t.Errorf("%s: digest %s, want %s", name, got, want)
		}
	}
	other := map[string]map[string]string{
		"OneEventLess": {"events.jsonl": strings.Join(lines[1:], ""), "users.csv": users},
		"OtherUser":    {"events.jsonl": strings.Join(lines, ""), "users.csv": "user_id,region\nu1,a\nu2,c\n"},
		"NoUsers":      {"events.jsonl": strings.Join(lines, "")},
	}
	for name, files := range other {
		if digestOf(t, files) == want {
			t.Errorf("%s: the digest is the same", name)
		}
	}
}

func TestDigestTellsPartsAndKindsApart(t *testing.T) {
	seen := make(map[string]string)
	for name, add := range map[string]func(*Digest){
		"nothing": func(*Digest) {}, "user": func(d *Digest) { d.AddUser(&event.User{}) }, "item": func(d *Digest) { d.AddItem(&event.Item{}) },
		"partner": func(d *Digest) { d.AddPartner(&event.Partner{}) }, "trend": func(d *Digest) { d.AddTrend(&event.Trend{}) },
		"train": func(d *Digest) { d.AddEvent(&event.Event{}, event.Train) }, "test": func(d *Digest) { d.AddEvent(&event.Event{}, event.Test) },
		"validation": func(d *Digest) { d.AddEvent(&event.Event{}, event.Validation) },
		"twice": func(d *Digest) {
			d.AddUser(&event.User{})
			d.AddUser(&event.User{})
		},
	} {
		var d Digest
		add(&d)
		if other, ok := seen[d.Sum()]; ok {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[d.Sum()] = name
	}
}

func TestDigestMerge(t *testing.T) {
	var whole, a, b Digest
	for i := range 100 {
		e := event.Event{TS: event.Time(i)}
		whole.AddEvent(&e, event.Train)
		if i%3 == 0 {
			a.AddEvent(&e, event.Train)
		} else {
			b.AddEvent(&e, event.Train)
		}
	}
	b.Merge(&a)
	if b.Sum() != whole.Sum() {
		t.Error("shards merged differ from the whole")
	}
}

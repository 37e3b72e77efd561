package eventlog

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

func TestDuplicates(t *testing.T) {
	d := readAll(t, mustOpen(t, fsOf(map[string]string{
		"events-1.jsonl": `{"event_id":"a","ts":1,"user_id":"u","type":"search"}
{"ts":1,"user_id":"u","type":"search"}
{"event_id":"a","ts":2,"user_id":"v","type":"search"}
{"ts":1,"user_id":"u","type":"search","channel":"app"}
`,
		"events-2.csv": "event_id,ts,user_id,type\n,1970-01-01T00:00:01Z,u,search\nb,1,u,search\nb,1,u,search\n",
	}), Options{}))
	if len(d.Events) != 4 || d.Events[0].UserID != "u" {
		t.Errorf("accepted %+v, want the first of each", d.Events)
	}
	var got []string
	for _, r := range d.Rejects {
		got = append(got, fmt.Sprint(r.File, ":", r.Line, " ", r.Code, " ", r.Field))
	}
	want := "events-1.jsonl:3 duplicate event_id, events-2.csv:2 duplicate , events-2.csv:4 duplicate event_id"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

// digestOf is the digest of everything a source accepts.
func digestOf(t *testing.T, files map[string]string) string {
	t.Helper()
	d := readAll(t, mustOpen(t, fsOf(files), Options{}))
	var sum Digest
	for i := range d.Events {
		sum.AddEvent(&d.Events[i], event.Train)
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

func TestNearlyEqualEventsAreKept(t *testing.T) {
	base := `"ts":1,"user_id":"u","item_id":"i","type":"watch"`
	rows := []string{base}
	for _, more := range []string{`"seconds":0`, `"seconds":1`, `"channel":"a"`, `"plan":"a"`, `"received_at":1`, `"progress":0`, `"rating":1`,
		`"amount":0`, `"currency":"EUR"`} {
		rows = append(rows, base+","+more)
	}
	d := readAll(t, mustOpen(t, fsOf(map[string]string{"events.jsonl": "{" + strings.Join(rows, "}\n{") + "}"}), Options{}))
	if len(d.Events) != len(rows) {
		t.Errorf("%d of %d kept; rejects %+v", len(d.Events), len(rows), d.Rejects)
	}
	for _, r := range d.Rejects {
		if r.Code != code.Duplicate {
			t.Error(r)
		}
	}
}

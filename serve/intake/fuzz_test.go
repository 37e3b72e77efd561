package intake

import (
	"bytes"
	"strings"
	"testing"

	"curio/datasets/event"
)

// FuzzSegment: whatever a segment holds, reading it ends without a fault, what is
// taken for an event is written again as one that is equal, and cutting it off
// loses no event and needs doing once.
func FuzzSegment(f *testing.F) {
	e := view("a", "u", "i")
	e.ReceivedAt = e.TS
	one := line(&e)
	e.ID, e.Type, e.Has, e.Rating, e.Plan = "b", event.Rating, event.HasRating, 450, "a\n\"b"
	two := line(&e)
	for _, seed := range []string{"", "\n", one, one + two, two[:40], one + two[:40], one + "\x00\x00\n" + two, one + "{}\n", strings.Replace(one, "view", "View", 1),
		strings.Replace(one, `"i"`, `7`, 1), strings.Replace(two, "4.5", `"4.5"`, 1), strings.Replace(two, "4.5", "1e400", 1), strings.Replace(one, `"u"`, `"\ud800"`, 1),
		strings.Replace(one, `"u"`, `["u"]`, 1), strings.Replace(one, "2026", "0000", 1), "[" + one, strings.Repeat("[", 1000) + "\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		var d decoder
		var again bytes.Buffer
		n := 0
		bad, err := scan(bytes.NewReader(content), func(e *event.Event) error {
			n++
			text := line(e)
			again.WriteString(text)
			back, err := d.event([]byte(text[:len(text)-1]))
			if err != nil || back != *e {
				t.Errorf("%+v is written as %s and read as %+v, %v", *e, text, back, err)
			}
			return nil
		})
		if lines := bytes.Count(content, []byte{'\n'}); err != nil || n+bad != lines {
			t.Errorf("%d events and %d bad lines of %d, %v", n, bad, lines, err)
		}
		stop, err := end(bytes.NewReader(content), int64(len(content)))
		if err != nil || stop > int64(len(content)) || stop > 0 && content[stop-1] != '\n' {
			t.Fatalf("ends at %d of %d, %v", stop, len(content), err)
		}
		kept := 0
		if _, err := scan(bytes.NewReader(content[:stop]), func(*event.Event) error { kept++; return nil }); err != nil || kept != n {
			t.Errorf("%d of %d events are left, %v", kept, n, err)
		}
		if twice, err := end(bytes.NewReader(content[:stop]), stop); err != nil || twice != stop {
			t.Errorf("cut off again at %d, %v, first at %d", twice, err, stop)
		}
	})
}

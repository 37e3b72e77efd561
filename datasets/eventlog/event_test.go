package eventlog

import (
	"testing"
	"testing/fstest"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/eventtest"

	"github.com/google/go-cmp/cmp"
)

func TestEventCases(t *testing.T) {
	for _, c := range eventtest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			log := fstest.MapFS{"events.jsonl": {Data: []byte(`{"user_id":"u",` + c.Fields + "}\n")}}
			d := readAll(t, mustOpen(t, log, Options{Now: eventtest.Now}))
			if c.Refused != "" {
				if len(d.Rejects) != 1 || d.Rejects[0].Field != c.Refused && d.Rejects[0].Code != code.NotUTF8 {
					t.Errorf("%s: rejects %+v, want one about %s", c.Fields, d.Rejects, c.Refused)
				}
				return
			}
			c.Want.UserID = "u"
			if diff := cmp.Diff([]event.Event{c.Want}, d.Events); diff != "" || len(d.Rejects) != 0 {
				t.Errorf("%s: %+v %s", c.Fields, d.Rejects, diff)
			}
		})
	}
}

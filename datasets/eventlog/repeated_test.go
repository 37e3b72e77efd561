package eventlog

import "testing"

// Whether an event came before is for others to find out.
func TestRepeatedEventsAreAllGiven(t *testing.T) {
	row := `{"event_id":"a","ts":1700000000,"user_id":"u","type":"search"}` + "\n"
	d := readAll(t, mustOpen(t, fsOf(map[string]string{"events-1.jsonl": row + row, "events-2.jsonl": row}), Options{}))
	if len(d.Events) != 3 || len(d.Rejects) != 0 {
		t.Errorf("%d events and rejects %+v, want three and none", len(d.Events), d.Rejects)
	}
}

package privacy

import "maps"

// userTally counts the rows of users that did not pass.
type userTally struct {
	erased         map[string]int // by id
	withoutConsent int
}

// eventTally counts the events that did not pass.
type eventTally struct {
	pastRetention  int
	erased         map[string]int // by user id
	withoutConsent int
}

func (t *eventTally) add(u *eventTally) {
	t.pastRetention += u.pastRetention
	t.withoutConsent += u.withoutConsent
	for id, n := range u.erased {
		t.erased[id] += n
	}
}

func sum(of map[string]int) int {
	total := 0
	for _, n := range of {
		total += n
	}
	return total
}

// Notes returns the notes of the source below, if it has any, and counts of the
// rows that did not pass, as of the latest whole readings: users_erased,
// users_without_consent, events_past_retention, events_erased and
// events_without_consent. Counts of zero are left out.
//
// Notes tell of the erased, those of the source below too: they belong into the
// record of a run, never into what must be the same without the erased.
func (s *Source) Notes() map[string]int {
	notes := map[string]int{}
	if below, ok := s.src.(interface{ Notes() map[string]int }); ok {
		maps.Copy(notes, below.Notes())
	}
	note := func(name string, n int) {
		if n > 0 {
			notes[name] = n
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users; u != nil {
		note("users_erased", sum(u.erased))
		note("users_without_consent", u.withoutConsent)
	}
	if e := s.events; e != nil {
		note("events_past_retention", e.pastRetention)
		note("events_erased", sum(e.erased))
		note("events_without_consent", e.withoutConsent)
	}
	return notes
}

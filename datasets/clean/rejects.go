package clean

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
	"unicode/utf8"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// MaxHeld is how many rejects of events wait in memory, some 100 bytes each.
const MaxHeld = 1 << 18

// held counts the rejects that wait, of all workers.
type held struct{ n atomic.Int64 }

// room reports whether one more may wait. It says no to every worker from the
// first refusal on.
func (h *held) room() bool { return h.n.Add(1) <= MaxHeld }

func (h *held) overflowed() bool { return h.n.Load() > MaxHeld }

// deliver reports what the workers found in the order of places; several findings
// of one place, which one worker has seen, in the order it saw them. If they were
// too many to be kept it looks for them again.
func (s *Source) deliver(ctx context.Context, shelf *shelf, team []*worker, h *held, reject func(event.Reject)) error {
	if reject == nil || h.n.Load() == 0 {
		return nil
	}
	files := s.src.Files()
	if h.overflowed() {
		c := s.check(shelf)
		return event.Each(ctx, s.src, nil, func(e *event.Event, _ event.Part, at event.Place) error {
			if passed, why := c.look(e); passed == nil {
				reject(why.kept(e, at).reject(files))
			}
			return nil
		})
	}
	var all []finding
	for _, w := range team {
		all = append(all, w.findings...)
	}
	slices.SortStableFunc(all, func(a, b finding) int { return cmp.Compare(a.at, b.at) })
	for _, f := range all {
		reject(f.reject(files))
	}
	return nil
}

// reject reports a finding about an event. Places count events where there are no
// files.
func (f finding) reject(files []string) event.Reject {
	r := event.Reject{Line: f.at.Line(), Code: f.code, Field: f.field, Value: short(f.value), Message: message(f.code)}
	if i := f.at.File(); i < len(files) {
		r.File = files[i]
	}
	return r
}

func message(fault string) string {
	if fault == code.CurrencyUnknown {
		return "no rate is configured for the currency"
	}
	return code.Message(fault)
}

// short cuts a value to what a reject may hold, between letters.
func short(value string) string {
	const most = 64
	if len(value) <= most {
		return value
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(value[cut]) {
		cut--
	}
	return value[:cut]
}

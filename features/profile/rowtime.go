package profile

import (
	"fmt"

	"curio/datasets/event"
)

// setTimes writes the times of purchases and the sessions.
func (r *Row) setTimes(u *User) {
	r.PurchaseFirst, r.PurchaseLast = int64(u.Purchase.First), int64(u.Purchase.Last)
	r.SessionGap = int64(u.Sessions.Gap)
	for _, s := range u.Sessions.Spans {
		r.SessionStart = append(r.SessionStart, int64(s.Start))
		r.SessionEnd = append(r.SessionEnd, int64(s.End))
	}
}

// times reads them into u, whose other totals are set.
func (r *Row) times(u *User) error {
	p, s := &u.Purchase, &u.Sessions
	p.First, p.Last = event.Time(r.PurchaseFirst), event.Time(r.PurchaseLast)
	if err := ordered(p.First, p.Last); err != nil {
		return err
	}
	if p.First != 0 && (p.Count == 0 || p.First < u.First || p.Last > u.Last) {
		return fmt.Errorf("%w: %d purchases from %d to %d, events from %d to %d", ErrRow, p.Count, p.First, p.Last, u.First, u.Last)
	}
	n := len(r.SessionStart)
	s.Gap = event.Time(r.SessionGap)
	if len(r.SessionEnd) != n || s.Gap < 0 || (s.Gap == 0 && n > 0) || int64(n) > u.Events {
		return fmt.Errorf("%w: sessions with a gap of %d, %d starts, %d ends, %d events", ErrRow, s.Gap, n, len(r.SessionEnd), u.Events)
	}
	for i := range n {
		x := Span{event.Time(r.SessionStart[i]), event.Time(r.SessionEnd[i])}
		if x.Start == 0 || x.End == 0 || x.Start > x.End || x.Start < u.First || x.End > u.Last {
			return fmt.Errorf("%w: session %d from %d to %d, events from %d to %d", ErrRow, i, x.Start, x.End, u.First, u.Last)
		}
		if i > 0 {
			if before := s.Spans[i-1].End; x.Start <= before || apart(before, x.Start) < uint64(s.Gap) {
				return fmt.Errorf("%w: session %d follows at %d on one that ends at %d", ErrRow, i, x.Start, before)
			}
		}
		s.Spans = append(s.Spans, x)
	}
	return nil
}

package profile

import "curio/datasets/event"

// Visible reports whether a profile as of a time may read an event: whether it
// had happened and the platform had learned of it by then, the instant itself
// included. A receipt that is unknown is taken to be immediate. A time of
// happening that is unknown says nothing, so such an event is visible from its
// receipt on and, without either, always. So is every event when asOf is 0,
// which is no time but the end of a log.
func Visible(e *event.Event, asOf event.Time) bool {
	if asOf == 0 {
		return true
	}
	happened := e.TS == 0 || e.TS <= asOf
	learned := e.ReceivedAt == 0 || e.ReceivedAt <= asOf
	return happened && learned
}

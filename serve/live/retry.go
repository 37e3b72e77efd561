package live

import "time"

// retry spaces the tries of an artifact that was refused. A move of the alias
// starts anew.
type retry struct {
	nonce string
	tries int
	delay time.Duration
	next  time.Time
}

// due reports whether what the alias names by this nonce may be tried now.
func (r *retry) due(nonce string, now time.Time) bool {
	return r.tries == 0 || r.nonce != nonce || !now.Before(r.next)
}

// failed notes a refusal and returns how often this nonce was tried.
func (r *retry) failed(nonce string, now time.Time, first, most time.Duration) int {
	if r.nonce != nonce {
		*r = retry{nonce: nonce}
	}
	r.tries++
	r.delay = min(max(2*r.delay, first), most)
	r.next = now.Add(r.delay)
	return r.tries
}

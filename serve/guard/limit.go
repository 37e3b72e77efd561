package guard

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// newLimiter returns a bucket that is full; nil when perSecond is 0, for no limit.
// No burst is a second's worth, rounded up.
func newLimiter(perSecond float64, burst int) *rate.Limiter {
	if perSecond == 0 {
		return nil
	}
	if burst == 0 {
		burst = int(math.Ceil(perSecond))
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// limited takes a token of l and, when there is none, answers 429.
func (g *Guard) limited(w http.ResponseWriter, r *http.Request, l *rate.Limiter, now time.Time) bool {
	if l == nil || l.AllowN(now, 1) {
		return false
	}
	g.count.limited.Add(1)
	wait := (1 - l.TokensAt(now)) / float64(l.Limit())
	w.Header().Set("Retry-After", strconv.FormatInt(int64(max(1, math.Ceil(min(wait, 1e6)))), 10))
	g.refuse(w, r, http.StatusTooManyRequests, CodeLimited, "there were more requests than this caller may make; Retry-After says when there may be another")
	return true
}

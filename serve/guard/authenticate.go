package guard

import (
	"net/http"
	"strings"
	"time"
)

// credentials returns the key that a request shows, empty for none. It is not ok
// when there is more than one or in another form.
func credentials(h http.Header) (key string, ok bool) {
	authorization, own := h["Authorization"], h["X-Api-Key"]
	switch {
	case len(authorization)+len(own) == 0:
		return "", true
	case len(authorization)+len(own) > 1:
		return "", false
	case len(own) == 1:
		return own[0], own[0] != ""
	}
	return bearer(authorization[0])
}

// bearer returns the key in the value of an Authorization header (RFC 6750,
// section 2.1). The scheme may be in any case (RFC 9110, section 11.1).
func bearer(value string) (key string, ok bool) {
	const scheme = "Bearer "
	if len(value) <= len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		return "", false
	}
	key = strings.TrimLeft(value[len(scheme):], " ")
	return key, key != ""
}

// authenticate returns whose key r shows. When that may not do what r needs it
// answers 401 or 403 and returns nil.
func (g *Guard) authenticate(w http.ResponseWriter, r *http.Request, need Scope, now time.Time) *holder {
	key, ok := credentials(r.Header)
	if ok && key == "" {
		g.unauthorised(w, r, "", CodeNoKey, "this needs a key, in the header Authorization: Bearer KEY or X-API-Key: KEY")
		return nil
	}
	var h *holder
	if ok {
		h = g.o.Keys.find(key)
	}
	const invalid = `, error="invalid_token"`
	switch {
	case !ok:
		g.unauthorised(w, r, invalid, CodeWrongKey, "want one header, Authorization: Bearer KEY or X-API-Key: KEY")
	case h == nil:
		g.unauthorised(w, r, invalid, CodeWrongKey, "there is no such key")
	case h.disabled:
		g.unauthorised(w, r, invalid, CodeDisabledKey, "the key is disabled")
	case !h.expires.IsZero() && !now.Before(h.expires):
		g.unauthorised(w, r, invalid, CodeExpiredKey, "the key has expired")
	case !h.caller.Scopes.Has(need):
		g.count.forbidden.Add(1)
		w.Header().Set("WWW-Authenticate", realm+`, error="insufficient_scope", scope="`+need.String()+`"`)
		g.refuse(w, r, http.StatusForbidden, CodeScope, "the key is not for this; it needs the scope "+need.String())
	default:
		h.tally.requests.Add(1)
		h.tally.last.Store(now.UnixNano())
		return h
	}
	return nil
}

const realm = `Bearer realm="curio"`

func (g *Guard) unauthorised(w http.ResponseWriter, r *http.Request, because, code, detail string) {
	g.count.unauthorised.Add(1)
	w.Header().Set("WWW-Authenticate", realm+because)
	g.refuse(w, r, http.StatusUnauthorized, code, detail)
}

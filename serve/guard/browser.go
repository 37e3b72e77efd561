package guard

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// LoopbackHosts are the names by which a server on this machine is asked. With
// them as Options.Hosts a web page cannot reach the server by a name of its own
// that it has stand for 127.0.0.1.
func LoopbackHosts() []string { return []string{"localhost", "127.0.0.1", "::1"} }

// browser is what web pages may do.
type browser struct {
	any     bool                        // pages of every origin may read answers
	origins []string                    // pages of these may
	crossed *http.CrossOriginProtection // nil where a key is asked for
	hosts   []string                    // nil for any
}

// What scripts may send and see.
const (
	corsMethods = "GET, HEAD, POST, PUT"
	corsHeaders = "Authorization, X-API-Key, Content-Type, X-Request-ID"
	corsExposed = "X-Request-ID, Retry-After"
	corsMaxAge  = "600" // seconds
)

func newBrowser(o Options) (browser, error) {
	b := browser{hosts: o.Hosts}
	crossed := http.NewCrossOriginProtection()
	for _, origin := range o.Origins {
		if origin == "*" {
			b.any = true
			continue
		}
		if err := crossed.AddTrustedOrigin(origin); err != nil {
			return b, fmt.Errorf("%w: the origin %.80q is neither * nor of the form https://HOST[:PORT]", ErrOptions, origin)
		}
		b.origins = append(b.origins, origin)
	}
	if o.Keys == nil && !b.any {
		b.crossed = crossed
	}
	return b, nil
}

// refusedPage answers what a web page has no right to ask, and preflight requests
// (Fetch standard, section 3.2). It sets the headers by which the browser lets a
// page of a configured origin read the answer.
func (g *Guard) refusedPage(w http.ResponseWriter, r *http.Request) bool {
	b := &g.browser
	if b.hosts != nil && r.Host != "" && !b.calls(r.Host) { // browsers always name one
		g.count.pages.Add(1)
		g.refuse(w, r, http.StatusMisdirectedRequest, CodeHost, "this server does not go by the name in the request")
		return true
	}
	if b.any || b.origins != nil {
		if g.cors(w, r) {
			return true
		}
	}
	if b.crossed != nil && b.crossed.Check(r) != nil {
		g.count.pages.Add(1)
		g.refuse(w, r, http.StatusForbidden, CodeOrigin, "pages of other origins may not ask this")
		return true
	}
	return false
}

func (g *Guard) cors(w http.ResponseWriter, r *http.Request) (answered bool) {
	h := w.Header()
	if !g.browser.any {
		h.Add("Vary", "Origin")
	}
	origin := r.Header["Origin"]
	if len(origin) == 0 {
		return false
	}
	allowed := g.browser.any || len(origin) == 1 && slices.Contains(g.browser.origins, origin[0])
	if allowed {
		if g.browser.any {
			h.Set("Access-Control-Allow-Origin", "*")
		} else {
			h.Set("Access-Control-Allow-Origin", origin[0])
		}
		h.Set("Access-Control-Expose-Headers", corsExposed)
	}
	if r.Method != http.MethodOptions || r.Header["Access-Control-Request-Method"] == nil {
		return false
	}
	if !allowed {
		g.count.pages.Add(1)
		g.refuse(w, r, http.StatusForbidden, CodeOrigin, "pages of this origin may not ask")
		return true
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}

// calls reports whether a Host header has one of the names, in any case and with
// any port.
func (b *browser) calls(host string) bool {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return slices.ContainsFunc(b.hosts, func(name string) bool { return strings.EqualFold(name, host) })
}

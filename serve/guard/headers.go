package guard

import "net/http"

// The content security policies of answers: of data, which no page has to run,
// and of pages that bring their own scripts and styles.
const (
	PolicyData = "default-src 'none'; frame-ancestors 'none'"
	PolicyPage = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; " +
		"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

// The values of headers, shared by all answers and never changed: http.Header
// replaces or copies such a slice, it does not write into it.
var (
	nosniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	noStore    = []string{"no-store"}
	hsts       = []string{"max-age=31536000"} // a year
	policyData = []string{PolicyData}
	policyPage = []string{PolicyPage}
)

// secure sets the headers of every answer. A handler may replace them.
func (g *Guard) secure(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["X-Content-Type-Options"] = nosniff
	h["Referrer-Policy"] = noReferrer
	h["Cache-Control"] = noStore
	policy := PolicyData
	if g.o.Policy != nil {
		policy = g.o.Policy(r.URL.Path)
	}
	switch policy {
	case PolicyData:
		h["Content-Security-Policy"] = policyData
	case PolicyPage:
		h["Content-Security-Policy"] = policyPage
	default:
		h["Content-Security-Policy"] = []string{policy}
	}
	if r.TLS != nil {
		h["Strict-Transport-Security"] = hsts
	}
}

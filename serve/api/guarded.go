package api

import (
	"net/http"

	"curio/serve/guard"
)

// ScopeOf says what the caller of a request must be allowed to.
func ScopeOf(r *http.Request) guard.Scope {
	if k := callIn(r); k != nil && k.operation != nil {
		return k.operation.scope
	}
	return guard.Read
}

// Refuse writes a problem about a request that the guard does not let pass.
func Refuse(_ http.ResponseWriter, r *http.Request, status int, code, detail string) {
	callIn(r).refuse(problem(status, code, "%s", detail))
}

// IsHealth reports whether a request asks how the server is, which is answered
// whatever the load.
func IsHealth(r *http.Request) bool {
	k := callIn(r)
	return k != nil && k.operation != nil && k.operation.tag == healthTag
}

package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// router is gin behind a guard.
type router struct {
	*gin.Engine
	guarded gin.HandlerFunc
}

// router makes gin answer the operations that it is to have.
func (a *API) router(guard func(http.Handler) http.Handler, has func(*operation) bool) *router {
	r := &router{gin.New(), guarded(guard)}
	// Ids may hold slashes: routes are matched on the escaped path and ids are
	// unescaped once, in call.pathText.
	r.UseEscapedPath = true
	r.UnescapePathValues = false
	r.RedirectTrailingSlash = false
	r.HandleMethodNotAllowed = true
	r.Use(a.observe, a.recover)
	r.NoRoute(r.guarded, a.handle(noRoute))
	r.NoMethod(r.guarded, a.handle(noMethod))
	for _, o := range a.operations {
		if has(o) {
			r.add(a, o)
		}
	}
	return r
}

// add makes gin answer an operation.
func (r *router) add(a *API, o *operation) {
	path := strings.NewReplacer("{", ":", "}", "").Replace(o.path)
	if at := strings.LastIndexByte(o.path, ':'); at > 0 {
		path = strings.Replace(path, o.path[at:], `\`+o.path[at:], 1) // a verb and no parameter
	}
	r.on(o.method, path, o, a.handle(func(k *call) (answer, *Problem) {
		if o.model && k.model == nil {
			return nil, a.notReady()
		}
		return o.serve(k)
	}))
}

// raw answers GET with what is no operation: everybody may ask for it.
func (r *router) raw(path string, h gin.HandlerFunc) {
	r.on(http.MethodGet, path, &operation{method: http.MethodGet, path: path}, h)
}

func (r *router) on(method, path string, o *operation, h gin.HandlerFunc) {
	mark := func(c *gin.Context) { callOf(c).operation = o }
	r.Handle(method, path, mark, r.guarded, h)
	if method == http.MethodGet { // net/http drops the body
		r.HEAD(path, mark, r.guarded, h)
	}
}

// guarded lets a guard decide whether a request goes on.
func guarded(wrap func(http.Handler) http.Handler) gin.HandlerFunc {
	if wrap == nil {
		return func(*gin.Context) {}
	}
	guard := wrap(http.HandlerFunc(pass))
	return func(c *gin.Context) {
		k := callOf(c)
		k.next = c
		guard.ServeHTTP(c.Writer, c.Request)
		if k.next != nil { // not let pass
			c.Abort()
		}
	}
}

// pass is what stands behind the guard: the rest of gin's chain.
func pass(_ http.ResponseWriter, r *http.Request) {
	k := callIn(r)
	c := k.next
	k.next, k.request, c.Request = nil, r, r
	c.Next()
}

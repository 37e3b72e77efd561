package api

import (
	"net/http"

	"curio/serve/guard"
)

const healthTag = "Health"

// The statuses with which operations refuse, besides those that all have in common.
var (
	unknown   = []int{http.StatusNotFound}
	forbidden = []int{http.StatusForbidden}
	conflict  = []int{http.StatusConflict}
	body      = []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}
)

// operate lists everything the API answers.
func (a *API) operate() {
	get := func(path, id, tag, summary string) operation {
		return operation{method: http.MethodGet, path: path, id: id, tag: tag, summary: summary, scope: guard.Read, model: true}
	}
	post := func(path, id, tag, summary string) operation {
		o := get(path, id, tag, summary)
		o.method, o.problems = http.MethodPost, body
		return o
	}
	add(a, get("/v1/users/{id}/recommendations", "recommendUser", "Recommendations", "What a user might like").refusing(unknown), recommendUser)
	add(a, post("/v1/recommendations", "recommendSession", "Recommendations", "What a user or an anonymous visitor might like, by what they did lately").refusing(unknown), recommendSession)
	add(a, post("/v1/recommendations:batch", "recommendBatch", "Recommendations", "Answers for up to 1,000 users or sessions at once"), recommendBatch)
	add(a, post("/v1/rank", "rankItems", "Recommendations", "Put the caller's own items in order for a user").refusing(unknown), rankItems)
	add(a, get("/v1/users/{id}/items/{item}", "scoreItem", "Recommendations", "What the model thinks of one item for a user").refusing(unknown), scoreItem)
	add(a, get("/v1/items/{id}/similar", "similarItems", "Recommendations", "What is like an item").refusing(unknown), similarItems)
	add(a, get("/v1/users/{id}/profile", "userProfile", "Users", "What is known of a user by what they did").refusing(unknown), userProfile)
	add(a, get("/v1/users/{id}/similar", "similarUsers", "Users", "Users whose interest is like that of a user").refusing(unknown), similarUsers)
	add(a, operation{method: http.MethodPost, path: "/v1/events", id: "reportEvents", tag: "Events", summary: "Tell what users did", scope: guard.Events,
		details:  "The events that are accepted are on disk before the answer is sent, training reads them, and they count in the next answers for their users. An event is named by its event_id: one that was sent before is kept once.",
		problems: append([]int{http.StatusNotFound, http.StatusInsufficientStorage}, body...)}, a.reportEvents)
	add(a, get("/v1/users/{id}/segment", "userSegment", "Segments", "Which segment a user is in").refusing(unknown), userSegment)
	add(a, get("/v1/segments", "listSegments", "Segments", "All segments, largest first"), listSegments)
	add(a, get("/v1/segments/{id}", "showSegment", "Segments", "One segment").refusing(unknown), showSegment)
	add(a, get("/v1/segments/{id}/recommendations", "segmentItems", "Segments", "What a segment wants and does not have yet").refusing(unknown, forbidden), segmentItems)
	add(a, get("/v1/segments/{id}/users", "segmentUsers", "Segments", "The members of a segment, a page at a time").refusing(unknown, forbidden, conflict), segmentUsers)
	add(a, post("/v1/segments:assign", "assignSegment", "Segments", "Which segment a user, events or features belong to").refusing(unknown), assignSegment)
	add(a, post("/v1/items/{id}/audience", "itemAudience", "Segments", "Whom an item interests most").refusing(unknown, forbidden, conflict), itemAudience)
	add(a, operation{method: http.MethodGet, path: "/v1/model", id: "showModel", tag: "Model", summary: "What is served, and how following the alias goes", scope: guard.Read}, a.showModel)
	if a.o.Registry != nil {
		stored := func(method, path, id, summary string, scope guard.Scope, problems ...int) operation {
			return operation{method: method, path: path, id: id, tag: "Model", summary: summary, scope: scope, problems: problems}
		}
		add(a, stored(http.MethodGet, "/v1/models", "listModels", "All versions in the store, newest first", guard.Read), a.listModels)
		add(a, stored(http.MethodGet, "/v1/models/{version}", "showVersion", "One version in the store", guard.Read, unknown...), a.showVersion)
		add(a, stored(http.MethodPut, "/v1/aliases/{alias}", "moveAlias", "Promote a version, or roll back", guard.Admin, append([]int{http.StatusNotFound, http.StatusConflict}, body...)...), a.moveAlias)
	}
	add(a, operation{method: http.MethodPost, path: "/v1/model:reload", id: "reloadModel", tag: "Model", summary: "Look at the alias now", scope: guard.Admin}, a.reloadModel)
	add(a, operation{method: http.MethodGet, path: "/health/live", id: "isLive", tag: healthTag, summary: "200 as long as the process answers at all"}, a.isLive)
	add(a, operation{method: http.MethodGet, path: "/health/ready", id: "isReady", tag: healthTag, summary: "200 while requests can be answered", problems: []int{http.StatusServiceUnavailable}}, a.isReady)
}

// refusing adds to the statuses an operation refuses with.
func (o operation) refusing(statuses ...[]int) operation {
	for _, s := range statuses {
		o.problems = append(o.problems[:len(o.problems):len(o.problems)], s...)
	}
	return o
}

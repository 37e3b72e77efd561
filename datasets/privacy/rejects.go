package privacy

import (
	"curio/datasets/event"
	"curio/datasets/event/code"
)

const withheld = "the row is not shown"

// redact takes from a reject what may come from its row: columns may be mixed up,
// so any value may be an id. Where a row is, its code and its column stay, and so
// does a message that the code alone determines.
func redact(r event.Reject) event.Reject {
	r.Value = ""
	if code.OfFile(r.Code) {
		return r
	}
	if r.Message = code.Message(r.Code); r.Message == "" {
		r.Message = withheld
	}
	return r
}

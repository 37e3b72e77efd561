package privacy

import (
	"slices"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// aboutFiles are the codes whose messages speak of a file's form and name none of
// its cells.
var aboutFiles = []string{
	code.FileUnsupported, code.TruncatedFile, code.GzipCorrupt, code.ZstdCorrupt, code.ParquetCorrupt, code.ParquetType,
	code.DecompressionBomb, code.CSVHeader,
}

const withheld = "the row is not shown"

// redact takes from a reject what may come from its row: columns may be mixed up,
// so any value may be an id. Where a row is, its code and its column stay, and so
// does a message that the code alone determines.
func redact(r event.Reject) event.Reject {
	r.Value = ""
	if slices.Contains(aboutFiles, r.Code) {
		return r
	}
	if r.Message = code.Message(r.Code); r.Message == "" {
		r.Message = withheld
	}
	return r
}

package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// MaxBody is the largest request body in bytes.
const MaxBody = 1 << 20

// readBody returns the body of a JSON request, at most MaxBody bytes of it.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *Problem) {
	kind, with, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, encoding := with["charset"], r.Header.Get("Content-Encoding")
	if err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") || encoding != "" && encoding != "identity" {
		return nil, problem(http.StatusUnsupportedMediaType, "unsupported_media_type",
			"send the body as Content-Type: application/json, in UTF-8 and not compressed")
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem(http.StatusRequestEntityTooLarge, "body_too_large", "the body is larger than %d bytes", MaxBody)
	case err != nil:
		return nil, problem(http.StatusBadRequest, "body_unreadable", "the body ended before it was complete")
	case !utf8.Valid(data):
		return nil, problem(http.StatusBadRequest, "body_not_utf8", "the body is not UTF-8")
	}
	return data, nil
}

// checkJSON reports one fault when data is not one valid JSON value.
func checkJSON(data []byte, f *faults) bool {
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if err == nil {
		return true
	}
	detail := "want a JSON object"
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		detail = fmt.Sprintf("the JSON is malformed at byte %d", syntax.Offset)
	}
	f.add(Fault{In: "body", Code: CodeInvalid, Detail: detail})
	return false
}

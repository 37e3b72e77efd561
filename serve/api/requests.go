package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"reflect"

	"curio/serve/recommend"
)

// ReadRequests reads lines as POST /v1/recommendations takes them; empty ones are left
// out. Users have the ids that requests have. The error names the line and its first
// fault.
func ReadRequests(r io.Reader) ([]recommend.Request, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, MaxBody)
	var requests []recommend.Request
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var body RecommendBody
		var f faults
		readInto(reflect.ValueOf(&body).Elem(), lines.Bytes(), &f)
		if len(f.list) > 0 {
			return nil, fmt.Errorf("line %d: %s: %s", n, f.list[0].Pointer, f.list[0].Detail)
		}
		requests = append(requests, body.request(&call{}))
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return requests, nil
}

package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Envelope is the part that every answer has in common.
type Envelope struct {
	RequestID    string  `json:"request_id"`
	ModelVersion string  `json:"model_version"` // empty when no model is loaded
	Strategy     string  `json:"strategy"`      // how the answer was found; "none" where no model was asked
	TookMS       float64 `json:"took_ms"`       // from the request's arrival to its encoding
}

func (e *Envelope) envelope() *Envelope { return e }

// answer is a response body; embedding Envelope makes one.
type answer interface{ envelope() *Envelope }

// milliseconds gives microsecond steps.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled is the largest buffer kept for reuse, in bytes.
const maxPooled = 1 << 18

// writeJSON encodes body before the first byte is sent, so that what cannot be
// encoded becomes an error and not half an answer.
func writeJSON(w http.ResponseWriter, status int, kind string, body any) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= maxPooled {
			buffers.Put(b)
		}
	}()
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	// A write fails when the client has gone; there is no one left to tell.
	_, _ = w.Write(b.Bytes())
	return nil
}

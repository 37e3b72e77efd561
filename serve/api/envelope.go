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

// The strategies of answers that come from no single question to the model.
const (
	StrategyBatch   = "batch"   // each answer has its own
	StrategyProfile = "profile" // what the user did
)

func (e *Envelope) envelope() *Envelope { return e }

// answer is a response body; embedding Envelope makes one.
type answer interface{ envelope() *Envelope }

// milliseconds gives microsecond steps.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

var appended = sync.Pool{New: func() any { return new([]byte) }}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled is the largest buffer kept for reuse, in bytes.
const maxPooled = 1 << 18

// writeJSON encodes body before the first byte is sent, so that what cannot be
// encoded becomes an error and not half an answer.
func writeJSON(w http.ResponseWriter, status int, kind string, body any) error {
	if a, ok := body.(appender); ok {
		b := appended.Get().(*[]byte)
		*b = append(a.appendJSON((*b)[:0]), '\n')
		send(w, status, kind, *b)
		if cap(*b) <= maxPooled {
			appended.Put(b)
		}
		return nil
	}
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
	send(w, status, kind, b.Bytes())
	return nil
}

func send(w http.ResponseWriter, status int, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	// A write fails when the client has gone; there is no one left to tell.
	_, _ = w.Write(body)
}

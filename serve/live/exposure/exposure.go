// Package exposure keeps a log of who was shown what by which model, for the report of
// an experiment: JSON lines in files that are only ever appended to. None is removed: whoever has no
// use for the oldest may delete them.
//
// The log never makes an answer wait. A record that finds the queue full is dropped and
// counted, and what the system had not written when the machine stopped is lost: an
// experiment can do without some records, but not with those it prefers, so none is
// chosen. It holds pseudonyms and never ids of users.
package exposure

import (
	"encoding/json"
	"errors"
)

// Shown is the kind of a record of items that were shown.
const Shown = "exposure"

// Record is one line of the log.
type Record struct {
	Time       int64     `json:"ts_ms"` // Unix time in milliseconds
	Kind       string    `json:"kind"`
	Experiment string    `json:"experiment,omitempty"`
	RequestID  string    `json:"request_id"`
	User       string    `json:"user"`               // pseudonym, the same for a user at all times; of nobody known, that of the session
	Anonymous  bool      `json:"anonymous,omitzero"` // User is that of a session
	Assigned   string    `json:"assigned"`           // arm that the user belongs to
	Served     string    `json:"served"`             // arm whose model answered; another one while there was none
	Version    string    `json:"model_version"`
	Strategy   string    `json:"strategy,omitempty"`
	Offset     int       `json:"offset,omitzero"`
	Items      []string  `json:"items,omitempty"`      // shown, best first
	Propensity []float64 `json:"propensity,omitempty"` // parallel to Items: how likely each was to be shown there, of an answer that explored
}

// MaxRecord is the most bytes of a line, its end included.
const MaxRecord = 1 << 20

var errLong = errors.New("the record is too long")

// encode appends the line of r to dst.
func (r *Record) encode(dst []byte) ([]byte, error) {
	data, err := json.Marshal(r)
	switch {
	case err != nil:
		return dst, err
	case len(data)+1 > MaxRecord:
		return dst, errLong
	}
	return append(append(dst, data...), '\n'), nil
}

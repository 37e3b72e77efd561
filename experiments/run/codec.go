package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxBytes bounds an encoded record.
const MaxBytes = 4 << 20

// ErrInvalid is wrapped by every error about a record that is not as it should
// be, rather than one that cannot be read.
var ErrInvalid = errors.New("invalid run record")

// Encode writes r as JSON, indented and with a final newline; equal records have
// equal bytes. A record that Decode would refuse is an error that wraps
// ErrInvalid.
func (r *Record) Encode() ([]byte, error) {
	w := *r
	w.CreatedAt = r.CreatedAt.UTC()
	data, err := json.MarshalIndent(&w, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode run record: %w: %w", ErrInvalid, err)
	}
	data = append(data, '\n')
	if _, err := Decode(data); err != nil {
		return nil, fmt.Errorf("encode run record: %w", err)
	}
	return data, nil
}

// Decode reads a record as Encode writes it. Unknown fields, anything after the
// record, more than MaxBytes and values out of bounds are errors that wrap
// ErrInvalid; of the bounds every one that is broken is named.
func Decode(data []byte) (*Record, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, want at most %d", ErrInvalid, len(data), MaxBytes)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	d.UseNumber()
	var r Record
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: something follows it", ErrInvalid)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return &r, nil
}

package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"unicode/utf8"
)

// Encode returns the canonical bytes of m: JSON in UTF-8 without white space,
// the keys of every object in byte order, numbers as written, and nothing
// escaped that need not be. It fails for a manifest that no reader would accept.
func (m *Manifest) Encode() ([]byte, error) {
	c := *m
	if c.Format == 0 {
		c.Format, c.MinReader = Format, MinReader
	}
	if c.Blobs == nil {
		c.Blobs = []Blob{}
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("encode manifest: %w", err)
	}
	data, err := json.Marshal(c)
	if err == nil && len(c.extra) > 0 {
		data, err = c.withExtra(data)
	}
	if err == nil {
		data, err = canonical(data)
	}
	if err == nil && len(data) > MaxManifest {
		err = fmt.Errorf("%d bytes, more than %d", len(data), MaxManifest)
	}
	if err != nil {
		return nil, fmt.Errorf("encode manifest: %w", err)
	}
	return data, nil
}

func (m *Manifest) withExtra(data []byte) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	maps.Copy(fields, m.extra)
	return json.Marshal(fields)
}

// DecodeManifest reads the canonical bytes of a manifest. The error wraps
// ErrFormat if this program cannot read the artifact, else ErrCorrupt. Fields
// that it does not know it accepts from a newer format only.
func DecodeManifest(data []byte) (*Manifest, error) {
	m, err := decodeManifest(data)
	if err == nil {
		return m, nil
	}
	if errors.Is(err, ErrFormat) {
		return nil, fmt.Errorf("decode manifest: %w", err)
	}
	return nil, fmt.Errorf("decode manifest: %w: %w", ErrCorrupt, err)
}

func decodeManifest(data []byte) (*Manifest, error) {
	if len(data) > MaxManifest {
		return nil, fmt.Errorf("%d bytes, more than %d", len(data), MaxManifest)
	}
	if err := checkDepth(data); err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	m := new(Manifest)
	// The format decides how the rest is to be read, and whether at all.
	for key, to := range map[string]*int{"format": &m.Format, "min_reader": &m.MinReader} {
		if err := json.Unmarshal(fields[key], to); err != nil {
			return nil, fmt.Errorf("field %q: %w", key, err)
		}
	}
	if err := m.checkFormat(); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, err
	}
	for _, known := range []string{
		"format", "min_reader", "model", "blobs", "config", "dataset", "metrics", "segments", "parent", "schema_hash", "pseudonym_key_id", "environment",
	} {
		delete(fields, known)
	}
	if len(fields) > 0 {
		if m.Format <= Format {
			return nil, fmt.Errorf("%d unknown fields", len(fields))
		}
		m.extra = fields
	}
	again, err := m.Encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, data) {
		return nil, errors.New("it is not in canonical form")
	}
	return m, nil
}

// canonical rewrites one JSON value.
func canonical(data []byte) ([]byte, error) {
	if err := checkDepth(data); err != nil {
		return nil, err
	}
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8")
	}
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	var value any
	if err := in.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, errors.New("there is more after the value")
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil { // sorts the keys of maps
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// checkDepth bounds the nesting of arrays and objects in data before a recursive
// decoder sees it.
func checkDepth(data []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("nested deeper than %d", maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

package bundle

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
)

// tensorEntry is one tensor in a safetensors header.
type tensorEntry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets []int  `json:"data_offsets"` // begin and end, in bytes after the header
}

// DecodeTensors reads safetensors of type F32, also such as Python wrote. It
// insists on what the format asks for: offsets without holes or overlaps that
// fit their shapes, and aligned data; and on finite numbers. Its errors wrap
// ErrCorrupt. The tensors share nothing with data.
func DecodeTensors(data []byte) (map[string]Tensor, error) {
	tensors, err := decodeTensors(data, readFloats)
	if err != nil {
		return nil, fmt.Errorf("decode tensors: %w: %w", ErrCorrupt, err)
	}
	return tensors, nil
}

// decodeTensors reads the numbers of each tensor with floats.
func decodeTensors(data []byte, floats func([]byte) ([]float32, error)) (map[string]Tensor, error) {
	if len(data) < 8 {
		return nil, fmt.Errorf("%d bytes are too few", len(data))
	}
	n := binary.LittleEndian.Uint64(data)
	switch {
	case n > maxHeader:
		return nil, fmt.Errorf("the header has %d bytes, more than %d", n, maxHeader)
	case n > uint64(len(data)-8):
		return nil, fmt.Errorf("the header has %d bytes, the file only %d", n, len(data))
	case n%headerAlign != 0:
		return nil, fmt.Errorf("the data is not aligned to %d bytes", headerAlign)
	}
	entries, err := readTensorHeader(data[8 : 8+n])
	if err != nil {
		return nil, err
	}
	data = data[8+n:]
	if err := checkLayout(entries, len(data)); err != nil {
		return nil, err
	}
	tensors := make(map[string]Tensor, len(entries))
	for name, e := range entries {
		values, err := floats(data[e.Offsets[0]:e.Offsets[1]])
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		tensors[name] = Tensor{Shape: e.Shape, Data: values}
	}
	return tensors, nil
}

// readTensorHeader reads the header entry by entry, so that no name goes
// unnoticed when it comes twice.
func readTensorHeader(header []byte) (map[string]tensorEntry, error) {
	if err := checkDepth(header); err != nil {
		return nil, err
	}
	in := json.NewDecoder(bytes.NewReader(header))
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("the header is no JSON object")
	}
	entries := map[string]tensorEntry{}
	metadata := false
	for in.More() {
		token, err := in.Token()
		if err != nil {
			return nil, fmt.Errorf("header: %w", err)
		}
		name, _ := token.(string)
		_, twice := entries[name]
		if name == "__metadata__" {
			twice, metadata = metadata, true
			err = in.Decode(new(map[string]string))
		} else if err = checkTensorName(name); err == nil {
			var e tensorEntry
			err = in.Decode(&e)
			entries[name] = e
		}
		switch {
		case err != nil:
			return nil, fmt.Errorf("header: entry %.60q: %w", name, err)
		case twice:
			return nil, fmt.Errorf("header: entry %.60q comes twice", name)
		case len(entries) > maxTensors:
			return nil, fmt.Errorf("more than %d tensors", maxTensors)
		}
	}
	if _, err := in.Token(); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, errors.New("header: there is more after the object")
	}
	return entries, nil
}

// checkLayout checks that the entries are of a type that is read and cover
// exactly size bytes.
func checkLayout(entries map[string]tensorEntry, size int) error {
	names := slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		return slices.Compare(entries[a].Offsets, entries[b].Offsets)
	})
	end := 0
	for _, name := range names {
		e := entries[name]
		n, err := elements(e.Shape)
		switch {
		case err != nil:
			return fmt.Errorf("tensor %q: %w", name, err)
		case e.Shape == nil:
			return fmt.Errorf("tensor %q has no shape", name)
		case e.DType != "F32":
			return fmt.Errorf("tensor %q is of type %.20q, only F32 is read", name, e.DType)
		case len(e.Offsets) != 2 || e.Offsets[0] != end || e.Offsets[1]-e.Offsets[0] != 4*n:
			return fmt.Errorf("tensor %q of shape %v is at %v, which leaves a hole, overlaps or does not fit", name, e.Shape, e.Offsets)
		case e.Offsets[1] > size:
			return fmt.Errorf("tensor %q ends at byte %d of %d", name, e.Offsets[1], size)
		}
		end = e.Offsets[1]
	}
	if end != size {
		return fmt.Errorf("%d bytes belong to no tensor", size-end)
	}
	return nil
}

func readFloats(data []byte) ([]float32, error) {
	values := make([]float32, len(data)/4)
	for i := range values {
		bits := binary.LittleEndian.Uint32(data[4*i:])
		values[i] = math.Float32frombits(bits)
		if !finite(bits) {
			return nil, fmt.Errorf("%v at %d", values[i], i)
		}
	}
	return values, nil
}

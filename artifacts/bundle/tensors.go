package bundle

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// Tensor is a dense array of float32 in row-major order. len(Data) is the
// product of Shape; an empty Shape is a single number.
type Tensor struct {
	Shape []int
	Data  []float32
}

// The limits of a file of tensors.
const (
	maxHeader  = 16 << 20 // bytes
	maxTensors = 4096
	maxRank    = 8
	maxTensor  = 256 // bytes of a name

	tensorAlign = 64 // bytes; where the data begins, so that a mapped file suits any vector unit
	headerAlign = 8  // bytes; what the format itself asks for
)

// EncodeTensors writes tensors in the safetensors format: 8 bytes of header
// length, a JSON header padded with spaces, then the numbers, little endian, in
// the order of the names. Python's safetensors reads it as it is. Equal tensors
// give equal bytes. A NaN or an infinity is an error: no model has a use for it.
func EncodeTensors(tensors map[string]Tensor) ([]byte, error) {
	if len(tensors) > maxTensors {
		return nil, fmt.Errorf("encode tensors: %d tensors, more than %d", len(tensors), maxTensors)
	}
	names := slices.Sorted(maps.Keys(tensors))
	header, size, err := tensorHeader(names, tensors)
	if err != nil {
		return nil, fmt.Errorf("encode tensors: %w", err)
	}
	out := make([]byte, 0, 8+len(header)+size)
	out = binary.LittleEndian.AppendUint64(out, uint64(len(header)))
	out = append(out, header...)
	for _, name := range names {
		for i, v := range tensors[name].Data {
			bits := math.Float32bits(v)
			if !finite(bits) {
				return nil, fmt.Errorf("encode tensors: tensor %q has %v at %d", name, v, i)
			}
			out = binary.LittleEndian.AppendUint32(out, bits)
		}
	}
	return out, nil
}

func tensorHeader(names []string, tensors map[string]Tensor) (header []byte, size int, err error) {
	header = append(header, '{')
	for i, name := range names {
		t := tensors[name]
		n, err := elements(t.Shape)
		switch {
		case err != nil:
			return nil, 0, fmt.Errorf("tensor %q: %w", name, err)
		case n != len(t.Data):
			return nil, 0, fmt.Errorf("tensor %q: %d numbers for the shape %v", name, len(t.Data), t.Shape)
		}
		if err := checkTensorName(name); err != nil {
			return nil, 0, err
		}
		if i > 0 {
			header = append(header, ',')
		}
		header = append(header, `"`+name+`":{"dtype":"F32","shape":[`...)
		for j, d := range t.Shape {
			if j > 0 {
				header = append(header, ',')
			}
			header = strconv.AppendInt(header, int64(d), 10)
		}
		header = fmt.Appendf(header, `],"data_offsets":[%d,%d]}`, size, size+4*n)
		size += 4 * n
	}
	header = append(header, '}')
	for (8+len(header))%tensorAlign != 0 {
		header = append(header, ' ')
	}
	if len(header) > maxHeader {
		return nil, 0, fmt.Errorf("the header has %d bytes, more than %d", len(header), maxHeader)
	}
	return header, size, nil
}

// checkTensorName allows printable ASCII that JSON writes as it is.
func checkTensorName(name string) error {
	ok := name != "" && len(name) <= maxTensor && name != "__metadata__"
	for i := 0; i < len(name); i++ {
		c := name[i]
		ok = ok && c > ' ' && c < 0x7f && c != '"' && c != '\\'
	}
	if !ok {
		return fmt.Errorf("%.60q is no name for a tensor", name)
	}
	return nil
}

// elements returns the product of shape, which is bounded so that four times it
// is an int.
func elements(shape []int) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("%d dimensions, more than %d", len(shape), maxRank)
	}
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("the shape %v has a negative dimension", shape)
		}
		if d > 0 && n > math.MaxInt/8/d {
			return 0, fmt.Errorf("the shape %v is too large", shape)
		}
		n *= d
	}
	return n, nil
}

// finite reports whether the bits of a float32 are neither NaN nor infinite.
func finite(bits uint32) bool { return bits&0x7f800000 != 0x7f800000 }

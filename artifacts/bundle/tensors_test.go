package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func testTensors() map[string]Tensor {
	return map[string]Tensor{
		"items.embedding": {Shape: []int{2, 3}, Data: []float32{1, -2, 3.5, 0, math.MaxFloat32, math.SmallestNonzeroFloat32}},
		"bias":            {Shape: []int{2}, Data: []float32{0.1, float32(math.Copysign(0, -1))}},
		"scale":           {Shape: []int{}, Data: []float32{7}},
		"none":            {Shape: []int{0, 5}, Data: []float32{}},
	}
}

func TestTensorsRoundTrip(t *testing.T) {
	data, err := EncodeTensors(testTensors())
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeTensors(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(testTensors(), got); diff != "" {
		t.Error(diff)
	}
	for range 5 {
		if again, err := EncodeTensors(got); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("other bytes the second time, %v", err)
		}
	}
}

// TestTensorsBytes holds the layout against the description of the format.
func TestTensorsBytes(t *testing.T) {
	data, err := EncodeTensors(map[string]Tensor{"b": {[]int{1}, []float32{1}}, "a": {[]int{1, 2}, []float32{2, 3}}})
	if err != nil {
		t.Fatal(err)
	}
	n := binary.LittleEndian.Uint64(data)
	header := `{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}`
	if got := strings.TrimRight(string(data[8:8+n]), " "); got != header {
		t.Errorf("header = %s, want %s", got, header)
	}
	if (8+n)%tensorAlign != 0 {
		t.Errorf("the data begins at %d, no multiple of %d", 8+n, tensorAlign)
	}
	want := []byte{0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x3f}
	if got := data[8+n:]; !bytes.Equal(got, want) {
		t.Errorf("data = % x, want % x", got, want)
	}
	empty, err := EncodeTensors(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeTensors(empty); err != nil || len(got) != 0 {
		t.Errorf("no tensors come back as %v, %v", got, err)
	}
}

// raw builds a file from a header and data, as another program would.
func raw(header string, data ...byte) []byte {
	for len(header)%8 != 0 {
		header += " "
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), data...)
}

func TestTensorsOfOthers(t *testing.T) {
	// What Python writes: metadata first, names in any order.
	data := raw(`{"__metadata__":{"format":"np"},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"shape":[1,1],"data_offsets":[4,8],"dtype":"F32"}}`,
		0, 0, 0, 0x40, 0, 0, 0x80, 0x3f)
	got, err := DecodeTensors(data)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Tensor{"b": {[]int{}, []float32{2}}, "a": {[]int{1, 1}, []float32{1}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEncodeTensorsRefuses(t *testing.T) {
	one := func(name string, tensor Tensor) map[string]Tensor { return map[string]Tensor{name: tensor} }
	many := func(n int) map[string]Tensor {
		all := map[string]Tensor{}
		for i := range n {
			all[fmt.Sprint(i)] = Tensor{Shape: []int{0}}
		}
		return all
	}
	fine := Tensor{[]int{1}, []float32{1}}
	for name, test := range map[string]struct {
		tensors map[string]Tensor
		ok      bool
	}{
		"NaN":         {one("a", Tensor{[]int{1}, []float32{float32(math.NaN())}}), false},
		"Infinity":    {one("a", Tensor{[]int{1}, []float32{float32(math.Inf(-1))}}), false},
		"Short":       {one("a", Tensor{[]int{2, 2}, make([]float32, 3)}), false},
		"Negative":    {one("a", Tensor{[]int{-1, -1}, make([]float32, 1)}), false},
		"Overflow":    {one("a", Tensor{[]int{1 << 31, 1 << 31, 1 << 31}, nil}), false},
		"MostRank":    {one("a", Tensor{[]int{1, 1, 1, 1, 1, 1, 1, 1}, make([]float32, 1)}), true},
		"MoreRank":    {one("a", Tensor{[]int{1, 1, 1, 1, 1, 1, 1, 1, 1}, make([]float32, 1)}), false},
		"NoName":      {one("", fine), false},
		"Quote":       {one(`a"`, fine), false},
		"Reserved":    {one("__metadata__", fine), false},
		"LongestName": {one(strings.Repeat("n", maxTensor), fine), true},
		"LongerName":  {one(strings.Repeat("n", maxTensor+1), fine), false},
		"Most":        {many(maxTensors), true},
		"More":        {many(maxTensors + 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := EncodeTensors(test.tensors)
			if (err == nil) != test.ok {
				t.Errorf("EncodeTensors = %v, want ok %v", err, test.ok)
			}
			if err == nil {
				if _, err := DecodeTensors(data); err != nil {
					t.Errorf("DecodeTensors = %v, want nil", err)
				}
			}
		})
	}
}

func TestDecodeTensorsRefuses(t *testing.T) {
	entry := func(dtype, shape, offsets string) string {
		return fmt.Sprintf(`{"a":{"dtype":%q,"shape":%s,"data_offsets":%s}}`, dtype, shape, offsets)
	}
	two := func(a, b string) string {
		return fmt.Sprintf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":%s},"b":{"dtype":"F32","shape":[1],"data_offsets":%s}}`, a, b)
	}
	unaligned := append(binary.LittleEndian.AppendUint64(nil, 3), "{} "...)
	tests := map[string]struct {
		data []byte
		says string
	}{
		"Empty":        {nil, "too few"},
		"HugeHeader":   {binary.LittleEndian.AppendUint64(nil, math.MaxUint64), "more than"},
		"LongHeader":   {binary.LittleEndian.AppendUint64(nil, 16), "only"},
		"Unaligned":    {unaligned, "aligned"},
		"NoJSON":       {raw("nonsense"), "JSON"},
		"Array":        {raw("[]"), "JSON object"},
		"Trailing":     {raw("{} {}"), "more after"},
		"Cut":          {raw(`{"a":{"dtype":"F32"`), "header"},
		"Type":         {raw(entry("F64", "[1]", "[0,8]"), make([]byte, 8)...), "F32"},
		"NoShape":      {raw(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, make([]byte, 4)...), "shape"},
		"FloatShape":   {raw(entry("F32", "[1.5]", "[0,4]"), make([]byte, 4)...), "header"},
		"HugeShape":    {raw(entry("F32", "[9223372036854775807,4]", "[0,4]"), make([]byte, 4)...), "too large"},
		"Negative":     {raw(entry("F32", "[-1]", "[0,-4]")), "negative"},
		"WrongShape":   {raw(entry("F32", "[2]", "[0,4]"), make([]byte, 4)...), "fit"},
		"PastTheEnd":   {raw(entry("F32", "[2]", "[0,8]"), make([]byte, 4)...), "ends at byte"},
		"Leftover":     {raw(entry("F32", "[1]", "[0,4]"), make([]byte, 8)...), "belong to no tensor"},
		"OneOffset":    {raw(entry("F32", "[1]", "[0]"), make([]byte, 4)...), "fit"},
		"ThreeOffsets": {raw(entry("F32", "[1]", "[0,4,4]"), make([]byte, 4)...), "fit"},
		"Hole":         {raw(two("[0,4]", "[8,12]"), make([]byte, 12)...), "hole"},
		"Overlap":      {raw(two("[0,4]", "[0,4]"), make([]byte, 4)...), "overlaps"},
		"Twice":        {raw(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`), "twice"},
		"Metadata":     {raw(`{"__metadata__":{"a":1}}`), "__metadata__"},
		"NaN":          {raw(entry("F32", "[1]", "[0,4]"), 0, 0, 0xc0, 0x7f), "NaN at 0"},
		"Infinity":     {raw(entry("F32", "[2]", "[0,8]"), 0, 0, 0, 0, 0, 0, 0x80, 0xff), "-Inf at 1"},
		"Deep":         {raw(`{"a":` + strings.Repeat("[", 100_000)), "deeper"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := DecodeTensors(test.data)
			if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("DecodeTensors = %v, want ErrCorrupt that says %q", err, test.says)
			}
		})
	}
}

func FuzzDecodeTensors(f *testing.F) {
	data, err := EncodeTensors(testTensors())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(raw(`{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 0, 0, 0, 0))
	f.Add(raw(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		tensors, err := DecodeTensors(data)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("the error has no sentinel: %v", err)
			}
			return
		}
		again, err := EncodeTensors(tensors)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		got, err := DecodeTensors(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tensors, got); diff != "" {
			t.Error(diff)
		}
	})
}

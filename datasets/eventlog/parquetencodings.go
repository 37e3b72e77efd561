package eventlog

import (
	"encoding/binary"
	"math"

	pq "github.com/parquet-go/parquet-go/format"
)

// Values are decoded here and not by the library, which takes as much memory as a
// page claims to need and reads it by unchecked pointers.

// atMost bounds how many values src holds, before any memory is taken for them.
func atMost(src []byte, e pq.Encoding) int {
	switch e {
	case pq.DeltaBinaryPacked, pq.DeltaLengthByteArray, pq.DeltaByteArray:
		var v uint64
		for range 3 { // the third number is that of the values
			var n int
			if v, n = binary.Uvarint(src); n <= 0 {
				return 0
			}
			src = src[n:]
		}
		return int(min(v, math.MaxInt32))
	case pq.RLE:
		return math.MaxInt32
	}
	return 8 * len(src)
}

// plainTexts takes up to max texts behind their lengths.
func plainTexts(to []string, src []byte, max int) ([]string, bool) {
	for len(src) > 0 && len(to) < max {
		if len(src) < 4 {
			return to, false
		}
		n := binary.LittleEndian.Uint32(src)
		if src = src[4:]; uint64(n) > uint64(len(src)) {
			return to, false
		}
		to = append(to, view(src[:n:n]))
		src = src[n:]
	}
	return to, true
}

// plainInts takes integers of 4 or 8 bytes, the lowest byte first.
func plainInts(to []int64, src []byte, size int) {
	if size == 4 {
		for i := range to {
			to[i] = int64(int32(binary.LittleEndian.Uint32(src[4*i:])))
		}
		return
	}
	for i := range to {
		to[i] = int64(binary.LittleEndian.Uint64(src[8*i:]))
	}
}

// splitInts takes integers of which first all lowest bytes stand, then all that
// follow them, and so on.
func splitInts(to []int64, src []byte, size int) {
	each := len(src) / size
	for i := range to {
		var v uint64
		for b := range size {
			v |= uint64(src[b*each+i]) << (8 * b)
		}
		if to[i] = int64(v); size == 4 {
			to[i] = int64(int32(uint32(v)))
		}
	}
}

// deltas takes up to max integers written as differences (DELTA_BINARY_PACKED) and
// returns what stands behind them.
func deltas(to []int64, src []byte, max int) (all []int64, rest []byte, ok bool) {
	var head [3]uint64 // values and miniblocks of a block, values in all
	for i := range head {
		v, n := binary.Uvarint(src)
		if n <= 0 {
			return to, nil, false
		}
		head[i], src = v, src[n:]
	}
	last, n := binary.Varint(src)
	if n <= 0 || head[0] > 1<<16 || head[0]%128 != 0 || head[1] == 0 || head[1] > head[0]/32 || head[2] > uint64(max) {
		return to, nil, false
	}
	src = src[n:]
	per := int(head[0] / head[1])
	all = sized(to, int(head[2]))
	if per%32 != 0 || len(all) == 0 {
		return all, src, len(all) == 0
	}
	all[0] = last
	for left := all[1:]; len(left) > 0; {
		least, n := binary.Varint(src)
		if n <= 0 || len(src)-n < int(head[1]) {
			return all, nil, false
		}
		widths := src[n : n+int(head[1])]
		src = src[n+int(head[1]):]
		for _, w := range widths {
			if len(left) == 0 {
				break // no bytes are written for miniblocks without values
			}
			mini := left[:min(per, len(left))]
			width := int(w)
			if width > 64 || (len(mini)*width+7)/8 > len(src) {
				return all, nil, false
			}
			for i := range mini {
				last += least + int64(bitsAt(src, i*width, width))
				mini[i] = last
			}
			src = src[min(per*width/8, len(src)):]
			left = left[len(mini):]
		}
	}
	return all, src, true
}

// deltaTexts takes texts whose lengths stand before all of them
// (DELTA_LENGTH_BYTE_ARRAY).
func deltaTexts(to []string, lengths []int64, src []byte) ([]string, bool) {
	for _, n := range lengths {
		if n < 0 || n > int64(len(src)) {
			return to, false
		}
		to = append(to, view(src[:n:n]))
		src = src[n:]
	}
	return to, true
}

// prefixedTexts takes texts of which each begins as the one before it
// (DELTA_BYTE_ARRAY). They stand in data, which is returned, as long as they take
// no more than maxPage bytes.
func prefixedTexts(to []string, prefixes, suffixes []int64, src, data []byte) ([]string, []byte, bool) {
	if len(prefixes) != len(suffixes) {
		return to, data, false
	}
	var size, last int64
	rest := int64(len(src))
	for i, p := range prefixes {
		n := suffixes[i]
		if p < 0 || p > last || n < 0 || n > rest {
			return to, data, false
		}
		rest -= n
		last = p + n
		if size += last; size > maxPage {
			return to, data, false
		}
	}
	data = sized(data, int(size))[:0]
	previous := 0
	for i, p := range prefixes {
		from := len(data)
		data = append(data, data[previous:previous+int(p)]...)
		data = append(data, src[:suffixes[i]]...)
		src = src[suffixes[i]:]
		to = append(to, view(data[from:len(data):len(data)]))
		previous = from
	}
	return to, data, true
}

// truths takes up to max truths, as bits or in a hybrid behind its length.
func truths(to []int64, src []byte, max int, e pq.Encoding) ([]int64, bool) {
	switch e {
	case pq.Plain:
		to = sized(to, min(max, 8*len(src)))
		for i := range to {
			to[i] = int64(src[i/8] >> (i % 8) & 1)
		}
		return to, true
	case pq.RLE:
		if len(src) < 4 || uint64(binary.LittleEndian.Uint32(src)) > uint64(len(src)-4) {
			return to, false
		}
		h := hybrid{src: src[4:], width: 1}
		to = to[:0]
		var one [1]int32
		for len(to) < max && h.next(one[:]) {
			to = append(to, int64(one[0]&1))
		}
		return to, true
	}
	return to, false
}

package eventlog

import (
	"encoding/binary"
	"math/bits"
)

// hybrid decodes the mix of run-length and bit-packed encoding that levels,
// indices and truths are written in, a few values at a time.
type hybrid struct {
	src    []byte // behind the current run
	width  int    // bits of a value, 0..32
	left   uint64 // values of the current run
	value  uint32 // of a run of one value
	packed []byte // a bit-packed run and all behind it; nil in a run of one value
	at     int    // bit of packed
}

// levelsUpTo decodes levels of at most max.
func levelsUpTo(max int, src []byte) hybrid { return hybrid{src: src, width: bits.Len(uint(max))} }

// next fills to. It returns false when there are not so many values.
func (h *hybrid) next(to []int32) bool {
	if h.width == 0 {
		clear(to)
		return true
	}
	for len(to) > 0 {
		if h.left == 0 && !h.run() {
			return false
		}
		part := to[:min(h.left, uint64(len(to)))]
		if h.packed == nil {
			for i := range part {
				part[i] = int32(h.value)
			}
		} else {
			h.at = unpack(part, h.packed, h.at, h.width)
		}
		h.left -= uint64(len(part))
		to = to[len(part):]
	}
	return true
}

// run begins the next run.
func (h *hybrid) run() bool {
	for h.left == 0 {
		head, n := binary.Uvarint(h.src)
		if n <= 0 {
			return false
		}
		h.src = h.src[n:]
		h.left = head >> 1
		size := (h.width + 7) / 8
		if head&1 == 1 { // groups of eight values
			if h.left > uint64(len(h.src)/h.width) {
				return false
			}
			size = int(h.left) * h.width
			h.left *= 8
		}
		if size > len(h.src) {
			return false
		}
		h.packed, h.at = nil, 0
		if head&1 == 1 {
			h.packed = h.src // words are read past the end of the run
		} else {
			h.value = 0
			for i, b := range h.src[:size] {
				h.value |= uint32(b) << (8 * i)
			}
		}
		h.src = h.src[size:]
	}
	return true
}

// unpack takes values of a width of bits, 1..32, from bit at of src, which has
// them, and returns the bit behind them.
func unpack(to []int32, src []byte, at, width int) int {
	mask := uint64(1)<<width - 1
	i := 0
	for ; i < len(to) && at>>3+8 <= len(src); i++ {
		to[i] = int32(binary.LittleEndian.Uint64(src[at>>3:]) >> (at & 7) & mask)
		at += width
	}
	for ; i < len(to); i++ {
		to[i] = int32(bitsAt(src, at, width))
		at += width
	}
	return at
}

// bitsAt returns width bits, 0..64, that begin at bit at of src, which has them.
func bitsAt(src []byte, at, width int) uint64 {
	i, shift := at>>3, at&7
	if i+9 > len(src) {
		var end [9]byte
		copy(end[:], src[min(i, len(src)):])
		src, i = end[:], 0
	}
	v := binary.LittleEndian.Uint64(src[i:])>>shift | uint64(src[i+8])<<(64-shift)
	if width == 64 {
		return v
	}
	return v & (1<<width - 1)
}

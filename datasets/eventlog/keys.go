package eventlog

import (
	"encoding/binary"
	"math/bits"
)

// keys finds the columns of names that stand in a longer text. It is a hash table
// with open addressing over the first eight bytes of a name.
type keys struct {
	slots []keySlot
	shift int // of a hash, to an index of slots
}

// keySlot is one name; the column of an empty one is -1.
type keySlot struct {
	head   uint64 // the first eight bytes, little endian
	length int
	tail   string // what is behind them
	column int
}

func newKeys(index map[string]int) *keys {
	width := bits.Len(uint(4 * len(index)))
	k := &keys{slots: make([]keySlot, 1<<width), shift: 64 - width}
	for i := range k.slots {
		k.slots[i].column = -1
	}
	for name, column := range index {
		padded := append([]byte(name), make([]byte, 8)...)
		head := headOf(padded, 0, len(name))
		i := k.start(head, len(name))
		for k.slots[i].column >= 0 {
			i = (i + 1) & (len(k.slots) - 1)
		}
		k.slots[i] = keySlot{head: head, length: len(name), tail: name[min(8, len(name)):], column: column}
	}
	return k
}

// find returns the column of the name b[from:to], or -1. Eight bytes of b must be
// there from from on.
func (k *keys) find(b []byte, from, to int) int {
	length := to - from
	head := headOf(b, from, length)
	for i := k.start(head, length); ; i = (i + 1) & (len(k.slots) - 1) {
		s := &k.slots[i]
		if s.head == head && s.length == length && (length <= 8 || s.tail == string(b[from+8:to])) {
			return s.column
		}
		if s.column < 0 {
			return -1
		}
	}
}

func headOf(b []byte, from, length int) uint64 {
	head := binary.LittleEndian.Uint64(b[from:])
	if length < 8 {
		head &= 1<<(8*length) - 1
	}
	return head
}

func (k *keys) start(head uint64, length int) int {
	return int((head + uint64(length)) * 0x9E3779B97F4A7C15 >> k.shift)
}

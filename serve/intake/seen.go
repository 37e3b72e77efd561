package intake

import (
	"crypto/sha256"
	"encoding/binary"

	"curio/datasets/event"
)

// name stands for the id of an event: 128 bits of its SHA-256. A hash that can be
// made to collide would let a client have another's event taken for a duplicate.
type name [16]byte

func nameOf(id string) name {
	sum := sha256.Sum256([]byte(id))
	return name(sum[:])
}

// said stands for what an event says.
type said struct {
	content uint64     // of all but its id and its times
	ts      event.Time // 0 if the client did not say
}

// saidBy takes the content as it is written. A time that equals that of receipt
// was filled in.
func saidBy(content []byte, ts, received event.Time) said {
	sum := sha256.Sum256(content)
	if ts == received {
		ts = 0
	}
	return said{content: binary.LittleEndian.Uint64(sum[:]), ts: ts}
}

// conflicts reports whether two events of one id say different things.
func (s said) conflicts(other said) bool {
	return s.content != other.content || s.ts != 0 && other.ts != 0 && s.ts != other.ts
}

// seen knows the last events by their names: at least window of them, at most
// twice as many.
type seen struct {
	window       int
	young, older map[name]said
}

func newSeen(window int) *seen { return &seen{window: window, young: make(map[name]said)} }

func (s *seen) get(n name) (said, bool) {
	if v, ok := s.young[n]; ok {
		return v, true
	}
	v, ok := s.older[n]
	return v, ok
}

func (s *seen) add(n name, v said) {
	if len(s.young) >= s.window {
		s.older, s.young = s.young, make(map[name]said)
	}
	s.young[n] = v
}

func (s *seen) remove(n name) {
	delete(s.young, n)
	delete(s.older, n)
}

func (s *seen) len() int { return len(s.young) + len(s.older) }

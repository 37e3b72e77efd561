package timeline

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/eventlog/rowhash"

	"github.com/zeebo/xxh3"
)

// An event in a partition:
//
//	0   2  length of the record
//	2   8  place
//	10  4  number of the item plus one, 0 for none
//	14  8  received_at
//	22  8  ts
//	30  1  type
//	31  1  has, part << 4, namedBit
//	32     user, currency, plan, channel: each behind its length
//	       watched, progress, rating, amount: those there are, as varints
//
// From ts on it says what happened, whenever that was told and wherever it stands.
const (
	recordPlace    = 2
	recordItem     = 10
	recordReceived = 14
	recordTS       = 22
	recordType     = 30
	recordFlags    = 31
	recordUser     = 32

	partShift = 4
	namedBit  = 1 << 6 // the event has an id
)

var errLong = errors.New("an event has more than 64 KiB of text")

var order = binary.LittleEndian

// most is the length of the longest record without its texts.
const most = recordUser + 4*binary.MaxVarintLen16 + 4*binary.MaxVarintLen64

// appendRecord appends the record of an event, whose item has that number, -1 for
// none.
func appendRecord(b []byte, e *event.Event, item int32, part event.Part, at event.Place) ([]byte, error) {
	from := len(b)
	b = slices.Grow(b, most+len(e.UserID)+len(e.Currency)+len(e.Plan)+len(e.Channel))
	head := b[from : from+recordUser]
	order.PutUint64(head[recordPlace:], uint64(at))
	order.PutUint32(head[recordItem:], uint32(item+1))
	order.PutUint64(head[recordReceived:], uint64(e.ReceivedAt))
	order.PutUint64(head[recordTS:], uint64(e.TS))
	head[recordType] = byte(e.Type)
	flags := byte(e.Has) | byte(part)<<partShift
	if e.ID != "" {
		flags |= namedBit
	}
	head[recordFlags] = flags
	b = appendText(b[:from+recordUser], e.UserID)
	b = appendText(b, e.Currency)
	b = appendText(b, e.Plan)
	b = appendText(b, e.Channel)
	if e.Has&event.HasWatched != 0 {
		b = binary.AppendVarint(b, e.Watched)
	}
	if e.Has&event.HasProgress != 0 {
		b = binary.AppendVarint(b, int64(e.Progress))
	}
	if e.Has&event.HasRating != 0 {
		b = binary.AppendVarint(b, int64(e.Rating))
	}
	if e.Has&event.HasAmount != 0 {
		b = binary.AppendVarint(b, e.Amount)
	}
	size := len(b) - from
	if size > math.MaxUint16 {
		return b[:from], errLong
	}
	order.PutUint16(b[from:], uint16(size))
	return b, nil
}

func appendText(b []byte, s string) []byte {
	if len(s) < 0x80 {
		b = append(b, byte(len(s)))
	} else {
		b = binary.AppendUvarint(b, uint64(len(s)))
	}
	return append(b, s...)
}

// happened names what a record says happened, whenever it was received and under
// whatever id; item is the sum of the id of its item, zero for none.
func happened(record []byte, item rowhash.Sum) rowhash.Sum {
	s := xxh3.Hash128(record[recordTS:])
	// Odd factors keep an item apart from whatever else hashes to its sum.
	s.Hi += item.Hi * 0x9e3779b97f4a7c15
	s.Lo += item.Lo * 0xc2b2ae3d27d4eb4f
	return s
}

// content names all that a record says but for the id of the event.
func content(record []byte, item rowhash.Sum) rowhash.Sum {
	s := happened(record, item)
	s.Hi += order.Uint64(record[recordReceived:]) * 0x165667b19e3779f9
	return s
}

// user is the user of a record. Like all texts of records it is not a copy.
func user(record []byte) string {
	s, _ := takeText(record[recordUser:])
	return s
}

// decode fills e from a record, its ItemID from the ids of items by number.
func decode(e *Entry, record []byte, items []string) {
	flags := record[recordFlags]
	e.Event = event.Event{
		TS:         event.Time(order.Uint64(record[recordTS:])),
		ReceivedAt: event.Time(order.Uint64(record[recordReceived:])),
		Type:       event.Type(record[recordType]),
		Has:        event.Has(flags & (1<<partShift - 1)),
	}
	e.Part = event.Part(flags >> partShift & 3)
	e.Named = flags&namedBit != 0
	e.At = event.Place(order.Uint64(record[recordPlace:]))
	b := record[recordUser:]
	e.UserID, b = takeText(b)
	if e.Item = int32(order.Uint32(record[recordItem:])) - 1; e.Item >= 0 {
		e.ItemID = items[e.Item]
	}
	e.Currency, b = takeText(b)
	e.Plan, b = takeText(b)
	e.Channel, b = takeText(b)
	var v int64
	if e.Has&event.HasWatched != 0 {
		e.Watched, b = takeInt(b)
	}
	if e.Has&event.HasProgress != 0 {
		v, b = takeInt(b)
		e.Progress = int32(v)
	}
	if e.Has&event.HasRating != 0 {
		v, b = takeInt(b)
		e.Rating = int32(v)
	}
	if e.Has&event.HasAmount != 0 {
		e.Amount, _ = takeInt(b)
	}
}

func takeText(b []byte) (string, []byte) {
	n, w := int(b[0]), 1
	if n >= 0x80 {
		v, k := binary.Uvarint(b)
		n, w = int(v), k
	}
	return unsafe.String(unsafe.SliceData(b[w:]), n), b[w+n:]
}

func takeInt(b []byte) (int64, []byte) {
	v, n := binary.Varint(b)
	return v, b[n:]
}

package timeline

import (
	"encoding/binary"
	"errors"
	"math"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/eventlog/rowhash"
)

// An event in a partition:
//
//	0   2  length of the record
//	2   8  ts
//	10  8  place
//	18 16  name of the content
//	34  1  type
//	35  1  has, part << 4, and the bits below
//	36     user, item, currency, plan, channel: each behind its length
//	       received_at, watched, progress, rating, amount: those there are, as varints
const (
	recordTS    = 2
	recordPlace = 10
	recordSum   = 18
	recordType  = 34
	recordFlags = 35
	recordUser  = 36

	partShift   = 4
	namedBit    = 1 << 6 // the event has an id
	receivedBit = 1 << 7 // the event has a ReceivedAt
)

var errLong = errors.New("an event has more than 64 KiB of text")

var order = binary.LittleEndian

func appendRecord(b []byte, e *event.Event, part event.Part, at event.Place, sum rowhash.Sum) ([]byte, error) {
	from := len(b)
	b = append(b, 0, 0)
	b = order.AppendUint64(b, uint64(e.TS))
	b = order.AppendUint64(b, uint64(at))
	b = order.AppendUint64(b, sum.Hi)
	b = order.AppendUint64(b, sum.Lo)
	flags := byte(e.Has) | byte(part)<<partShift
	if e.ID != "" {
		flags |= namedBit
	}
	if e.ReceivedAt != 0 {
		flags |= receivedBit
	}
	b = append(b, byte(e.Type), flags)
	b = appendText(b, e.UserID)
	b = appendText(b, e.ItemID)
	b = appendText(b, e.Currency)
	b = appendText(b, e.Plan)
	b = appendText(b, e.Channel)
	if e.ReceivedAt != 0 {
		b = binary.AppendVarint(b, int64(e.ReceivedAt))
	}
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

// user is the user of a record. Like all texts of records it is not a copy.
func user(record []byte) string {
	s, _ := takeText(record[recordUser:])
	return s
}

// decode fills e from a record.
func decode(e *Entry, record []byte) {
	flags := record[recordFlags]
	e.Event = event.Event{
		TS:   event.Time(order.Uint64(record[recordTS:])),
		Type: event.Type(record[recordType]),
		Has:  event.Has(flags & (1<<partShift - 1)),
	}
	e.Part = event.Part(flags >> partShift & 3)
	e.Named = flags&namedBit != 0
	e.At = event.Place(order.Uint64(record[recordPlace:]))
	b := record[recordUser:]
	e.UserID, b = takeText(b)
	e.ItemID, b = takeText(b)
	e.Currency, b = takeText(b)
	e.Plan, b = takeText(b)
	e.Channel, b = takeText(b)
	var v int64
	if flags&receivedBit != 0 {
		v, b = takeInt(b)
		e.ReceivedAt = event.Time(v)
	}
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

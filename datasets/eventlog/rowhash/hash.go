// Package rowhash names rows by 128 bits of their content (XXH3), and whole data
// sets by the names of their rows. Package timeline names events.
//
// Two different rows out of n share a name with a chance of about n^2 / 2^129:
// 1.5e-23 for a hundred million rows. XXH3 is no cryptographic hash: whoever
// writes the log can make two of his own rows share a name, and lose one.
package rowhash

import (
	"encoding/binary"
	"math"

	"curio/datasets/event"

	"github.com/zeebo/xxh3"
)

// Sum is the name of a row.
type Sum = xxh3.Uint128

// Hasher names rows. It reuses memory and must not be shared between goroutines.
// The zero value is ready.
type Hasher struct{ b []byte }

// What a name is of, so that rows of different kinds never share one by chance
// of their fields.
const (
	kindUser byte = iota + 1
	kindItem
	kindPartner
	kindTrend
)

// User names a user by all its fields.
func (h *Hasher) User(u *event.User) Sum {
	h.start(kindUser)
	h.int(int64(u.Age), int64(u.SignupTS))
	h.text(u.ID, u.Occupation, u.Gender, u.Region)
	h.list(u.Consent)
	return xxh3.Hash128(h.b)
}

// Item names an item by all its fields.
func (h *Hasher) Item(i *event.Item) Sum {
	h.start(kindItem)
	h.int(int64(i.Difficulty), i.Price, i.Duration, int64(i.PublishedAt), flag(i.Unavailable), flag(i.Unlisted))
	h.text(i.ID, i.Title, i.Domain, i.Category, i.LecturerID, i.LecturerBackground, i.Currency, i.PartnerID)
	h.list(i.Tags)
	h.list(i.Prerequisites)
	return xxh3.Hash128(h.b)
}

// Partner names a partner by all its fields.
func (h *Hasher) Partner(p *event.Partner) Sum {
	h.start(kindPartner)
	h.text(p.ID, p.Name, p.Industry, p.Region)
	h.list(p.Tags)
	return xxh3.Hash128(h.b)
}

// Trend names a trend by all its fields.
func (h *Hasher) Trend(t *event.Trend) Sum {
	h.start(kindTrend)
	h.int(int64(t.TS), int64(math.Float64bits(t.Value)))
	h.text(t.Domain, t.Topic, t.Source)
	return xxh3.Hash128(h.b)
}

func (h *Hasher) start(kind byte) { h.b = append(h.b[:0], kind) }

func (h *Hasher) int(values ...int64) {
	for _, v := range values {
		h.b = binary.LittleEndian.AppendUint64(h.b, uint64(v))
	}
}

// text adds texts, each behind its length, so that no two lists of texts give
// the same bytes.
func (h *Hasher) text(values ...string) {
	for _, s := range values {
		h.b = binary.AppendUvarint(h.b, uint64(len(s)))
		h.b = append(h.b, s...)
	}
}

// list adds a list behind its length plus one; nil is told from empty.
func (h *Hasher) list(values []string) {
	n := uint64(0)
	if values != nil {
		n = uint64(len(values)) + 1
	}
	h.b = binary.AppendUvarint(h.b, n)
	h.text(values...)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

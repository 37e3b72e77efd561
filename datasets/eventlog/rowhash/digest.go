package rowhash

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"

	"curio/datasets/event"
)

// Digest names the content of a data set whatever its order and its files: a sum
// of 128-bit hashes and a count for each kind of row, and for events for each
// part. Data sets with the same rows have the same digest; those that differ
// share one by a chance of about 2^-128. It protects against mix-ups, not
// against someone who forges rows to fit.
//
// Rows are to be added after duplicates are gone. A Digest must not be shared
// between goroutines; shards have their own and are merged. The zero value is
// empty and ready.
type Digest struct {
	hasher Hasher
	kinds  [digestKinds]multiset
}

// The kinds of rows a Digest tells apart.
const (
	digestUsers = iota
	digestItems
	digestPartners
	digestTrends
	digestEvents // and one for each event.Part

	digestKinds = digestEvents + int(event.Test) + 1
)

// multiset is the sum modulo 2^128 of the hashes of its members.
type multiset struct{ high, low, count uint64 }

func (m *multiset) add(s multiset) {
	var carry uint64
	m.low, carry = bits.Add64(m.low, s.low, 0)
	m.high, _ = bits.Add64(m.high, s.high, carry)
	m.count += s.count
}

// AddEvent adds the name of what an accepted event says, and the part it is on.
func (d *Digest) AddEvent(s Sum, p event.Part) {
	d.add(digestEvents+min(int(p), int(event.Test)), s)
}

// addUser adds a user of the catalogue.
func (d *Digest) addUser(u *event.User) { d.add(digestUsers, d.hasher.User(u)) }

// addItem adds an item of the catalogue.
func (d *Digest) addItem(i *event.Item) { d.add(digestItems, d.hasher.Item(i)) }

// addPartner adds a partner of the catalogue.
func (d *Digest) addPartner(p *event.Partner) { d.add(digestPartners, d.hasher.Partner(p)) }

// addTrend adds a trend of the catalogue.
func (d *Digest) addTrend(t *event.Trend) { d.add(digestTrends, d.hasher.Trend(t)) }

// AddCatalogue adds every row of a catalogue.
func (d *Digest) AddCatalogue(c *event.Catalogue) {
	for i := range c.Users {
		d.addUser(&c.Users[i])
	}
	for i := range c.Items {
		d.addItem(&c.Items[i])
	}
	for i := range c.Partners {
		d.addPartner(&c.Partners[i])
	}
	for i := range c.Trends {
		d.addTrend(&c.Trends[i])
	}
}

// Merge adds everything that was added to o.
func (d *Digest) Merge(o *Digest) {
	for k := range d.kinds {
		d.kinds[k].add(o.kinds[k])
	}
}

// Sum returns the digest of what was added so far: 64 hexadecimal digits.
func (d *Digest) Sum() string {
	b := []byte("data set 2\n")
	for _, k := range d.kinds {
		b = binary.LittleEndian.AppendUint64(b, k.high)
		b = binary.LittleEndian.AppendUint64(b, k.low)
		b = binary.LittleEndian.AppendUint64(b, k.count)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (d *Digest) add(kind int, s Sum) {
	d.kinds[kind].add(multiset{high: s.Hi, low: s.Lo, count: 1})
}

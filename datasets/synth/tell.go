package synth

import (
	"encoding/hex"

	"curio/datasets/event"
)

const (
	second = 1000 // milliseconds
	minute = 60 * second
)

// tell yields e, about an item (-1 for none), some milliseconds after the last
// event. Who, when and where are filled in. Nothing happens once the user is
// through.
func (w *walk) tell(e event.Event, item int32, after float64) {
	if !w.on() {
		return
	}
	w.pass(after)
	w.left--
	w.told++
	w.out = e
	w.out.ID, w.out.TS = w.names.next(), w.now
	w.out.UserID, w.out.Channel = w.id, w.channel
	if item >= 0 {
		w.out.ItemID = w.p.catalogue[item].ID
	}
	delay := w.who.latency * w.s.ExpFloat64()
	if w.s.chance(0.01) { // the device was offline
		delay += w.s.between(0.1, 8) * float64(hour)
	}
	w.out.ReceivedAt = min(w.now+event.Time(delay), w.p.options.End-1)
	w.err = w.yield(&w.out, event.Train)
}

// pass lets time go by: as long as asked for, but never more than an even share
// of what is left for the remaining events, and never nothing. So all of a
// user's events have times of their own and fit.
func (w *walk) pass(ms float64) {
	most := int64(w.limit-w.now) / int64(w.left+1)
	w.now += event.Time(max(1, min(int64(ms), most)))
}

// names makes event ids: unique, and silent about whose events they are.
type names struct {
	key  uint64
	made uint32
	text string
}

const (
	nameLength = 17
	nameBatch  = 128
)

func (n *names) start(seed uint64, user int) {
	*n = names{key: mix(seed^uint64(forIDs)) ^ uint64(user)<<32}
}

func (n *names) next() string {
	if n.text == "" {
		var batch [nameBatch * nameLength]byte
		for i := range nameBatch {
			x := mix(n.key ^ uint64(n.made))
			n.made++
			var raw [8]byte
			for b := range raw {
				raw[b] = byte(x >> (56 - 8*b))
			}
			at := batch[i*nameLength:]
			at[0] = 'e'
			hex.Encode(at[1:nameLength], raw[:])
		}
		n.text = string(batch[:])
	}
	name := n.text[:nameLength]
	n.text = n.text[nameLength:]
	return name
}

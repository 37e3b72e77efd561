package eventlog

import (
	"encoding/binary"
	"math"
	"strconv"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/event/field"

	pq "github.com/parquet-go/parquet-go/format"
)

// converted is what the values of a block are in an event. Values that are not
// simply good are marked, for a row with one of them to be read as any other row
// is, cell by cell: that decides what becomes of it.
type converted struct {
	numbers []int64       // times, types, seconds, shares, stars
	money   []field.Money // currencies
	look    []bool        // by value: look at it again; empty if there are none
}

// latestTime is the last millisecond of the year 9999.
const latestTime = 253402300799999

// convert prepares the values of a column of events.
func (b *parquetBlock) convert(c *parquetColumn, o *Options) {
	b.look = b.look[:0]
	b.numbers = b.numbers[:0]
	switch c.column {
	case eventID, eventUser, eventItem:
		b.checkNames(c, o.MaxID, field.ID)
	case eventPlan, eventChannel:
		b.checkNames(c, maxText, field.Text)
	case eventType:
		b.numbers = sized(b.numbers, len(b.texts))
		for i, name := range b.texts {
			t, ok := event.ParseType(name)
			b.numbers[i] = int64(t)
			b.mark(i, ok)
		}
	case eventCurrency:
		b.money = sized(b.money, len(b.texts))
		for i, name := range b.texts {
			var why string
			b.money[i] = field.Money{}
			if name != "" {
				b.money[i], why = field.Currency(name)
			}
			b.mark(i, why == "")
		}
	case eventTS, eventReceived:
		b.toTimes(c, o.Now)
	case eventSeconds:
		toNumbers(b, c, field.Seconds, 3, 0, field.MaxSeconds*1000)
	case eventProgress:
		toNumbers(b, c, field.Progress, 4, 0, 10000)
	case eventRating:
		toNumbers(b, c, field.Rating, 2, 100, 500)
	}
}

// mark notes that value i is to be looked at again unless it is good.
func (b *parquetBlock) mark(i int, good bool) {
	if good {
		return
	}
	if len(b.look) == 0 {
		b.look = sized(b.look, b.len())
		clear(b.look)
	}
	b.look[i] = true
}

// checkNames checks ids or texts; ids that are numbers are written first.
func (b *parquetBlock) checkNames(c *parquetColumn, max int, check func(string, int) string) {
	if c.form == formInt || c.form == formUint {
		b.data = sized(b.data, 20*len(b.ints))[:0]
		b.texts = sized(b.texts, len(b.ints))
		for i, v := range b.ints {
			from := len(b.data)
			if c.form == formInt {
				b.data = strconv.AppendInt(b.data, v, 10)
			} else {
				b.data = strconv.AppendUint(b.data, uint64(v), 10)
			}
			b.texts[i] = view(b.data[from:])
		}
		return
	}
	for i, s := range b.texts {
		if len(s) > max || !printable(s) || s != "" && s[0] == ' ' {
			b.mark(i, check(s, max) == "")
		}
	}
}

// printable reports whether a text is printable ASCII alone.
func printable(s string) bool {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	if len(b) < 8 {
		for _, c := range b {
			if c-' ' >= 0x7F-' ' {
				return false
			}
		}
		return true
	}
	var odd uint64 // high bits of bytes that are not printable
	for i := 0; i < len(b)-8; i += 8 {
		odd |= unprintable(binary.LittleEndian.Uint64(b[i:]))
	}
	return odd|unprintable(binary.LittleEndian.Uint64(b[len(b)-8:])) == 0
}

// unprintable has the high bit of each byte of w set that is not within ' '..'~';
// it may have others set as well if there is one.
func unprintable(w uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	return (w | (w - ' '*ones) | (w + ones)) & high // below a space, DEL
}

func (b *parquetBlock) toTimes(c *parquetColumn, now event.Time) {
	if now == 0 || now > latestTime {
		now = latestTime
	}
	b.numbers = sized(b.numbers, b.len())
	for i := range b.numbers {
		var t event.Time
		switch c.form {
		case formTimestamp, formInt96:
			t = event.Time(b.ints[i])
		case formDate:
			t = event.Time(b.ints[i]) * event.Day
		default:
			t, _ = field.Happened(b.written(c, i))
		}
		b.numbers[i] = int64(t)
		if t <= 0 || t > now {
			b.mark(i, false)
		}
	}
}

// tens are the powers of ten that a float64 holds exactly, as far as they are
// needed.
var tens = [...]float64{1, 10, 100, 1000, 10000}

// toNumbers takes numbers of a scale from low to high, in units of 10^-scale.
func toNumbers[T int32 | int64](b *parquetBlock, c *parquetColumn, read func(string) (T, string), scale int, low, high int64) {
	b.numbers = sized(b.numbers, b.len())
	for i := range b.numbers {
		var v int64
		var ok bool
		switch c.form {
		case formReal:
			v, ok = exact(b.reals[i], c.physical == pq.Float, scale)
		case formInt:
			v, ok = whole(b.ints[i], scale)
		}
		if ok && v >= low && v <= high {
			b.numbers[i] = v
			continue
		}
		n, why := T(0), ""
		s := b.written(c, i)
		if s != "" {
			n, why = read(s)
		}
		b.numbers[i] = int64(n)
		b.mark(i, s != "" && why == "")
	}
}

// whole returns v * 10^scale, for a scale of 0..4, if it is surely held.
func whole(v int64, scale int) (int64, bool) {
	return v * int64(tens[scale]), v > -1e14 && v < 1e14
}

// exact returns x * 10^scale, for a scale of 0..4, if the shortest decimal number
// that stands for x has no more than scale decimals. A decimal of up to 15 digits
// (6 if x was a float32) is the only one of so many that stands for its nearest
// floating-point number, so it is the shortest if it stands for x.
func exact(x float64, single bool, scale int) (int64, bool) {
	n := math.Round(x * tens[scale])
	if single {
		return int64(n), n > -1e6 && n < 1e6 && float32(n/tens[scale]) == float32(x)
	}
	return int64(n), n > -1e15 && n < 1e15 && n/tens[scale] == x
}

// amount returns amount i in minor units, if it is simply good.
func (b *parquetBlock) amount(c *parquetColumn, i int, m field.Money) (int64, bool) {
	var v int64
	ok := false
	switch c.form {
	case formReal:
		v, ok = exact(b.reals[i], c.physical == pq.Float, m.Decimals)
	case formInt:
		v, ok = whole(b.ints[i], m.Decimals)
	default:
		if s := b.written(c, i); s != "" {
			var why string
			v, why = m.Amount(s)
			ok = why == ""
		}
	}
	return v, ok && v >= 0 && (v == 0 || m.Code != "")
}

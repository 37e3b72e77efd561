package eventlog

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"time"

	"curio/datasets/event"

	pq "github.com/parquet-go/parquet-go/format"
)

// parquetBlock holds the values of a page or of a dictionary. One of texts, ints
// and reals has them, as the form of the column says:
//
//	texts  text, UUID, decimal
//	ints   integer, truth (0, 1), date (days), timestamp (milliseconds)
//	reals  floating point
//
// Texts are in data, or in the page that was decoded.
type parquetBlock struct {
	texts []string
	ints  []int64
	reals []float64
	data  []byte

	lengths, suffixes []int64 // scratch

	converted // for events
}

// decode takes the values in src, up to max of them.
func (b *parquetBlock) decode(c *parquetColumn, src []byte, max int, e pq.Encoding) error {
	b.texts, b.ints, b.reals = b.texts[:0], b.ints[:0], b.reals[:0]
	ok := false
	switch c.physical {
	case pq.ByteArray:
		ok = b.byteArrays(src, max, e)
	case pq.FixedLenByteArray, pq.Int96:
		ok = e == pq.Plain
		for ok && len(src) >= c.length && len(b.texts) < max {
			b.texts = append(b.texts, view(src[:c.length:c.length]))
			src = src[c.length:]
		}
	case pq.Int32, pq.Float:
		ok = b.integers(src, max, 4, e)
	case pq.Int64, pq.Double:
		ok = b.integers(src, max, 8, e)
	case pq.Boolean:
		b.ints, ok = truths(b.ints, src, max, e)
	}
	if !ok {
		return corrupt("the values of a page cannot be read by encoding %s", e)
	}
	b.shape(c)
	return nil
}

// len is how many values there are.
func (b *parquetBlock) len() int { return max(len(b.texts), len(b.ints), len(b.reals)) }

func (b *parquetBlock) byteArrays(src []byte, max int, e pq.Encoding) (ok bool) {
	if e == pq.Plain {
		b.texts, ok = plainTexts(b.texts, src, max)
		return ok
	}
	if e != pq.DeltaLengthByteArray && e != pq.DeltaByteArray || len(src) == 0 {
		return len(src) == 0
	}
	if b.lengths, src, ok = deltas(b.lengths, src, max); !ok {
		return false
	}
	if e == pq.DeltaLengthByteArray {
		b.texts, ok = deltaTexts(b.texts, b.lengths, src)
		return ok
	}
	if b.suffixes, src, ok = deltas(b.suffixes, src, max); ok {
		b.texts, b.data, ok = prefixedTexts(b.texts, b.lengths, b.suffixes, src, b.data)
	}
	return ok
}

func (b *parquetBlock) integers(src []byte, max, size int, e pq.Encoding) (ok bool) {
	if len(src) == 0 {
		return true
	}
	switch e {
	case pq.Plain:
		b.ints = sized(b.ints, min(max, len(src)/size))
		plainInts(b.ints, src, size)
		return true
	case pq.ByteStreamSplit:
		b.ints = sized(b.ints, min(max, len(src)/size))
		splitInts(b.ints, src, size)
		return true
	case pq.DeltaBinaryPacked:
		b.ints, _, ok = deltas(b.ints, src, max)
		if size == 4 {
			for i, v := range b.ints {
				b.ints[i] = int64(int32(v))
			}
		}
	}
	return ok
}

// shape turns values into those of the form.
func (b *parquetBlock) shape(c *parquetColumn) {
	switch c.form {
	case formUint:
		if c.physical == pq.Int32 {
			for i, v := range b.ints {
				b.ints[i] = int64(uint32(v))
			}
		}
	case formReal:
		b.reals = sized(b.reals, len(b.ints))
		for i, v := range b.ints {
			if c.physical == pq.Float {
				b.reals[i] = float64(math.Float32frombits(uint32(v)))
			} else {
				b.reals[i] = math.Float64frombits(uint64(v))
			}
		}
		b.ints = b.ints[:0]
	case formTimestamp:
		if c.perMS > 1 {
			for i, v := range b.ints {
				q := v / c.perMS
				if v%c.perMS < 0 {
					q--
				}
				b.ints[i] = q
			}
		}
	case formInt96:
		b.ints = sized(b.ints, len(b.texts))
		for i, v := range b.texts {
			const epoch = 2440588 // the Julian day of 1970-01-01
			day := int64(int32(binary.LittleEndian.Uint32([]byte(v[8:]))))
			b.ints[i] = (day-epoch)*int64(event.Day) + int64(binary.LittleEndian.Uint64([]byte(v[:8])))/1e6
		}
		b.texts = b.texts[:0]
	case formUUID:
		b.uuids()
	case formDecimal:
		b.decimals(c.scale)
	}
}

// uuids writes 16 bytes as UUIDs are written.
func (b *parquetBlock) uuids() {
	b.data = sized(b.data, 36*len(b.texts))[:0]
	for i, v := range b.texts {
		from := len(b.data)
		for k := range 16 {
			if k == 4 || k == 6 || k == 8 || k == 10 {
				b.data = append(b.data, '-')
			}
			const digits = "0123456789abcdef"
			b.data = append(b.data, digits[v[k]>>4], digits[v[k]&15])
		}
		b.texts[i] = view(b.data[from:])
	}
}

// decimals writes integers, or their bytes in two's complement with the highest
// first, times 10^-scale.
func (b *parquetBlock) decimals(scale int) {
	n := b.len()
	whole := len(b.ints) > 0
	b.texts = sized(b.texts, n)
	for i := range n {
		var digits []byte
		switch v := b.texts[i]; {
		case whole:
			digits = strconv.AppendInt(nil, b.ints[i], 10)
		case len(v) > 16 || v == "":
			digits = []byte("not a number")
		default:
			x := new(big.Int).SetBytes([]byte(v))
			if v[0] >= 0x80 {
				x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v))))
			}
			digits = x.Append(nil, 10)
		}
		if scale > 0 {
			digits = append(append(digits, "e-"...), strconv.Itoa(scale)...)
		}
		b.texts[i] = view(digits)
	}
	b.ints = b.ints[:0]
}

// written is a value other than a truth, a date or a timestamp as package field
// reads it.
func (b *parquetBlock) written(c *parquetColumn, i int) string {
	switch c.form {
	case formText, formUUID, formDecimal:
		return b.texts[i]
	case formUint:
		return strconv.FormatUint(uint64(b.ints[i]), 10)
	case formReal:
		if c.physical == pq.Float {
			return strconv.FormatFloat(b.reals[i], 'g', -1, 32)
		}
		return strconv.FormatFloat(b.reals[i], 'g', -1, 64)
	}
	return strconv.FormatInt(b.ints[i], 10)
}

// cell is value i as a row has it.
func (b *parquetBlock) cell(c *parquetColumn, i int) cell {
	switch c.form {
	case formText, formUUID:
		if b.texts[i] == "" {
			return cell{kind: empty}
		}
		return cell{kind: text, text: b.texts[i]}
	case formTruth:
		return cell{kind: truth, text: strconv.FormatBool(b.ints[i] != 0)}
	case formDate:
		return instant(b.ints[i] * int64(event.Day))
	case formTimestamp, formInt96:
		return instant(b.ints[i])
	}
	return cell{kind: number, text: b.written(c, i)}
}

// instant is a time in milliseconds: a text within the years 1 to 9999, else a
// number, which no reader takes for a time within them.
func instant(ms int64) cell {
	t := time.UnixMilli(ms).UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		return cell{kind: number, text: strconv.FormatInt(ms, 10)}
	}
	return cell{kind: text, text: t.Format("2006-01-02T15:04:05.999Z07:00")}
}

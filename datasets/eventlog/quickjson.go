package eventlog

import "unicode/utf8"

// quick reads the line at offset at of b if it is written as nearly all logs are:
// one flat object of known and unknown names with texts without escapes, numbers
// without exponents, truths and nulls, each name once, with a blank at most
// behind colons and commas. It returns the offset behind the line's feed, or -1
// if the line needs parse, which would give the same; r is unspecified then. The
// line must have a line feed, and at least seven bytes of b behind it.
func (j *jsonRows) quick(b []byte, at int, r *row) int {
	i := at
	if b[i] != '{' {
		return -1
	}
	var dirty uint64
	var seen uint32
	unknown := 0
	for fields := 1; ; fields++ {
		if i++; b[i] == ' ' {
			i++
		}
		if b[i] != '"' {
			return -1
		}
		end, d := textEnd(b, i+1)
		if end < 0 || b[end+1] != ':' {
			return -1
		}
		dirty |= d
		column := j.t.keys.find(b, i+1, end)
		if i = end + 2; b[i] == ' ' {
			i++
		}
		var c cell
		switch first := b[i]; {
		case first == '"':
			i++
			if end, d = textEnd(b, i); end < 0 {
				return -1
			}
			dirty |= d
			c = cell{kind: empty}
			if end > i {
				c = cell{kind: text, clean: d == 0, text: view(b[i:end])}
			}
			i = end + 1
		case first-'0' <= 9, first == '-':
			if end = numberEnd(b, i); end < 0 {
				return -1
			}
			c = cell{kind: number, clean: true, text: view(b[i:end])}
			i = end
		case string(b[i:i+4]) == "null":
			i += 4
		case string(b[i:i+4]) == "true":
			c = cell{kind: truth, text: "true"}
			i += 4
		case string(b[i:i+5]) == "false":
			c = cell{kind: truth, text: "false"}
			i += 5
		default:
			return -1
		}
		if column < 0 {
			unknown++
		} else {
			if bit := uint32(1) << column; seen&bit == 0 {
				seen |= bit
			} else {
				return -1
			}
			r.set(column, c)
		}
		if b[i] == ',' {
			continue
		}
		if b[i] != '}' || fields > j.maxFields {
			return -1
		}
		break
	}
	if i++; b[i] == '\r' {
		i++
	}
	if b[i] != '\n' || i-at > j.maxLine || dirty != 0 && !utf8.Valid(b[at:i]) {
		return -1
	}
	r.unknown += unknown
	return i + 1
}

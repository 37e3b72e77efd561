package field

import (
	"time"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// Unix times below this in size are seconds, others are milliseconds. As seconds
// it is the year 5138, as milliseconds March 1973.
const millisecondsFrom = 100_000_000_000

// latest is the last millisecond of the year 9999.
const latest event.Time = 253402300799999

// earliest is the first millisecond of the year 1.
const earliest event.Time = -62135596800000

// Time reads when something happened: RFC 3339 with a zone, its full-date alone
// as midnight UTC, or Unix time as a number. Numbers below 100,000,000,000 are
// seconds, with any fraction, others are milliseconds. What is finer than a
// millisecond is dropped. The code is TSUnparsable, or TSRange unless the instant
// lies after 1970-01-01T00:00:00Z and not past the year 9999.
func Time(s string) (event.Time, string) {
	return instant(s, 1)
}

// oldest is the first millisecond of 1990.
const oldest event.Time = 631152000000

// Happened reads when an event happened, as Time does. A number that stands for a
// time before 1990 is TSRange: no platform has such events, so it is seconds taken
// for milliseconds, a date such as 20261101, or no time. RFC 3339 says what it
// means and may lie before.
func Happened(s string) (event.Time, string) {
	t, fault := Time(s)
	if fault == "" && t < oldest && !dated(s) {
		return 0, code.TSRange
	}
	return t, fault
}

// Published reads when a work came out, written as for Time. It may lie before
// 1970, down to the year 1; the first instant of 1970 itself, which stands for
// unknown, is moved on by a millisecond.
func Published(s string) (event.Time, string) {
	t, fault := instant(s, earliest)
	if fault == "" && t == 0 {
		t = 1
	}
	return t, fault
}

// Year is the beginning of a year, 1..9999, in UTC; that of 1970 is moved on by a
// millisecond as it stands for unknown.
func Year(year int) event.Time {
	t := event.Time(time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMilli())
	if t == 0 {
		t = 1
	}
	return t
}

func instant(s string, first event.Time) (event.Time, string) {
	var fault string
	ms, ok := utc(s)
	switch {
	case ok:
	case dated(s):
		ms, fault = calendar(s)
	default:
		ms, fault = unix(s)
	}
	if fault != "" {
		return 0, fault
	}
	if t := event.Time(ms); t >= first && t <= latest {
		return t, ""
	}
	return 0, code.TSRange
}

// dated reports whether s begins as a date does, and as no number.
func dated(s string) bool { return len(s) >= 10 && s[4] == '-' && s[7] == '-' }

func unix(s string) (int64, string) {
	v, _, fault := scaled(s, 0)
	if fault == "" && v < millisecondsFrom && v > -millisecondsFrom {
		v, _, fault = scaled(s, 3)
	}
	switch fault {
	case "":
		return v, ""
	case code.NumberRange:
		return 0, code.TSRange
	default:
		return 0, code.TSUnparsable
	}
}

// utc reads a time of RFC 3339 in UTC as nearly all logs have it, with up to nine
// decimals of a second; calendar gives the same for it.
func utc(s string) (ms int64, ok bool) {
	const layout = "2006-01-02T15:04:05"
	if len(s) <= len(layout) || len(s) > len(layout)+len(".123456789Z") || s[len(s)-1] != 'Z' ||
		s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	var wrong byte // past nine if a character is no digit
	two := func(at int) int {
		high, low := s[at]-'0', s[at+1]-'0'
		if high > 9 || low > 9 {
			wrong = 10
		}
		return int(high)*10 + int(low)
	}
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	if wrong > 9 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	if rest := s[len(layout) : len(s)-1]; rest != "" {
		if rest[0] != '.' || len(rest) == 1 {
			return 0, false
		}
		for i := 1; i < len(rest); i++ {
			c := rest[i] - '0'
			if c > 9 {
				return 0, false
			}
			if i <= 3 {
				ms += int64(c) * [...]int64{0, 100, 10, 1}[i]
			}
		}
	}
	return ((daysTo(year, month, day)*24+int64(hour))*60+int64(minute))*60_000 + int64(second)*1000 + ms, true
}

func daysIn(year, month int) int {
	if month == 2 && (year%4 != 0 || year%100 == 0 && year%400 != 0) {
		return 28
	}
	return [...]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month]
}

// daysTo is the number of days from 1970-01-01 to a date of the years 0..9999.
func daysTo(year, month, day int) int64 {
	if month <= 2 { // years that begin in March have their leap day at the end
		year--
		month += 12
	}
	year += 400 // never negative
	return int64(year*365 + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719468 - 146097)
}

func calendar(s string) (int64, string) {
	layout := time.RFC3339
	if len(s) == len(time.DateOnly) {
		layout = time.DateOnly
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return 0, code.TSUnparsable
	}
	return t.UnixMilli(), ""
}

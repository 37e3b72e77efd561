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
	var ms int64
	var fault string
	if len(s) >= 10 && s[4] == '-' && s[7] == '-' {
		ms, fault = calendar(s)
	} else {
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

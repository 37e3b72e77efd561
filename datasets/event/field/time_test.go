package field

import (
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

func TestTime(t *testing.T) {
	check(t, func(s string) (int64, string) { v, f := Time(s); return int64(v), f }, map[string]any{
		"2023-11-14T22:13:20Z": 1700000000000, "2023-11-15T00:13:20.5+02:00": 1700000000500,
		"2023-11-14T22:13:20.123999Z": 1700000000123, "2023-11-14": 1699920000000,
		"1700000000": 1700000000000, "1700000000000": 1700000000000, "1700000000.25": 1700000000250,
		"1.7e9": 1700000000000, "99999999999": 99999999999000, "100000000000": 100000000000,
		"1970-01-01T00:00:00.001Z": 1, "0.001": 1, "9999-12-31T23:59:59.999Z": int(latest),
		"253402300799999": int(latest), "253402300800000": code.TSRange,
		"1970-01-01T00:00:00Z": code.TSRange, "0": code.TSRange, "-1": code.TSRange, "1969-12-31T23:59:59Z": code.TSRange,
		"0.0001": code.TSRange, "1e30": code.TSRange, "-1e30": code.TSRange,
		"2023-11-14T22:13:20": code.TSUnparsable, "2023-13-01": code.TSUnparsable, "2023-02-30T00:00:00Z": code.TSUnparsable,
		"2023-11-14 22:13:20Z": code.TSUnparsable, "14/11/2023": code.TSUnparsable, "": code.TSUnparsable,
		"NaN": code.TSUnparsable, "Infinity": code.TSUnparsable, "soon": code.TSUnparsable, "10000-01-01T00:00:00Z": code.TSUnparsable,
	})
}

func TestHappened(t *testing.T) {
	check(t, func(s string) (int64, string) { v, f := Happened(s); return int64(v), f }, map[string]any{
		"631152000": 631152000000, "631152000000": 631152000000, "1700000000": 1700000000000, "2023-11-14T22:13:20Z": 1700000000000,
		"1985-03-04T00:00:00Z": 478742400000, "1985-03-04": 478742400000, "1985-03-04T01:00:00+01:00": 478742400000,
		"631151999": code.TSRange, "631151999.999": code.TSRange, "631151999999": code.TSRange, "1": code.TSRange, "20261101": code.TSRange,
		"0": code.TSRange, "1970-01-01": code.TSRange, "1700000000123456": code.TSRange, "soon": code.TSUnparsable,
	})
}

func TestPublished(t *testing.T) {
	check(t, func(s string) (int64, string) { v, f := Published(s); return int64(v), f }, map[string]any{
		"1922-03-04": -1509408000000, "1970-01-01": 1, "0": 1, "-86400": -86400000, "2023-11-14T22:13:20Z": 1700000000000,
		"0001-01-01": int(earliest), "0000-12-31": code.TSRange, "9999-12-31T23:59:59.999Z": int(latest), "old": code.TSUnparsable,
	})
	for year, want := range map[int]event.Time{1970: 1, 2000: 946684800000, 1969: -31536000000} {
		if got := Year(year); got != want {
			t.Errorf("year %d begins at %d, want %d", year, got, want)
		}
	}
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"2023-11-14T22:13:20Z", "1700000000", "99999999999.9", "2023-11-14", "9999-12-31T23:59:59-23:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, fault := Time(s)
		if (fault == "") != (got != 0) {
			t.Fatalf("%q: %d with code %q", s, got, fault)
		}
		if fault != "" {
			return
		}
		again, fault := Time(time.UnixMilli(int64(got)).UTC().Format("2006-01-02T15:04:05.999Z07:00"))
		if fault != "" || again != got {
			t.Errorf("%q is %d, which written out is %d (%s)", s, got, again, fault)
		}
		if got < 0 || got > latest {
			t.Errorf("%q: %d is out of range", s, event.Time(got))
		}
	})
}

package mapping

import (
	"testing"
	"time"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

func TestInstants(t *testing.T) {
	for _, test := range []struct {
		unit, text string
		want       int64 // milliseconds
		flaw       string
	}{
		{"s", "1700000000", 1_700_000_000_000, ""},
		{"s", "1700000000.9999", 1_700_000_000_999, ""},
		{"s", "1.7e9", 1_700_000_000_000, ""},
		{"s", "200000000000", 200_000_000_000_000, ""}, // year 8307: milliseconds without a unit
		{"s", "253402300799", 253_402_300_799_000, ""},
		{"s", "253402300800", 0, code.TSRange},
		{"ms", "1", 1, ""},
		{"ms", "99999999999", 99_999_999_999, ""}, // March 1973: seconds without a unit
		{"ms", "100000000000", 100_000_000_000, ""},
		{"ms", "0.5", 0, code.TSRange}, // the epoch itself
		{"us", "1700000000123999", 1_700_000_000_123, ""},
		{"us", "1699999999999999.5", 1_699_999_999_999, ""},
		{"ns", "1700000000123456789", 1_700_000_000_123, ""},
		{"ns", "9223372036854775807", 9_223_372_036_854, ""},
		{"ns", "9223372036854775808", 9_223_372_036_854, ""},
		{"s", "9223372036854775807", 0, code.TSRange},
		{"ms", "18446745773709551616", 0, code.TSRange}, // 2^64 more than a good one
		{"s", "-1", 0, code.TSRange},
		{"s", "1e300", 0, code.TSRange},
		{"us", "2026-01-01T00:00:00Z", 0, code.TSUnparsable},
		{"us", "soon", 0, code.TSUnparsable},
	} {
		var l line
		for _, u := range timeUnits {
			if u.name == test.unit {
				l = u.line
			}
		}
		text, flaw := appendInstant(nil, test.text, l)
		var got int64
		if flaw == "" {
			ts, bad := field.Time(string(text))
			got, flaw = int64(ts), bad
		}
		if got != test.want || flaw != test.flaw {
			t.Errorf("%s %s is %d (%s), want %d (%s)", test.text, test.unit, got, flaw, test.want, test.flaw)
		}
	}
}

func TestPublishedBeforeTheEpoch(t *testing.T) {
	for _, ms := range []int64{-62_135_596_800_000, -millisecondsFrom, -millisecondsFrom + 1, -1, 1, millisecondsFrom - 1} {
		got, flaw := field.Published(string(appendTime(nil, ms)))
		if int64(got) != ms || flaw != "" {
			t.Errorf("%d is read as %d (%s)", ms, got, flaw)
		}
	}
}

func TestLayouts(t *testing.T) {
	for _, test := range []struct{ layout, zone, text, want string }{
		{"YYYY-MM-DD hh:mm:ss", "", "2026-03-01 12:00:00", "2026-03-01T12:00:00Z"},
		{"YYYY-MM-DD hh:mm:ss", "", "2026-03-01 12:00:00.1234", "2026-03-01T12:00:00.123Z"},
		{"YYYY-MM-DD hh:mm:ss", "Europe/Paris", "2026-07-01 12:00:00", "2026-07-01T10:00:00Z"},
		{"YYYY-MM-DD hh:mm:ss", "Europe/Paris", "2026-01-01 12:00:00", "2026-01-01T11:00:00Z"},
		{"YYYYMMDD", "", "20260301", "2026-03-01T00:00:00Z"},
		{"DD/MM/YYYY hh:mm", "", "01/03/2026 09:30", "2026-03-01T09:30:00Z"},
		{"YYYY-MM-DDThh:mm:ssZ", "Europe/Paris", "2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00Z"},
		{"YYYY-MM-DD hh:mm:ss +hhmm name", "", "2020-01-01 01:01:01.000000001 +0000 UTC", "2020-01-01T01:01:01Z"},
		{"YYYY-MM-DD hh:mm:ss +hhmm name", "", "2020-01-01 01:01:01 +0800 CST", "2019-12-31T17:01:01Z"},
		{"YYYY-MM-DD hh:mm:ss +hh:mm", "", "2020-01-01 01:01:01 -05:00", "2020-01-01T06:01:01Z"},
		{"YYYY", "", "1995", "1995-01-01T00:00:00Z"},
		{"YYYY-MM-DD hh:mm:ss", "", "2026-02-29 12:00:00", code.TSUnparsable},
		{"YYYY-MM-DD hh:mm:ss", "", "1700000000", code.TSUnparsable},
		{"YYYY-MM-DD", "", "2026-03-01 and more", code.TSUnparsable},
	} {
		layout, err := parseLayout(test.layout)
		if err != nil {
			t.Errorf("%s: %v", test.layout, err)
			continue
		}
		zone, err := zoneOf(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		text, got := appendLayout(nil, test.text, []string{layout}, zone)
		if got == "" {
			ts, _ := field.Time(string(text))
			got = time.UnixMilli(int64(ts)).UTC().Format(time.RFC3339Nano)
		}
		if got != test.want {
			t.Errorf("%s as %s is %s, want %s", test.text, test.layout, got, test.want)
		}
	}
	for _, wrong := range []string{"hh:mm", "YYYY YYYY", "YYYY Jan", "2006-01-02", "YYYY-mmm", "YYYY name", "YYYY\x00"} {
		if got, err := parseLayout(wrong); err == nil {
			t.Errorf("layout %q was accepted as %q", wrong, got)
		}
	}
	for _, wrong := range []string{"Local", "Mars/Olympus", "../../etc/passwd"} {
		if _, err := zoneOf(wrong); err == nil {
			t.Errorf("zone %q was accepted", wrong)
		}
	}
}

package field

import (
	"testing"
)

// The quick ways of reading give what the general ones do.

func FuzzUTC(f *testing.F) {
	for _, s := range []string{"2023-11-14T22:13:20Z", "2024-02-29T23:59:59.999999999Z", "1900-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
		"0000-03-01T00:00:00.1Z", "9999-12-31T23:59:59.12Z", "2023-11-31T22:13:20Z", "2023-11-14T24:00:00Z", "2023-00-10T22:13:20Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := utc(s)
		if !ok {
			return
		}
		if want, fault := calendar(s); fault != "" || want != got {
			t.Errorf("%q is %d, want %d (%s)", s, got, want, fault)
		}
	})
}

func TestUTCEveryDay(t *testing.T) {
	const day = 24 * 60 * 60 * 1000
	at, _ := utc("0000-01-01T00:00:00Z")
	for year := range 10000 {
		for month := 1; month <= 12; month++ {
			for d := 1; d <= daysIn(year, month); d++ {
				if got := daysTo(year, month, d) * day; got != at {
					t.Fatalf("%d-%d-%d begins at %d, want %d", year, month, d, got, at)
				}
				at += day
			}
		}
	}
	if at-1 != int64(latest) {
		t.Errorf("the year 9999 ends at %d, want %d", at-1, latest)
	}
}

func TestQuickTimesAreTaken(t *testing.T) {
	for s, want := range map[string]bool{
		"2023-11-14T22:13:20Z": true, "2023-11-14T22:13:20.5Z": true, "2023-11-14T22:13:20.123456789Z": true,
		"2024-02-29T00:00:00Z": true, "2000-02-29T00:00:00Z": true,
		"2023-11-14T22:13:20.1234567890Z": false, "2023-11-14T22:13:20.Z": false, "2023-11-14T22:13:20,5Z": false,
		"2023-11-14T22:13:20+00:00": false, "1900-02-29T00:00:00Z": false, "2023-04-31T00:00:00Z": false,
		"2023-11-14T22:13:60Z": false, "2023-11-14T22:60:20Z": false, "2023-11-14T24:13:20Z": false, "2023-13-14T22:13:20Z": false,
		"2023-11-00T22:13:20Z": false, "202x-11-14T22:13:20Z": false, "2023-11-14T22:13:20": false, "": false,
	} {
		if _, got := utc(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func FuzzShort(f *testing.F) {
	for _, s := range []string{"0", "-0.0", "12.5", "-", ".", "-.5", "5.", "99999999999999", "0.00010", "1..2", "", "--1"} {
		for scale := range 5 {
			f.Add(s, scale)
		}
	}
	f.Fuzz(func(t *testing.T, s string, scale int) {
		if scale < 0 || scale > 9 {
			return
		}
		got, ok := short(s, scale)
		if !ok {
			return
		}
		long := s
		if s[0] == '-' { // a number that is too long to be short
			long = "-00000000000000" + s[1:]
		} else {
			long = "00000000000000" + s
		}
		want, cut, fault := scaled(long, scale)
		if fault != "" || cut != nothing || want != got {
			t.Errorf("%q in units of 10^-%d is %d, want %d (%d %s)", s, scale, got, want, cut, fault)
		}
	})
}

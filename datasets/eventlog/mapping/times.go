package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones on machines that have none

	"curio/datasets/event/code"
)

// Unix times from this size on are read as milliseconds by package field, smaller
// ones as seconds.
const millisecondsFrom = 100_000_000_000

// appendTime writes an instant so that package field reads exactly it.
func appendTime(to []byte, ms int64) []byte {
	to = strconv.AppendInt(to, ms, 10)
	if ms < millisecondsFrom && ms > -millisecondsFrom {
		to = append(to, "e-3"...) // seconds
	}
	return to
}

// appendInstant converts a number of a unit that l takes to milliseconds.
func appendInstant(to []byte, text string, l line) ([]byte, string) {
	ms, flaw := l.milliseconds(text)
	if flaw != "" {
		return to, flaw
	}
	return appendTime(to, ms), ""
}

// appendLayout converts a time written by one of the layouts of package time.
func appendLayout(to []byte, text string, layouts []string, zone *time.Location) ([]byte, string) {
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			if t = t.UTC(); t.Year() < 1990 && t.Year() >= 1 { // a number would be taken for one of another unit
				return t.AppendFormat(to, "2006-01-02T15:04:05.999Z"), ""
			}
			return appendTime(to, t.UnixMilli()), ""
		}
	}
	return to, code.TSUnparsable
}

// The parts of a layout, longer ones first where one begins another.
var layoutParts = []struct{ ours, theirs string }{
	{"YYYY", "2006"}, {"MM", "01"}, {"DD", "02"}, {"hh", "15"}, {"mm", "04"}, {"ss", "05"},
	{"+hh:mm", "-07:00"}, {"+hhmm", "-0700"}, {"Z", "Z07:00"}, {"name", "MST"},
}

// parseLayout translates a layout such as YYYY-MM-DD hh:mm:ss +hhmm to one of
// package time. Besides its parts, each at most once, it may hold a T, spaces and
// the characters -/:.,_ as themselves.
func parseLayout(layout string) (string, error) {
	var out strings.Builder
	seen := make(map[string]bool)
next:
	for rest := layout; rest != ""; {
		for _, p := range layoutParts {
			if tail, ok := strings.CutPrefix(rest, p.ours); ok {
				if seen[p.ours] {
					return "", fmt.Errorf("layout %q has %s twice", layout, p.ours)
				}
				seen[p.ours] = true
				out.WriteString(p.theirs)
				rest = tail
				continue next
			}
		}
		if strings.IndexByte("T -/:.,_", rest[0]) < 0 {
			return "", fmt.Errorf("layout %q: %q is none of YYYY MM DD hh mm ss Z +hh:mm +hhmm name, T, space and -/:.,_", layout, rest[:1])
		}
		out.WriteByte(rest[0])
		rest = rest[1:]
	}
	if !seen["YYYY"] {
		return "", fmt.Errorf("layout %q has no YYYY", layout)
	}
	if seen["name"] && !seen["Z"] && !seen["+hhmm"] && !seen["+hh:mm"] {
		return "", fmt.Errorf("layout %q: the name of a zone says nothing without its offset", layout)
	}
	return out.String(), nil
}

// zoneOf finds a time zone by its IANA name; none is UTC.
func zoneOf(name string) (*time.Location, error) {
	if name == "Local" {
		return nil, fmt.Errorf("zone Local differs from machine to machine; name one, such as Europe/Paris")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone: %w", err)
	}
	return zone, nil
}

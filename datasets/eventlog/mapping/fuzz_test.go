package mapping

import (
	"errors"
	"testing"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// Whatever is accepted can translate any row.
func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		data, err := shipped.ReadFile(name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "1700000000", "rating")
	}
	f.Add([]byte("events: {columns: {ts: {unit: us}, type: {when: {rating: rating}}, rating: {scale: [0, 10]}}}"), "1e9", "x")
	f.Add([]byte("items: {columns: {price: {unit: minor}, currency: {default: EUR}, tags: {split: ','}}}"), "a,b", "1")
	f.Add([]byte("events: &a\n  columns:\n    <<: *a"), "", "")
	f.Add([]byte("{events: [}"), "", "")
	f.Add([]byte("users: {names: [user_id], separator: \"\\t\"}\n--- !x |\n y"), "", "")
	f.Fuzz(func(t *testing.T, data []byte, one, other string) {
		m, err := Parse("m", data)
		if err != nil {
			if !errors.Is(err, ErrMapping) {
				t.Fatalf("%v does not wrap ErrMapping", err)
			}
			return
		}
		for _, shape := range tables {
			table := m.Table(shape.name)
			if table == nil {
				continue
			}
			tr := table.Translator()
			for range 2 {
				moves, _, fault := tr.Row(func(i int) (string, bool) {
					switch i % 3 {
					case 0:
						return one, one != ""
					case 1:
						return other, other != ""
					}
					return "", true
				})
				if len(moves) != len(table.Columns) || fault.Column >= len(table.Columns) {
					t.Fatalf("%d moves for %d columns, fault %v", len(moves), len(table.Columns), fault)
				}
				for _, m := range moves {
					if m.From >= len(table.Sources) {
						t.Fatalf("source %d of %d", m.From, len(table.Sources))
					}
				}
			}
			table.Needs()
			m.Tables(one)
		}
	})
}

// A number is converted exactly if package field reads it, and refused otherwise
// or for its length.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-1", "+1.5", ".5", "5.", "1e3", "1E-3", "1e", "e1", "1.2.3", "NaN", "0x1", "99999999999999999999", "1e99999"} {
		f.Add(s)
	}
	same := line{times: 1, by: 1}
	f.Fuzz(func(t *testing.T, s string) {
		out, flaw := same.append(nil, s)
		want, bad := field.Fixed(s, 3)
		if flaw != "" {
			if flaw != bad && flaw != code.NumberRange {
				t.Fatalf("%q is refused as %s, and as %q by package field", s, flaw, bad)
			}
			return
		}
		if got, again := field.Fixed(string(out), 3); got != want || again != bad {
			t.Fatalf("%q is written as %q, which is %d (%s), want %d (%s)", s, out, got, again, want, bad)
		}
	})
}

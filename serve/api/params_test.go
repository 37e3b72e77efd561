package api

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// codes lists faults as name:code.
func codes(f *faults) []string {
	var list []string
	for _, fault := range f.list {
		name := fault.Name
		if fault.In == "body" {
			name = fault.Pointer
		}
		list = append(list, name+":"+fault.Code)
	}
	return list
}

var optionFields = fieldsOf(reflect.TypeFor[RecommendOptions]())

func TestParamsFaults(t *testing.T) {
	long := strings.Repeat("x", MaxText)
	for name, c := range map[string]struct {
		raw  string
		want []string
	}{
		"OK":              {"n=100&offset=0&category=a%20b&explain=true&strict=0", nil},
		"Empty":           {"", nil},
		"EmptyPairs":      {"&&n=1&", nil},
		"NBelow":          {"n=0", []string{"n:out_of_range"}},
		"NAbove":          {"n=101", []string{"n:out_of_range"}},
		"NHuge":           {"n=99999999999999999999999", []string{"n:out_of_range"}},
		"NNegativeHuge":   {"n=-99999999999999999999999", []string{"n:out_of_range"}},
		"NText":           {"n=ten", []string{"n:invalid"}},
		"NFraction":       {"n=1.5", []string{"n:invalid"}},
		"NEmpty":          {"n=", []string{"n:invalid"}},
		"NSignOnly":       {"n=%2B%2B1", []string{"n:invalid"}},
		"OffsetNegative":  {"offset=-1", []string{"offset:out_of_range"}},
		"OffsetLimit":     {"offset=10000", nil},
		"OffsetAbove":     {"offset=10001", []string{"offset:out_of_range"}},
		"Boolean":         {"explain=yes", []string{"explain:invalid"}},
		"BooleanNoValue":  {"explain", []string{"explain:invalid"}},
		"Repeated":        {"n=1&n=2", []string{"n:repeated"}},
		"Unknown":         {"colour=red", []string{"colour:unknown"}},
		"CaseMatters":     {"N=1", []string{"N:unknown"}},
		"BadEscape":       {"n=%zz", []string{"n:invalid"}},
		"BadEscapeName":   {"%zz=1", []string{"%zz:invalid"}},
		"NotUTF8":         {"category=%ff", []string{"category:invalid"}},
		"NotUTF8Name":     {"%ff=1", []string{"%ff:invalid"}},
		"CategoryEmpty":   {"category=", []string{"category:missing"}},
		"CategoryLimit":   {"category=" + long, nil},
		"CategoryAbove":   {"category=" + long + "x", []string{"category:too_long"}},
		"CategoryControl": {"category=a%00b", []string{"category:invalid"}},
		"EveryFault":      {"n=0&offset=x&colour=red&explain=2", []string{"colour:unknown", "n:out_of_range", "offset:invalid", "explain:invalid"}},
	} {
		t.Run(name, func(t *testing.T) {
			var f faults
			p := newParams(c.raw, &f, optionFields)
			for i := range optionFields {
				var o RecommendOptions
				optionFields[i].read(reflect.ValueOf(&o).Elem().FieldByIndex(optionFields[i].index), p)
			}
			if diff := cmp.Diff(c.want, codes(&f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParamsValues(t *testing.T) {
	var f faults
	p := newParams("n=7&category=%E8%AF%BE%2B+x&explain=1", &f, optionFields)
	if n := p.integer("n", 1, 1, 10); n != 7 {
		t.Errorf("n = %d", n)
	}
	if n := p.integer("offset", 3, 0, 10); n != 3 {
		t.Errorf("offset = %d", n)
	}
	if s := p.words("category", MaxText); s != "课+ x" {
		t.Errorf("category = %q", s)
	}
	if !p.boolean("explain") || p.boolean("strict") {
		t.Error("booleans")
	}
	if f.problem() != nil {
		t.Error(f.list)
	}
}

func TestFaultsAreBounded(t *testing.T) {
	var f faults
	newParams(strings.Repeat("x=1&", maxFaults+7), &f, nil)
	p := f.problem()
	if len(p.Errors) != maxFaults || p.More != 7 {
		t.Errorf("%d listed, %d more", len(p.Errors), p.More)
	}
}

func FuzzParams(f *testing.F) {
	for _, seed := range []string{"", "n=1", "n=1&n=2", "%zz=%zz", "category=%ff", "a&b&=c", "explain=true&n=99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var f faults
		p := newParams(raw, &f, optionFields)
		if n := p.integer("n", 10, 1, 100); n < 1 || n > 100 {
			t.Errorf("n = %d", n)
		}
		if s := p.words("category", MaxText); len(s) > MaxText {
			t.Errorf("category has %d bytes", len(s))
		}
		if len(f.list) > maxFaults {
			t.Errorf("%d faults", len(f.list))
		}
	})
}

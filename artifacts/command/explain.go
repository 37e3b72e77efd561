package command

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// setting is one flag, or one field of a section, as --explain-config tells it.
type setting struct {
	Group  string `json:"group"`
	Name   string `json:"name"`
	Value  any    `json:"value"`
	Source string `json:"source"` // default, flag, environment, or config FILE:line
	Range  string `json:"range"`
	About  string `json:"about"`
}

// settings returns what Parse has found, in the order of definition.
func (f *Flags) settings() []setting {
	var all []setting
	for _, v := range f.defined {
		if v.name != explain {
			_, about := flag.UnquoteUsage(&flag.Flag{Usage: v.usage})
			found := v.get()
			if s, ok := found.(fmt.Stringer); ok { // a duration, which JSON takes for a number
				found = s.String()
			}
			all = append(all, setting{v.group, v.name, found, v.source, v.want, about})
		}
	}
	for _, s := range f.sections {
		for _, l := range leaves(s.into) {
			all = append(all, setting{"section " + s.name, s.name + "." + l.path, l.value, s.source(l), l.tag.Get("range"), l.tag.Get("help")})
		}
	}
	return inGroups(all)
}

// inGroups brings the members of a group together, at the place of the first.
func inGroups(all []setting) []setting {
	var groups []string
	members := map[string][]setting{}
	for _, s := range all {
		if members[s.Group] == nil {
			groups = append(groups, s.Group)
		}
		members[s.Group] = append(members[s.Group], s)
	}
	all = all[:0:0]
	for _, g := range groups {
		all = append(all, members[g]...)
	}
	return all
}

// leaf is a field of a section that is no struct itself. Its path has the keys
// that lead to it, with dots between them.
type leaf struct {
	path  string
	tag   reflect.StructTag
	value any
}

// leaves returns the fields of the struct that into points to, and of those in it.
func leaves(into any) []leaf {
	var all []leaf
	var walk func(v reflect.Value, prefix string)
	walk = func(v reflect.Value, prefix string) {
		for i := range v.NumField() {
			field, value := v.Type().Field(i), v.Field(i)
			key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			switch {
			case !field.IsExported() || key == "-":
			case value.Kind() == reflect.Struct:
				walk(value, prefix+key+".")
			case value.Kind() == reflect.Map && value.IsNil():
				all = append(all, leaf{prefix + key, field.Tag, reflect.MakeMap(value.Type()).Interface()})
			default:
				all = append(all, leaf{prefix + key, field.Tag, value.Interface()})
			}
		}
	}
	walk(reflect.ValueOf(into).Elem(), "")
	return all
}

// explain writes the settings: as one JSON array if there is a flag --json and it
// was given, else for reading.
func (f *Flags) explain(w io.Writer) error {
	all := f.settings()
	if g := f.set.Lookup("json"); g != nil && g.Value.(*value).get() == true {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	var text strings.Builder
	row(&text, "SETTING", "VALUE", "SOURCE", "RANGE")
	group := ""
	for _, s := range all {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&text, "\n%s\n", group)
		}
		row(&text, s.Name, printed(s.Value), printable(s.Source), s.Range)
		indent := strings.Repeat(" ", 6)
		text.WriteString(indent + strings.Join(wrap(s.About, width-len(indent)), "\n"+indent) + "\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// The table is as wide as this, but for single words that are wider, and its
// columns are the same whatever stands in them.
const width = 120

var columns = [...]int{2, 36, 56, 78}

// row writes cells into the columns. One that is too wide for its own ends the
// line; the last one is wrapped.
func row(w *strings.Builder, cells ...string) {
	last := len(cells) - 1
	next := "\n" + strings.Repeat(" ", columns[last])
	cells[last] = strings.Join(wrap(cells[last], width-columns[last]), next)
	at := 0
	for i, cell := range cells {
		if at > 0 && at >= columns[i] {
			w.WriteByte('\n')
			at = 0
		}
		fmt.Fprintf(w, "%*s%s", columns[i]-at, "", cell)
		at = columns[i] + utf8.RuneCountInString(cell)
	}
	w.WriteByte('\n')
}

// wrap returns the words of text in lines of at most so many characters.
func wrap(text string, most int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		line := &lines[len(lines)-1]
		switch {
		case *line == "":
			*line = word
		case utf8.RuneCountInString(*line)+1+utf8.RuneCountInString(word) <= most:
			*line += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// printed is a value as the table shows it: text as it is and all else as JSON.
func printed(v any) string {
	if reflect.ValueOf(v).Kind() != reflect.String {
		if data, err := json.Marshal(v); err == nil {
			return string(data)
		}
	}
	return printable(fmt.Sprint(v))
}

// printable is text as it is, or in quotes where it could not be told apart from
// what stands around it.
func printable(text string) string {
	odd := func(r rune) bool { return !unicode.IsPrint(r) }
	if text == "" || strings.TrimSpace(text) != text || strings.ContainsFunc(text, odd) {
		return strconv.Quote(text)
	}
	return text
}

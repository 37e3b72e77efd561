package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// section is settings too many, or too structured, for flags.
type section struct {
	name, usage string
	into        any
	defaults    []leaf
	sources     map[string]string // of what was set, by path; "" for the section itself
}

// Section defines a part of the configuration file: the value of a key of that
// name is read into into, a pointer to a struct that holds the defaults. Keys it
// does not know are faults, and so is what its Validate method finds, if it has one.
// For --explain-config the tags help and range of a field say what it does and
// which values it takes.
func (f *Flags) Section(into any, name, usage string) {
	f.sections = append(f.sections, section{name, usage, into, leaves(into), map[string]string{}})
}

// source says where the value of a leaf of s is from.
func (s section) source(l leaf) string {
	if source, ok := s.sources[l.path]; ok {
		return source
	}
	for _, d := range s.defaults {
		if d.path == l.path && fmt.Sprint(d.value) != fmt.Sprint(l.value) {
			return s.sources[""]
		}
	}
	return "default"
}

// note remembers the lines at which keys of s stand in a file. What a file says by
// anchors is left to the line of the section.
func (s section) note(value ast.Node, prefix string, at func(*token.Token) string) {
	if keys, ok := value.(ast.MapNode); ok {
		for key := keys.MapRange(); key.Next(); {
			path := prefix + key.Key().GetToken().Value
			s.sources[path] = at(key.Key().GetToken())
			s.note(key.Value(), path+".", at)
		}
	}
}

// yaml reads a configuration file to its end, whatever is wrong in it. Scalars are
// taken as they are written, and lists are a flag given several times.
func (f *Flags) yaml(r io.Reader, set func(name, value string) error) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return errors.New("configuration file: " + yaml.FormatError(err, false, false))
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue // empty, or comments alone
		}
		root, ok := doc.Body.(ast.MapNode)
		if !ok {
			return errors.New("configuration file: want `name: value` lines")
		}
		for entry := root.MapRange(); entry.Next(); {
			f.source = f.at(entry.Key().GetToken())
			if err := f.entry(entry.Key().String(), entry.Value(), set); err != nil {
				f.Fault("configuration file, line %d: %s", entry.Key().GetToken().Position.Line, strings.TrimSpace(err.Error()))
			}
		}
	}
	return nil
}

// at says where in the configuration file something stands.
func (f *Flags) at(t *token.Token) string {
	return fmt.Sprintf("config %s:%d", f.file, t.Position.Line)
}

func (f *Flags) entry(name string, value ast.Node, set func(name, value string) error) error {
	for _, s := range f.sections {
		if s.name == name {
			s.sources[""] = f.source
			s.note(value, "", f.at)
			return s.read(value)
		}
	}
	if f.set.Lookup(name) == nil {
		return fmt.Errorf("there is no flag or section %q", name)
	}
	switch v := value.(type) {
	case ast.ScalarNode:
		return set(name, v.GetToken().Value)
	case *ast.SequenceNode:
		for _, element := range v.Values {
			if err := f.entry(name, element, set); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%s wants a value or a list of them", name)
}

func (s section) read(value ast.Node) error {
	if err := yaml.NodeToValue(value, s.into, yaml.Strict()); err != nil {
		return fmt.Errorf("section %s: %s", s.name, yaml.FormatError(err, false, true))
	}
	if v, ok := s.into.(interface{ Validate() error }); ok {
		if err := v.Validate(); err != nil {
			return fmt.Errorf("section %s: %w", s.name, err)
		}
	}
	return nil
}

// describe writes the sections with their defaults, as they would stand in a file.
func (f *Flags) describe(w io.Writer) {
	if len(f.sections) == 0 {
		return
	}
	fmt.Fprint(w, "\nThe file of --config may also have these sections, here with their defaults:\n")
	for _, s := range f.sections {
		fmt.Fprintf(w, "\n  # %s\n  %s:\n", s.usage, s.name)
		data, err := yaml.Marshal(s.into)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			fmt.Fprintf(w, "    %s", line)
		}
	}
}

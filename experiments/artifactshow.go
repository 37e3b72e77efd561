package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	record "curio/experiments/run"
)

// shown is one version for other programs.
type shown struct {
	artifact
	Digest   string          `json:"manifest_sha256"`
	Manifest json.RawMessage `json:"manifest"`
}

func artifactShowJob() job {
	f := command.New("experiments artifacts show", "Prints what a store says of one VERSION, which may be given as an alias.")
	var (
		in     storeFlags
		asJSON bool
		names  []string
	)
	in.define(f)
	f.Bool(&asJSON, "json", "write {version, ..., manifest_sha256, manifest}")
	f.Args(&names, "VERSION")
	return job{
		Command: command.Command{Name: "artifacts show", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			r, err := in.openThere(ctx)
			if err != nil {
				return err
			}
			version, err := resolve(ctx, r, names[0], in.target)
			if err != nil {
				return err
			}
			e, err := r.Entry(ctx, version)
			if err != nil {
				return absent(err, in.target)
			}
			manifest, err := e.Manifest.Encode()
			if err != nil {
				return err
			}
			s := shown{describe(e), e.Manifest.Digest(), manifest}
			if asJSON {
				return writeJSON(stdout, s, "  ")
			}
			return writeArtifact(stdout, &s, e.Manifest)
		},
	}
}

// writeArtifact prints a version for people: what it is, how good it was found to be,
// what it was made with, and what it is made of.
func writeArtifact(w io.Writer, s *shown, m *bundle.Manifest) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "version\t%s\nmanifest\t%s\nmodel\t%s, format %d\nstored\t%s\naliases\t%s\n",
		s.Version, s.Digest, s.Model, m.Format, moment(s.Stored), orDash(strings.Join(s.Aliases, ", ")))
	for _, g := range s.Signatures {
		fmt.Fprintf(t, "signed\t%s by key %s\n", moment(g.Signed), g.Key)
	}
	for _, field := range []struct{ name, value string }{
		{"parent", m.Parent}, {"schema", m.SchemaHash}, {"pseudonyms", m.PseudonymKey}, {"dataset", dataset(m.Dataset)}, {"made by", environment(m.Environment)},
	} {
		if field.value != "" {
			fmt.Fprintf(t, "%s\t%s\n", field.name, oneLine(field.value))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := writeMetrics(w, m.Metrics); err != nil {
		return err
	}
	if err := writeSettings(w, m.Config); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d blobs, %s\n", len(m.Blobs), size(s.Size))
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "BLOB\tTYPE\tSIZE\tSHA256")
	for _, b := range m.Blobs {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", b.Name, b.Type, size(b.Size), b.SHA256)
	}
	return t.Flush()
}

// dataset says what a model was made from: in words where it is as training puts it.
func dataset(raw json.RawMessage) string {
	var d struct {
		Name, Digest         string
		Events, Users, Items int64
	}
	if json.Unmarshal(raw, &d) != nil || d.Digest == "" {
		return string(raw)
	}
	return fmt.Sprintf("%s: %d events of %d users and %d items, digest %s", orDash(d.Name), d.Events, d.Users, d.Items, d.Digest)
}

func environment(versions map[string]string) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		all = append(all, name+" "+versions[name])
	}
	return strings.Join(all, ", ")
}

// writeMetrics prints metrics as show does those of a run. Others, of a model that
// something else than train made, are printed as JSON.
func writeMetrics(w io.Writer, raw json.RawMessage) error {
	if len(raw) == 0 {
		return nil
	}
	var r record.Reports
	if json.Unmarshal(raw, &r) == nil && len(r.Model)+len(r.Popularity)+len(r.ItemCF) > 0 {
		return r.Write(w)
	}
	_, err := fmt.Fprintf(w, "\nmetrics  %s\n", raw)
	return err
}

// writeSettings prints the configuration, a setting a line.
func writeSettings(w io.Writer, raw json.RawMessage) error {
	var settings map[string]json.RawMessage
	if len(raw) == 0 {
		return nil
	}
	if json.Unmarshal(raw, &settings) != nil {
		_, err := fmt.Fprintf(w, "\nconfig  %s\n", raw)
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nSETTING\tVALUE")
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		value := string(settings[name])
		var text string
		if json.Unmarshal(settings[name], &text) == nil {
			value = text
		}
		fmt.Fprintf(t, "%s\t%s\n", oneLine(name), oneLine(value))
	}
	return t.Flush()
}

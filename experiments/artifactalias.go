package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"text/tabwriter"
	"unicode/utf8"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store"
)

// operator is who moves aliases from here.
func operator() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return cmp.Or(os.Getenv("USER"), "experiments")
}

func writePointers(stdout io.Writer, states []registry.Pointer, asJSON bool) error {
	if asJSON {
		return writeJSON(stdout, states, "  ")
	}
	t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ALIAS\tMOVE\tVERSION\tFROM\tWHEN\tWHO\tWHY")
	for _, p := range states {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", p.Alias, p.Seq, p.Version, orDash(p.From), moment(p.Moved), orDash(oneLine(p.By)), orDash(oneLine(p.Why)))
	}
	return t.Flush()
}

func aliasListJob() job {
	f := command.New("experiments artifacts alias list", "Prints where every alias of a store is.")
	var (
		in     storeFlags
		asJSON bool
	)
	in.define(f)
	f.Bool(&asJSON, "json", "write an array of aliases, each as the store has it")
	return job{
		Command: command.Command{Name: "artifacts alias list", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			r, err := in.openThere(ctx)
			if err != nil {
				return err
			}
			names, err := r.Aliases(ctx)
			if err != nil {
				return err
			}
			states := []registry.Pointer{}
			var faults []error
			for _, name := range names {
				p, err := r.Resolve(ctx, name)
				switch {
				case err == nil:
					states = append(states, p)
				case errors.Is(err, bundle.ErrArtifact), errors.Is(err, bundle.ErrCorrupt), errors.Is(err, bundle.ErrFormat):
					faults = append(faults, err)
				default:
					return err
				}
			}
			if err := writePointers(stdout, states, asJSON); err != nil {
				return err
			}
			return errors.Join(faults...)
		},
	}
}

func aliasHistoryJob() job {
	f := command.New("experiments artifacts alias history", "Prints every move of an ALIAS, the newest first.")
	var (
		in     storeFlags
		asJSON bool
		names  []string
	)
	in.define(f)
	f.Bool(&asJSON, "json", "write an array of states, each as the store has it")
	f.Args(&names, "ALIAS")
	return job{
		Command: command.Command{Name: "artifacts alias history", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			r, err := in.openThere(ctx)
			if err != nil {
				return err
			}
			if isVersion(names[0]) {
				return usageError("%s is a version; name an alias", names[0])
			}
			if _, err := resolve(ctx, r, names[0], in.target); err != nil {
				return err
			}
			states, err := r.History(ctx, names[0])
			if err != nil {
				return err
			}
			slices.Reverse(states)
			return writePointers(stdout, states, asJSON)
		},
	}
}

// moveFlags say how an alias is moved.
type moveFlags struct {
	storeFlags
	trust  trustFlags
	why    string
	asJSON bool
	names  []string
}

func (m *moveFlags) define(f *command.Flags, args ...string) {
	m.storeFlags.define(f)
	m.trust.define(f, "an alias is not moved to a version that none of them signed")
	f.String(&m.why, "why", "", "`REASON`, for the history")
	f.Bool(&m.asJSON, "json", "write the alias as the store has it then")
	f.Args(&m.names, args...)
}

func (m *moveFlags) check(f *command.Flags) {
	m.storeFlags.check(f)
	m.trust.check(f)
	checkWhy(f, m.why)
}

// checkWhy adds a fault to f for a --why that no history takes.
func checkWhy(f *command.Flags, why string) {
	if len(why) > registry.MaxText || !utf8.ValidString(why) {
		f.Fault("--why has %d bytes: want up to %d of UTF-8", len(why), registry.MaxText)
	}
}

// move moves the alias and prints where it is then.
func (m *moveFlags) move(ctx context.Context, r *registry.Registry, version, from string, stdout io.Writer) error {
	alias := m.names[0]
	if err := registry.CheckAlias(alias); err != nil || isVersion(alias) {
		return usageError("%q is no name of an alias", alias)
	}
	if err := m.trust.of(r).Move(ctx, alias, version, from, operator(), m.why); err != nil {
		return absent(err, m.target)
	}
	p, err := r.Resolve(ctx, alias)
	if err != nil {
		return err
	}
	if m.asJSON {
		return writeJSON(stdout, p, "  ")
	}
	return writePointers(stdout, []registry.Pointer{p}, false)
}

func aliasMoveJob() job {
	f := command.New("experiments artifacts alias move", "Moves an ALIAS to a VERSION, which may be given as another alias.")
	var (
		m    moveFlags
		from string
	)
	m.define(f, "ALIAS", "VERSION")
	f.String(&from, "from", "", "`VERSION` that the alias must be at, else it is not moved")
	return job{
		Command: command.Command{Name: "artifacts alias move", Flags: f},
		check: func() {
			m.check(f)
			if from != "" && !isVersion(from) {
				f.Fault("--from %q: want a version, 16 hexadecimal digits", from)
			}
		},
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			r, err := m.openThere(ctx)
			if err != nil {
				return err
			}
			version, err := resolve(ctx, r, m.names[1], m.target)
			if err != nil {
				return err
			}
			return m.move(ctx, r, version, from, stdout)
		},
	}
}

func aliasRollbackJob() job {
	f := command.New("experiments artifacts alias rollback", "Moves an ALIAS back to the version it was at before its last move; alias move goes anywhere else.")
	var m moveFlags
	m.define(f, "ALIAS")
	return job{
		Command: command.Command{Name: "artifacts alias rollback", Flags: f},
		check:   func() { m.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			r, err := m.openThere(ctx)
			if err != nil {
				return err
			}
			p, err := r.Resolve(ctx, m.names[0])
			switch {
			case errors.Is(err, store.ErrNotFound), errors.Is(err, registry.ErrName):
				return usageError("%v", err)
			case err != nil:
				return err
			case p.From == "":
				return usageError("alias %s has been at no other version", p.Alias)
			}
			m.why = cmp.Or(m.why, "rollback of "+p.Version)
			return m.move(ctx, r, p.From, p.Version, stdout)
		},
	}
}

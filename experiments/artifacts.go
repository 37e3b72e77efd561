package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
)

// artifactJobs are the commands on the artifacts of a store.
func artifactJobs() []job {
	return []job{
		artifactListJob(), artifactShowJob(), artifactVerifyJob(), artifactPullJob(), artifactPushJob(),
		aliasListJob(), aliasHistoryJob(), aliasMoveJob(), aliasRollbackJob(), artifactGCJob(), artifactSignJob(), keygenJob(),
	}
}

// openThere is open for commands on what is in a store already: they do not take a
// folder that is not there for an empty one.
func (s *storeFlags) openThere(ctx context.Context) (*registry.Registry, error) {
	in, err := open.There(ctx, s.target, s.options, checkTimeout)
	if err != nil {
		return nil, err
	}
	return registry.New(in, time.Now), nil
}

var isVersion = regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString

// resolve returns the version that a name means: 16 hex digits are a version, all
// else is an alias. A name that means none is a *command.UsageError.
func resolve(ctx context.Context, r *registry.Registry, name, where string) (string, error) {
	if isVersion(name) {
		return name, nil
	}
	p, err := r.Resolve(ctx, name)
	switch {
	case errors.Is(err, registry.ErrName):
		return "", usageError("%.80q is neither a version, 16 hexadecimal digits, nor an alias", name)
	case errors.Is(err, store.ErrNotFound):
		aliases, listErr := r.Aliases(ctx)
		if listErr != nil {
			return "", listErr
		}
		if len(aliases) == 0 {
			return "", usageError("no alias %q in %s, nor any other", name, where)
		}
		return "", usageError("no alias %q in %s; there are: %s", name, where, firstFew(aliases))
	case err != nil:
		return "", err
	}
	return p.Version, nil
}

// absent makes a version that is not there a matter of usage.
func absent(err error, where string) error {
	if errors.Is(err, store.ErrNotFound) && !store.Unavailable(err) {
		return usageError("not in %s: %v", where, err)
	}
	return err
}

// signer is a signature for other programs.
type signer struct {
	Key    string    `json:"key"`
	Signed time.Time `json:"signed"`
}

// artifact is a version for other programs.
type artifact struct {
	Version    string    `json:"version"`
	Model      string    `json:"model,omitempty"`
	Size       int64     `json:"size_bytes"` // of its blobs
	Stored     time.Time `json:"stored"`
	Aliases    []string  `json:"aliases"`
	Signatures []signer  `json:"signatures"` // unverified
	Problem    string    `json:"problem,omitempty"`
}

func describe(e *registry.Entry) artifact {
	l := artifact{Version: e.Version, Size: e.Size(), Stored: e.Stored.UTC(), Aliases: append([]string{}, e.Aliases...), Signatures: signatures(e.Signatures)}
	if e.Manifest != nil {
		l.Model = e.Manifest.Model
	}
	if e.Err != nil {
		l.Problem = e.Err.Error()
	}
	return l
}

func signatures(all []signature.Signature) []signer {
	list := []signer{}
	for _, s := range all {
		list = append(list, signer{s.Key, s.Signed})
	}
	return list
}

// keyIDs names the keys of signatures, each once.
func keyIDs(all []signer) string {
	var ids []string
	for _, s := range all {
		if len(ids) == 0 || ids[len(ids)-1] != s.Key {
			ids = append(ids, s.Key)
		}
	}
	return strings.Join(ids, ", ")
}

func artifactListJob() job {
	f := command.New("experiments artifacts ls", "Prints the versions in a store, newest first.")
	var (
		in     storeFlags
		asJSON bool
	)
	in.define(f)
	f.Bool(&asJSON, "json", "write an array of {version, model, size_bytes, stored, aliases, signatures, problem}")
	return job{
		Command: command.Command{Name: "artifacts ls", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			r, err := in.openThere(ctx)
			if err != nil {
				return err
			}
			entries, err := r.Inventory(ctx)
			if err != nil {
				return err
			}
			all := []artifact{}
			for i := range entries {
				all = append(all, describe(&entries[i]))
			}
			if asJSON {
				return writeJSON(stdout, all, "  ")
			}
			if len(all) == 0 {
				fmt.Fprintf(stderr, "experiments: no artifacts in %s; train puts them there\n", in.target)
				return nil
			}
			t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "VERSION\tMODEL\tSIZE\tSTORED\tALIASES\tSIGNED BY")
			for _, l := range all {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Version, orDash(l.Model), size(l.Size), moment(l.Stored),
					orDash(strings.Join(l.Aliases, ", ")), orDash(keyIDs(l.Signatures)))
				if l.Problem != "" {
					fmt.Fprintf(stderr, "experiments: %s\n", l.Problem)
				}
			}
			return t.Flush()
		},
	}
}

// moment is a time for people. A version in the trash has none.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

// oneLine is a text of others for a table: without what would move the cursor.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// size is a number of bytes for people.
func size(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d B", n)
}

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/datasets/privacy/seal"
)

// trustFlags say whose signature an artifact needs.
type trustFlags struct {
	files string
	trust *registry.Trust // nil: nobody's
}

func (t *trustFlags) define(f *command.Flags, what string) {
	f.String(&t.files, "trusted-keys", "", "`FILES` of public keys, with commas between: "+what)
}

func (t *trustFlags) check(f *command.Flags) {
	if t.files == "" {
		return
	}
	keys, err := signature.LoadKeys(strings.Split(t.files, ",")...)
	if err != nil {
		f.Fault("--trusted-keys: %v", err)
	}
	t.trust = &registry.Trust{Keys: keys}
}

// of is r for a reader that trusts these keys alone.
func (t *trustFlags) of(r *registry.Registry) *registry.Registry {
	if t.trust == nil {
		return r
	}
	return r.Trusting(t.trust)
}

// identityFlag says how encrypted artifacts are read.
type identityFlag struct {
	file     string
	identity *seal.Identity // nil: they are not
}

func (i *identityFlag) define(f *command.Flags) {
	f.String(&i.file, "identity", "", "`FILE` with the age identity that encrypted artifacts are read with")
}

func (i *identityFlag) check(f *command.Flags) {
	if i.file == "" {
		return
	}
	var err error
	if i.identity, err = seal.LoadIdentity(i.file); err != nil {
		f.Fault("--identity: %v", err)
	}
}

// of is r for a reader with the identity.
func (i *identityFlag) of(r *registry.Registry) *registry.Registry {
	if i.identity == nil {
		return r
	}
	return r.Opening(i.identity)
}

func artifactVerifyJob() job {
	f := command.New("experiments artifacts verify", "Reads every byte of the artifacts in a store and says what is wrong: manifests, blobs, signatures, aliases and their history, run records.")
	var (
		in     storeFlags
		trust  trustFlags
		secret identityFlag
		asJSON bool
		only   string
	)
	in.define(f)
	trust.define(f, "a version that none of them signed has a fault")
	secret.define(f)
	f.String(&only, "only", "", "`VERSIONS` or aliases to read, with commas between; without, all of the store is read")
	f.Bool(&asJSON, "json", "write {versions, blobs, bytes, sealed, signatures, aliases, states, loose, loose_bytes, runs, faults[{subject, problem}]}")
	return job{
		Command: command.Command{Name: "artifacts verify", Flags: f},
		check: func() {
			in.check(f)
			trust.check(f)
			secret.check(f)
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			r, err := in.openThere(ctx)
			if err != nil {
				return err
			}
			var versions []string
			if only != "" {
				for _, name := range strings.Split(only, ",") {
					version, err := resolve(ctx, r, strings.TrimSpace(name), in.target)
					if err != nil {
						return err
					}
					if !slices.Contains(versions, version) {
						versions = append(versions, version)
					}
				}
			}
			v := verified{}
			v.Report, err = secret.of(r).Verify(ctx, versions, trust.trust)
			if err != nil {
				return absent(err, in.target)
			}
			if only == "" {
				if err := v.readRuns(ctx, r); err != nil {
					return err
				}
			}
			if err := show(stdout, &v, asJSON, "  "); err != nil {
				return err
			}
			if n := len(v.Faults); n > 0 {
				return fmt.Errorf("%w: %d faults in %s", bundle.ErrCorrupt, n, in.target)
			}
			return nil
		},
	}
}

// verified is what was read and found.
type verified struct {
	*registry.Report
	Runs int `json:"runs"`
}

// readRuns reads the records of all runs.
func (v *verified) readRuns(ctx context.Context, r *registry.Registry) error {
	ids, err := r.Runs(ctx)
	if err != nil {
		return err
	}
	var notes strings.Builder
	if _, err := newestFirst(ctx, r, ids, &notes); err != nil {
		return err
	}
	v.Runs = len(ids)
	for line := range strings.Lines(notes.String()) {
		problem := strings.TrimPrefix(strings.TrimSpace(line), "experiments: left out: ")
		v.Faults = append(v.Faults, registry.Fault{Subject: "runs", Problem: problem})
	}
	return nil
}

// Write prints a line a fault, and what was read.
func (v *verified) Write(w io.Writer) error {
	for _, f := range v.Faults {
		fmt.Fprintf(w, "%s: %s\n", f.Subject, f.Problem)
	}
	if v.Sealed > 0 {
		fmt.Fprintf(w, "%d blobs are encrypted; what is in them can be checked with --identity\n", v.Sealed)
	}
	switch {
	case v.Loose > 0 && len(v.Faults) > 0:
		fmt.Fprintf(w, "%d blobs (%s) are of no version that can be read\n", v.Loose, size(v.LooseBytes))
	case v.Loose > 0:
		fmt.Fprintf(w, "%d blobs (%s) are of no version; gc removes them\n", v.Loose, size(v.LooseBytes))
	}
	_, err := fmt.Fprintf(w, "read %d versions, %d blobs (%s), %d signatures, %d aliases with %d states, %d runs: %d faults\n",
		v.Versions, v.Blobs, size(v.Bytes), v.Signatures, v.Aliases, v.States, v.Runs, len(v.Faults))
	return err
}

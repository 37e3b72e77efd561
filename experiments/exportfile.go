package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/datasets/privacy"
)

// exportFlags say where lists of users go, and by which ids they are named.
type exportFlags struct {
	out     string
	force   bool
	rawIDs  bool
	keyFile string
	key     *privacy.Pseudonymiser // nil without
}

func (e *exportFlags) define(f *command.Flags, otherwise string) {
	f.String(&e.out, "out", "", "`FILE` to write, .parquet or .csv"+otherwise)
	f.Bool(&e.force, "force", "write over a file that is there")
	f.String(&e.keyFile, "pseudonym-key-file", "", "`FILE` with a key, 64 hexadecimal digits: user ids become pseudonyms, unless the artifact has them as such; the key itself may be in "+privacy.KeyVariable)
	f.Bool(&e.rawIDs, "raw-ids", "name users by their own ids")
}

func (e *exportFlags) check(f *command.Flags, wanted bool) {
	switch extension := filepath.Ext(e.out); {
	case e.out == "" && wanted:
		f.Fault("--out is missing: name a file that ends in .parquet or .csv")
	case e.out != "" && extension != ".parquet" && extension != ".csv":
		f.Fault("--out %q: want a file that ends in .parquet or .csv", e.out)
	case e.out != "" && !e.force:
		if _, err := os.Lstat(e.out); err == nil {
			f.Fault("--out %q is there: say --force to write over it", e.out)
		}
	}
	var err error
	if e.key, err = privacy.LoadKey(e.keyFile, os.LookupEnv); err != nil {
		f.Fault("--pseudonym-key-file: %v", err)
	}
	if e.key != nil && e.rawIDs {
		f.Fault("--raw-ids beside a key of pseudonyms: say which")
	}
}

func (e *exportFlags) parquet() bool { return strings.HasSuffix(e.out, ".parquet") }

// names returns what turns the ids of an artifact's users into those to show. The
// error is a *command.UsageError.
func (e *exportFlags) names(art *bundle.Artifact) (func(string) string, error) {
	itself := func(id string) string { return id }
	switch of := art.Manifest.PseudonymKey; {
	case of != "" && e.key != nil && e.key.KeyID() != of:
		return nil, usageError("the artifact has pseudonyms under the key %s, which cannot become others under %s", of, e.key.KeyID())
	case of != "" || e.rawIDs:
		return itself, nil
	case e.key != nil:
		return e.key.User, nil
	}
	return nil, usageError("version %s knows its users by their own ids: give --pseudonym-key-file to write pseudonyms, or say --raw-ids", art.Version)
}

// place makes the file of what write writes, at once: until all of it is on the disk
// there is nothing of that name, or what was there before. Only the file's owner can
// read it.
func (e *exportFlags) place(write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(e.out), "."+filepath.Base(e.out)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no longer there once it was renamed
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if e.force {
		return os.Rename(f.Name(), e.out)
	}
	err = os.Link(f.Name(), e.out) // as renaming, but never over a file that came in the meantime
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there: say --force to write over it", e.out)
	}
	return err
}

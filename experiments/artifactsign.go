package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"curio/artifacts/command"
	"curio/artifacts/signature"
)

func artifactSignJob() job {
	f := command.New("experiments artifacts sign", "Signs a VERSION, which may be given as an alias, as of now.")
	var (
		in     storeFlags
		asJSON bool
		file   string
		key    signature.Private
		names  []string
	)
	in.define(f)
	f.String(&file, "sign-key", "", "`FILE` with the private key")
	f.Bool(&asJSON, "json", "write {key, signed}")
	f.Args(&names, "VERSION")
	return job{
		Command: command.Command{Name: "artifacts sign", Flags: f},
		check: func() {
			in.check(f)
			if file == "" {
				f.Fault("--sign-key is missing: name the private key; experiments artifacts keygen makes one")
				return
			}
			var err error
			if key, err = signature.LoadPrivate(file); err != nil {
				f.Fault("--sign-key: %v", err)
			}
		},
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			r, err := in.openThere(ctx)
			if err != nil {
				return err
			}
			version, err := resolve(ctx, r, names[0], in.target)
			if err != nil {
				return err
			}
			s, err := r.Sign(ctx, version, key)
			if err != nil {
				return absent(err, in.target)
			}
			if asJSON {
				return writeJSON(stdout, signer{s.Key, s.Signed}, "  ")
			}
			_, err = fmt.Fprintf(stdout, "version %s is signed by key %s as of %s\n", version, s.Key, moment(s.Signed))
			return err
		},
	}
}

func keygenJob() job {
	f := command.New("experiments artifacts keygen", "Makes a key to sign artifacts with: a private FILE for train, and FILE.pub for serve.")
	var (
		out    string
		asJSON bool
	)
	f.String(&out, "out", "", "`FILE` for the private key, which must not be there yet")
	f.Bool(&asJSON, "json", "write {key, private, public}")
	return job{
		Command: command.Command{Name: "artifacts keygen", Flags: f},
		check: func() {
			if out == "" {
				f.Fault("--out is missing: name the file to make")
			}
		},
		run: func(_ context.Context, stdout, _ io.Writer) error {
			key, err := writeKey(out)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(stdout, map[string]string{"key": key.String(), "private": out, "public": out + ".pub"}, "  ")
			}
			_, err = fmt.Fprintf(stdout, "key %s: sign with %s, which nobody else may read; trust %s.pub\n", key, out, out)
			return err
		},
	}
}

// writeKey makes a key and writes its two files.
func writeKey(file string) (signature.Private, error) {
	key, err := signature.Generate()
	if err != nil {
		return key, err
	}
	private, err := key.PEM()
	if err != nil {
		return key, err
	}
	public, err := key.Public().PEM()
	if err != nil {
		return key, err
	}
	if err := create(file, private, 0o600); err != nil {
		return key, err
	}
	return key, create(file+".pub", public, 0o644)
}

// create writes a file that must not be there yet.
func create(file string, data []byte, mode os.FileMode) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write key: %w", err), os.Remove(file))
	}
	return nil
}

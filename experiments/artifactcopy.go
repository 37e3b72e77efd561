package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
)

// copyFlags say between which stores a version is copied, and what comes along.
type copyFlags struct {
	storeFlags
	trust    trustFlags
	word     string // of the flag that names the other store: to or from
	other    string
	endpoint string
	insecure bool
	alias    string
	why      string
	runs     bool
	asJSON   bool
	names    []string
}

func (c *copyFlags) define(f *command.Flags, word, other string) {
	c.word = word
	c.storeFlags.define(f)
	f.String(&c.other, word, "", "`STORE` "+other+", in the forms of --store")
	f.String(&c.endpoint, word+"-s3-endpoint", "", "`HOST:PORT` of the S3 server of --"+word+", if it is not that of --s3-endpoint")
	f.Bool(&c.insecure, word+"-s3-insecure", "speak plain HTTP to that S3 server")
	c.trust.define(f, "a version that none of them signed is not copied")
	f.String(&c.alias, "alias", "", "alias to move to the version in the store that it is copied to; none without")
	f.String(&c.why, "why", "", "`REASON` for moving the alias")
	f.Bool(&c.runs, "runs", "copy also the runs whose version it is, with their files")
	f.Bool(&c.asJSON, "json", "write {version, blobs, sent, sent_bytes, signatures, runs}")
	f.Args(&c.names, "VERSION")
}

func (c *copyFlags) check(f *command.Flags) {
	c.storeFlags.check(f)
	c.trust.check(f)
	if c.other == "" {
		f.Fault("--%s is missing: name the other store", c.word)
	} else if err := open.CheckTarget(c.other); err != nil {
		f.Fault("--%s: %v", c.word, err)
	}
	if c.alias != "" {
		if err := registry.CheckAlias(c.alias); err != nil {
			f.Fault("--alias: %v", err)
		} else if isVersion(c.alias) {
			f.Fault("--alias %s is a version; name an alias", c.alias)
		}
	}
	checkWhy(f, c.why)
	if c.why != "" && c.alias == "" {
		f.Fault("--why goes with --alias")
	}
}

// openOther opens the store that --to or --from names.
func (c *copyFlags) openOther(ctx context.Context, opener func(context.Context, string, open.Options, time.Duration) (store.Store, error)) (*registry.Registry, error) {
	o := c.options
	if c.endpoint != "" {
		o.Endpoint, o.Insecure = c.endpoint, c.insecure
	}
	in, err := opener(ctx, c.other, o, checkTimeout)
	if err != nil {
		return nil, err
	}
	return registry.New(in, time.Now), nil
}

// copied is what a copy took.
type copied struct {
	registry.Copied
	Runs []string `json:"runs"`
	to   string
}

// Write prints it for people.
func (c *copied) Write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "version %s is in %s: %d blobs, of which %d were sent (%s), %d signatures, %d runs\n",
		c.Version, c.to, c.Blobs, c.Sent, size(c.SentBytes), c.Signatures, len(c.Runs))
	return err
}

// copy copies what the flags say from one registry to the other.
func (c *copyFlags) copy(ctx context.Context, from, to *registry.Registry, where, target string, stdout io.Writer) error {
	version, err := resolve(ctx, from, c.names[0], where)
	if err != nil {
		return err
	}
	done := copied{to: target, Runs: []string{}}
	if done.Copied, err = to.Copy(ctx, c.trust.of(from), version); err != nil {
		return absent(err, where)
	}
	if c.runs {
		if done.Runs, err = copyRuns(ctx, from, to, version); err != nil {
			return err
		}
	}
	if c.alias != "" {
		if err := to.Move(ctx, c.alias, version, "", operator(), c.reason(where)); err != nil {
			return err
		}
	}
	return show(stdout, &done, c.asJSON, "  ")
}

func (c *copyFlags) reason(where string) string {
	if c.why != "" {
		return c.why
	}
	return "copied from " + where
}

// copyRuns copies the runs that made a version. Records that cannot be read are none
// of them.
func copyRuns(ctx context.Context, from, to *registry.Registry, version string) ([]string, error) {
	ids, err := from.Runs(ctx)
	if err != nil {
		return nil, err
	}
	records, err := newestFirst(ctx, from, ids, io.Discard)
	if err != nil {
		return nil, err
	}
	done := []string{}
	for _, rec := range records {
		if rec.Version != version {
			continue
		}
		if err := to.CopyRun(ctx, from, rec.RunID); err != nil {
			return done, err
		}
		done = append(done, rec.RunID)
	}
	return done, nil
}

func artifactPullJob() job {
	f := command.New("experiments artifacts pull", "Copies a VERSION, which may be given as an alias, from --store to another store.")
	var c copyFlags
	c.define(f, "to", "to copy to")
	return job{
		Command: command.Command{Name: "artifacts pull", Flags: f},
		check:   func() { c.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			from, err := c.openThere(ctx)
			if err != nil {
				return err
			}
			to, err := c.openOther(ctx, open.Checked)
			if err != nil {
				return err
			}
			return c.copy(ctx, from, to, c.target, c.other, stdout)
		},
	}
}

func artifactPushJob() job {
	f := command.New("experiments artifacts push", "Copies a VERSION, which may be given as an alias, from another store to --store.")
	var c copyFlags
	c.define(f, "from", "to copy from")
	return job{
		Command: command.Command{Name: "artifacts push", Flags: f},
		check:   func() { c.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			to, err := c.open(ctx)
			if err != nil {
				return err
			}
			from, err := c.openOther(ctx, open.There)
			if err != nil {
				return err
			}
			return c.copy(ctx, from, to, c.other, c.target, stdout)
		},
	}
}
